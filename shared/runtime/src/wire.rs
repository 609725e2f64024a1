//! CloudEvents as they come over the wire: both HTTP modes and JSON lines, checked as strictly as Knative checks them.

use axum::http::{HeaderMap, header::CONTENT_TYPE};
use base64::{Engine, engine::general_purpose::STANDARD};
use chiron_model::Timestamp;
use cloudevents::Event;
use serde_json::{Map, Value};

const STRUCTURED: &str = "application/cloudevents+json";
const JSON: &str = "application/json";
const BATCH: &str = "application/cloudevents-batch";

/// Why something is no event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnEvent {
    /// It is a batch, which Knative refuses too.
    #[error("batches are not taken: send one event a request")]
    Batch,
    /// It is in a format that is not known.
    #[error("content type {0:?}: expected application/cloudevents+json, or ce- headers")]
    Format(String),
    /// It is not JSON.
    #[error("not JSON: {0}")]
    Json(String),
    /// An attribute is missing or wrong.
    #[error("attribute {name}: {problem}")]
    Attribute {
        /// Name of the attribute.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
}

fn attribute(name: &str, problem: impl Into<String>) -> NotAnEvent {
    NotAnEvent::Attribute { name: name.to_owned(), problem: problem.into() }
}

/// Reads an event from an HTTP request, in binary or structured mode.
///
/// # Errors
/// When it is no valid event.
pub fn from_http(headers: &HeaderMap, body: &[u8]) -> Result<Event, NotAnEvent> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or("");
    let media = media_type(content_type);
    if media.starts_with(BATCH) {
        return Err(NotAnEvent::Batch);
    }
    if media == STRUCTURED {
        return from_json(body);
    }
    if media.starts_with("application/cloudevents") || !headers.contains_key("ce-specversion") {
        return Err(NotAnEvent::Format(content_type.to_owned()));
    }
    binary(headers, content_type, &media, body)
}

/// Reads an event from its JSON form.
///
/// # Errors
/// When it is no valid event.
pub fn from_json(text: &[u8]) -> Result<Event, NotAnEvent> {
    let value: Value = serde_json::from_slice(text).map_err(|error| NotAnEvent::Json(error.to_string()))?;
    match value {
        Value::Object(fields) => from_fields(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(NotAnEvent::Json(format!("expected an object, got {}", kind(&value))))
        }
    }
}

/// The media type without its parameters, in lower case.
fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

fn is_json(media: &str) -> bool {
    media.is_empty() || media == "application/json" || media == "text/json" || media.ends_with("+json")
}

fn binary(headers: &HeaderMap, content_type: &str, media: &str, body: &[u8]) -> Result<Event, NotAnEvent> {
    let mut fields = Map::new();
    for (name, value) in headers {
        let Some(name) = name.as_str().strip_prefix("ce-") else { continue };
        let value = value.to_str().map_err(|_| attribute(name, "is not printable ASCII"))?;
        fields.insert(name.to_owned(), value.into());
    }
    if !content_type.is_empty() {
        fields.insert("datacontenttype".to_owned(), content_type.into());
    }
    if !body.is_empty() {
        if is_json(media) {
            let data = serde_json::from_slice(body).map_err(|error| NotAnEvent::Json(error.to_string()))?;
            fields.insert("data".to_owned(), data);
        } else {
            fields.insert("data_base64".to_owned(), STANDARD.encode(body).into());
        }
    }
    from_fields(fields)
}

fn from_fields(mut fields: Map<String, Value>) -> Result<Event, NotAnEvent> {
    check(&fields)?;
    tame_media_type(&mut fields);
    // The SDK would copy the data node by node.
    let is_json = fields.get("datacontenttype").and_then(Value::as_str).is_some_and(|it| it == JSON);
    let is_json = is_json && !fields.contains_key("data_base64");
    let data = if is_json { fields.remove("data") } else { None };
    let mut event: Event =
        serde_json::from_value(Value::Object(fields)).map_err(|error| NotAnEvent::Json(error.to_string()))?;
    if let Some(data) = data {
        event.set_data(JSON, data);
    }
    Ok(event)
}

/// The SDK tells JSON by the exact text of the media type; senders write it in many ways.
fn tame_media_type(fields: &mut Map<String, Value>) {
    let media = fields.get("datacontenttype").and_then(Value::as_str).map(media_type);
    if media.is_some_and(|media| is_json(&media)) {
        fields.insert("datacontenttype".to_owned(), JSON.into());
    }
}

