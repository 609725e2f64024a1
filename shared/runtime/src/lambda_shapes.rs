//! The shapes in which AWS hands events to a Lambda function.

use crate::wire::from_json;
use chiron_function::Failure;
use cloudevents::{Event, EventBuilder, EventBuilderV10};
use serde_json::{Value, json};

/// What one invocation carries.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Invocation {
    /// One event: as it is, or from `EventBridge`. A failure fails the invocation.
    One(Box<Event>),
    /// Several events whose failures are told one by one (SQS).
    Parts(Vec<Part>),
    /// Several events that succeed or fail together (SNS, S3 notifications).
    Together(Vec<Event>),
}

/// One record of a batch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    /// Its name towards AWS.
    pub id: String,
    /// The event, or why it is none.
    pub event: Result<Event, String>,
}

/// Reads an invocation.
///
/// # Errors
/// When the shape is not known.
pub(crate) fn read(payload: &Value) -> Result<Invocation, Failure> {
    if let Some(records) = payload["Records"].as_array() {
        return batch(records);
    }
    if payload["detail-type"].is_string() {
        return bridge(payload).map(|event| Invocation::One(Box::new(event)));
    }
    if payload["specversion"].is_string() {
        let event = from_json(payload.to_string().as_bytes())
            .map_err(|error| Failure::rejected(error.to_string()))?;
        return Ok(Invocation::One(Box::new(event)));
    }
    Err(Failure::rejected(
        "the invocation is no CloudEvent and no batch of SQS, SNS, S3 or EventBridge; nothing else is known",
    ))
}

fn batch(records: &[Value]) -> Result<Invocation, Failure> {
    // SNS writes its key with a capital letter.
    let source = records.first().map_or("", |record| {
        record["eventSource"].as_str().or_else(|| record["EventSource"].as_str()).unwrap_or("")
    });
    match source {
        "aws:sqs" => Ok(Invocation::Parts(records.iter().map(part).collect())),
        "aws:sns" => records.iter().map(notification).collect::<Result<_, _>>().map(Invocation::Together),
        "aws:s3" => records.iter().map(object).collect::<Result<_, _>>().map(Invocation::Together),
        "" if records.is_empty() => Ok(Invocation::Together(Vec::new())),
        other => Err(Failure::rejected(format!("records of {other:?} are not known"))),
    }
}

/// The body of an SQS message is a `CloudEvent`, or an `EventBridge` or SNS envelope around one.
fn part(record: &Value) -> Part {
    let body = record["body"].as_str().unwrap_or("");
    let event = match serde_json::from_str::<Value>(body) {
        Err(error) => Err(format!("the body is not JSON: {error}")),
        Ok(value) if value["detail-type"].is_string() => bridge(&value).map_err(|error| error.to_string()),
        Ok(value) if value["Message"].is_string() => {
            from_json(value["Message"].as_str().unwrap_or("").as_bytes()).map_err(|error| error.to_string())
        }
        Ok(_) => from_json(body.as_bytes()).map_err(|error| error.to_string()),
    };
    Part { id: record["messageId"].as_str().unwrap_or_default().to_owned(), event }
}

fn notification(record: &Value) -> Result<Event, Failure> {
    let message = record["Sns"]["Message"].as_str().unwrap_or("");
    from_json(message.as_bytes()).map_err(|error| Failure::rejected(format!("SNS message: {error}")))
}

/// An S3 notification says that an object is there; it becomes an event of its own type.
fn object(record: &Value) -> Result<Event, Failure> {
    let bucket = record["s3"]["bucket"]["name"].as_str().unwrap_or_default();
    let key = record["s3"]["object"]["key"].as_str().unwrap_or_default();
    let name = record["eventName"].as_str().unwrap_or("ObjectCreated");
    let mut event = json!({
        "specversion": "1.0",
        "id": format!("{}/{}", text(&record["responseElements"]["x-amz-request-id"]), text(&record["s3"]["object"]["sequencer"])),
        "source": format!("arn:aws:s3:::{bucket}"),
        "type": format!("aws.s3.{}", name.replace(':', ".").to_ascii_lowercase()),
        "subject": key,
        "datacontenttype": "application/json",
        "data": record["s3"],
    });
    if let Some(time) = record["eventTime"].as_str() {
        event["time"] = time.into();
    }
    from_json(event.to_string().as_bytes())
        .map_err(|error| Failure::rejected(format!("S3 notification: {error}")))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// An `EventBridge` envelope: its detail is a `CloudEvent`, or the data of one.
fn bridge(envelope: &Value) -> Result<Event, Failure> {
    let detail = &envelope["detail"];
    if detail["specversion"].is_string() {
        return from_json(detail.to_string().as_bytes())
            .map_err(|error| Failure::rejected(format!("EventBridge detail: {error}")));
    }
    let text = |key: &str| envelope[key].as_str().unwrap_or_default().to_owned();
    let mut builder = EventBuilderV10::new()
        .id(text("id"))
        .source(format!("/aws/eventbridge/{}", text("source")))
        .ty(text("detail-type"))
        .data("application/json", detail.clone());
    if let Some(time) = envelope["time"].as_str() {
        builder = builder.time(time);
    }
    builder.build().map_err(|error| Failure::rejected(format!("EventBridge envelope: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloudevents::AttributesReader;

    fn event() -> Value {
        json!({"specversion": "1.0", "id": "1", "source": "/s", "type": "t", "data": {"a": 1}})
    }

    #[test]
    fn reads_a_bare_event() {
        assert!(matches!(read(&event()), Ok(Invocation::One(it)) if it.id() == "1"));
    }

    #[test]
    fn reads_an_event_in_the_detail_of_an_envelope() {
        let envelope = json!({"id": "e", "source": "x", "detail-type": "t", "detail": event()});

        assert!(matches!(read(&envelope), Ok(Invocation::One(it)) if it.id() == "1"));
    }

    #[test]
    fn a_message_that_is_no_event_fails_alone() {
        let batch = json!({"Records": [
            {"eventSource": "aws:sqs", "messageId": "a", "body": "not json"},
            {"eventSource": "aws:sqs", "messageId": "b", "body": event().to_string()},
        ]});

        let Ok(Invocation::Parts(parts)) = read(&batch) else { panic!("parts expected") };

        assert!(parts[0].event.is_err() && parts[1].event.is_ok());
    }

    #[test]
    fn reads_notifications_of_sns_and_s3() {
        let sns = json!({"Records": [{"EventSource": "aws:sns", "Sns": {"Message": event().to_string()}}]});
        let s3 = json!({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}}]});

        assert!(matches!(read(&sns), Ok(Invocation::Together(it)) if it[0].id() == "1"));
        assert!(
            matches!(read(&s3), Ok(Invocation::Together(it)) if it[0].ty() == "aws.s3.objectcreated.put")
        );
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(read(&json!({"junk": 1})).is_err());
    }
}
