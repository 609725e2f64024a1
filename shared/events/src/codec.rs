//! Between CloudEvents and typed payloads.

use crate::{Context, Payload};
use chiron_model::Id;
use chrono::{DateTime, Utc};
use cloudevents::{AttributesReader, Data, Event, EventBuilder, EventBuilderV10};
use serde_json::Value;

/// An event could not be read as the payload asked for.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The event has a type that the function does not take.
    #[error("expected type {expected}, got {actual}")]
    Type {
        /// What the function takes.
        expected: String,
        /// What came.
        actual: String,
    },
    /// The event has no data.
    #[error("event {0} has no data")]
    Empty(String),
    /// The data is not JSON.
    #[error("data of a {0} event is not JSON")]
    Json(String, #[source] serde_json::Error),
    /// The data is JSON, but no object of Kubernetes.
    #[error("data: must be a Kubernetes object")]
    NoObject,
    /// The data is not the payload's JSON.
    #[error("data does not fit {0}: {1}")]
    Shape(&'static str, String),
}

/// A payload could not be written as an event.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The payload has a value that JSON cannot hold.
    #[error("payload of {0} cannot be written as JSON")]
    Json(&'static str, #[source] serde_json::Error),
    /// An attribute breaks the rules of CloudEvents.
    #[error("attributes of {0} are not valid: {1}")]
    Attributes(&'static str, String),
}

/// The data of an event as JSON.
///
/// # Errors
/// When there is none, or it is not JSON.
pub fn payload_of(mut event: Event) -> Result<Value, DecodeError> {
    let parse = |bytes: &[u8], event: &Event| {
        serde_json::from_slice(bytes).map_err(|error| DecodeError::Json(event.ty().to_owned(), error))
    };
    match event.take_data().2 {
        None => Err(DecodeError::Empty(event.id().to_owned())),
        Some(Data::Json(value)) => Ok(value),
        Some(Data::String(text)) => parse(text.as_bytes(), &event),
        Some(Data::Binary(bytes)) => parse(&bytes, &event),
    }
}

/// Reads the data of an event as a typed payload. Unknown fields are ignored, so that newer writers can be read.
///
/// # Errors
/// When the type differs, the data is missing, or it does not fit the payload.
pub fn decode<P: Payload>(event: Event) -> Result<P, DecodeError> {
    if event.ty() != P::TYPE {
        return Err(DecodeError::Type { expected: P::TYPE.to_owned(), actual: event.ty().to_owned() });
    }
    P::deserialize(payload_of(event)?).map_err(|error| DecodeError::Shape(P::TYPE, error.to_string()))
}

/// Builds the event that carries `payload`, emitted by `source` because of `cause`, as its output number `index`.
///
/// The id is derived from the cause, so that a redelivered cause yields the same ids.
///
/// # Errors
/// When the payload is not JSON, or an attribute is not valid.
pub fn encode<P: Payload>(
    source: &str,
    cause: &Context,
    index: usize,
    payload: &P,
) -> Result<Event, EncodeError> {
    let id = Id::derive(&[&cause.source, &cause.id, P::TYPE, &index.to_string()]);
    let data = serde_json::to_value(payload).map_err(|error| EncodeError::Json(P::TYPE, error))?;
    let mut builder = EventBuilderV10::new()
        .id(id.to_string())
        .source(source)
        .ty(P::TYPE)
        .extension("cluster", printable(payload.cluster().unwrap_or(&cause.cluster)))
        .extension("lane", cause.lane.as_str().to_owned())
        .extension("causationid", printable(&cause.id))
        .data("application/json", data);
    if let Some(subject) = payload.subject().or_else(|| cause.subject.clone()) {
        builder = builder.subject(printable(&subject));
    }
    if let Some(time) = payload.time().or(cause.time) {
        builder = builder.time(DateTime::<Utc>::from_timestamp_nanos(time.nanos()));
    }
    let extensions = [
        ("partitionkey", payload.partition().or_else(|| cause.partition.clone())),
        ("correlationid", payload.incident().map(|it| it.to_string()).or_else(|| cause.incident.clone())),
        ("traceparent", cause.traceparent.clone()),
    ];
    for (name, value) in extensions {
        if let Some(value) = value {
            builder = builder.extension(name, printable(&value));
        }
    }
    builder.build().map_err(|error| EncodeError::Attributes(P::TYPE, error.to_string()))
}

/// Attribute values are printable ASCII without space, quote or percent; anything else becomes an underscore.
///
/// Source: measured; senders and brokers disagree about percent-encoding.
#[must_use]
pub fn printable(text: &str) -> String {
    let is_safe = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '%' | '\'');
    text.chars().map(|c| if is_safe(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ClockTicked;
    use chiron_model::Timestamp;

    fn tick() -> ClockTicked {
        ClockTicked { cluster: "c".to_owned(), namespace: "n".to_owned(), at: Timestamp::from_secs(60) }
    }

    fn cause() -> Context {
        Context {
            id: "ä b%\"".to_owned(),
            source: "/s".to_owned(),
            cluster: "c".to_owned(),
            ..Context::default()
        }
    }

    #[test]
    fn the_same_cause_gives_the_same_id() {
        let first = encode("/f", &cause(), 0, &tick()).unwrap();
        let second = encode("/f", &cause(), 0, &tick()).unwrap();

        assert_eq!(first, second);
        assert_ne!(first.id(), encode("/f", &cause(), 1, &tick()).unwrap().id());
    }

    #[test]
    fn attributes_are_printable() {
        let event = encode("/f", &cause(), 0, &tick()).unwrap();

        assert_eq!(crate::extension(&event, "causationid").unwrap(), "__b__");
    }

    #[test]
    fn a_payload_survives_the_way_there_and_back() {
        let event = encode("/f", &cause(), 0, &tick()).unwrap();

        assert_eq!(decode::<ClockTicked>(event).unwrap(), tick());
    }

    #[test]
    fn names_the_field_that_does_not_fit() {
        let mut event = encode("/f", &cause(), 0, &tick()).unwrap();
        cloudevents::AttributesWriter::set_id(&mut event, "x");
        event.set_data("application/json", serde_json::json!({"cluster": 1}));

        let error = decode::<ClockTicked>(event).unwrap_err().to_string();

        assert!(error.contains("invalid type: integer `1`, expected a string"), "{error}");
    }
}