/// Checks what the SDK does not.
fn check(fields: &Map<String, Value>) -> Result<(), NotAnEvent> {
    for name in ["specversion", "id", "source", "type"] {
        match fields.get(name) {
            Some(Value::String(text)) if !text.is_empty() => {}
            Some(Value::String(_)) => return Err(attribute(name, "is empty")),
            Some(other) => return Err(attribute(name, format!("expected a text, got {}", kind(other)))),
            None => return Err(attribute(name, "is missing")),
        }
    }
    if !matches!(fields["specversion"].as_str(), Some("1.0" | "0.3")) {
        return Err(attribute("specversion", format!("expected 1.0, got {}", fields["specversion"])));
    }
    if let Some(source) = fields["source"].as_str().filter(|it| it.contains([' ', '<', '>', '"'])) {
        return Err(attribute("source", format!("{source:?} is not a URI reference")));
    }
    check_time(fields)?;
    check_schema(fields)?;
    check_names(fields)
}

fn check_time(fields: &Map<String, Value>) -> Result<(), NotAnEvent> {
    let Some(time) = fields.get("time").filter(|it| !it.is_null()) else { return Ok(()) };
    let text =
        time.as_str().ok_or_else(|| attribute("time", format!("expected a text, got {}", kind(time))))?;
    text.parse::<Timestamp>().map(|_| ()).map_err(|error| attribute("time", error.to_string()))
}

fn check_schema(fields: &Map<String, Value>) -> Result<(), NotAnEvent> {
    let schema = fields.get("dataschema").and_then(Value::as_str);
    if schema.is_some_and(|it| !it.contains(':')) {
        return Err(attribute("dataschema", "must be an absolute URI"));
    }
    Ok(())
}

fn check_names(fields: &Map<String, Value>) -> Result<(), NotAnEvent> {
    for (name, value) in fields {
        if matches!(name.as_str(), "data" | "data_base64") {
            continue;
        }
        let is_plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if !is_plain {
            return Err(attribute(name, "names are lower-case letters and digits"));
        }
        if value.is_object() || value.is_array() || value.is_f64() {
            return Err(attribute(
                name,
                format!("expected a text, a whole number or a truth, got {}", kind(value)),
            ));
        }
    }
    Ok(())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloudevents::AttributesReader;
    use serde_json::json;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let name = |it: &str| axum::http::HeaderName::from_bytes(it.as_bytes()).unwrap();
        pairs.iter().map(|(key, value)| (name(key), value.parse().unwrap())).collect()
    }

    fn minimal() -> Vec<(&'static str, &'static str)> {
        vec![("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-type", "t"), ("ce-source", "/s")]
    }

    #[test]
    fn reads_binary_and_structured_in_any_letter_case() {
        let mut pairs = minimal();
        pairs.push(("content-type", "APPLICATION/JSON; charset=UTF-8"));
        let body = json!({"specversion": "1.0", "id": "1", "type": "t", "source": "/s",
            "datacontenttype": "application/vnd.x+json; charset=utf-8", "data": {"a": 1}});
        let structured = headers(&[("content-type", "Application/CloudEvents+JSON; charset=utf-8")]);

        let one = from_http(&headers(&pairs), br#"{"a":1}"#).unwrap();
        let other = from_http(&structured, body.to_string().as_bytes()).unwrap();

        assert_eq!(one.id(), "1");
        assert_eq!(one.data(), other.data());
    }

    #[test]
    fn refuses_batches_and_unknown_formats() {
        let batch = headers(&[("content-type", "application/cloudevents-batch+json")]);
        let other = headers(&[("content-type", "application/cloudevents+xml")]);

        assert_eq!(from_http(&batch, b"[]"), Err(NotAnEvent::Batch));
        assert!(matches!(from_http(&other, b""), Err(NotAnEvent::Format(_))));
    }

    #[test]
    fn names_the_attribute_that_is_wrong() {
        for (field, value, expected) in [
            ("id", json!(""), "attribute id: is empty"),
            ("type", json!(null), "attribute type: expected a text, got null"),
            ("specversion", json!("2.0"), "attribute specversion: expected 1.0, got \"2.0\""),
            ("a_b", json!("x"), "attribute a_b: names are lower-case letters and digits"),
            ("x", json!(1.5), "attribute x: expected a text, a whole number or a truth, got a number"),
            ("dataschema", json!("rel"), "attribute dataschema: must be an absolute URI"),
            ("source", json!("not a uri"), "attribute source: \"not a uri\" is not a URI reference"),
        ] {
            let mut event = json!({"specversion": "1.0", "id": "1", "type": "t", "source": "/s"});
            event[field] = value;

            assert_eq!(from_json(event.to_string().as_bytes()).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn refuses_times_outside_the_calendar() {
        for time in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2020-13-01T00:00:00Z"] {
            let event = json!({"specversion": "1.0", "id": "1", "type": "t", "source": "/s", "time": time});

            assert!(
                from_json(event.to_string().as_bytes())
                    .unwrap_err()
                    .to_string()
                    .starts_with("attribute time:")
            );
        }
    }

    #[test]
    fn refuses_deep_nesting_without_a_crash() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));

        assert!(matches!(from_json(deep.as_bytes()), Err(NotAnEvent::Json(_))));
    }
}
