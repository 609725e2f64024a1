//! When the state was captured: the latest time that any object tells of something that has happened.

use chiron_model::Timestamp;
use serde_json::Value;

/// Fields that tell of the past. Others, such as the end of a certificate, may lie ahead.
const PAST: [&str; 17] = [
    "creationTimestamp",
    "lastTimestamp",
    "firstTimestamp",
    "eventTime",
    "lastObservedTime",
    "lastTransitionTime",
    "lastHeartbeatTime",
    "lastProbeTime",
    "lastUpdateTime",
    "lastScheduleTime",
    "lastSuccessfulTime",
    "startTime",
    "completionTime",
    "startedAt",
    "finishedAt",
    "renewTime",
    "time",
];
/// The parts of an object that the API server and controllers write. The rest is the user's and may say anything.
const PARTS: [&str; 2] = ["metadata", "status"];

/// Moves `latest` forward to the latest time in the object.
pub(crate) fn advance(latest: &mut Option<String>, object: &Value) {
    let mut best = latest.take().and_then(|time| time.parse::<Timestamp>().ok());
    for part in PARTS {
        look(object.get(part), &mut best);
    }
    if let Some(Value::Object(fields)) = Some(object) {
        fields
            .iter()
            .filter(|(_, value)| value.is_string())
            .for_each(|(name, value)| take(name, value, &mut best));
        let inner = [fields.get("series"), object.pointer("/spec/renewTime").map(|_| &object["spec"])];
        inner.into_iter().flatten().for_each(|part| look(Some(part), &mut best));
    }
    *latest = best.map(|time| time.to_string());
}

fn look(value: Option<&Value>, best: &mut Option<Timestamp>) {
    match value {
        Some(Value::Object(fields)) => {
            for (name, inner) in fields {
                if name == "annotations" || name == "labels" || name == "fieldsV1" {
                    continue;
                }
                take(name, inner, best);
                look(Some(inner), best);
            }
        }
        Some(Value::Array(items)) => items.iter().for_each(|item| look(Some(item), best)),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {}
    }
}

fn take(name: &str, value: &Value, best: &mut Option<Timestamp>) {
    if let Some(text) = value.as_str()
        && PAST.contains(&name)
        && let Ok(time) = text.parse::<Timestamp>()
    {
        *best = (*best).max(Some(time));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_latest_past_time_counts() {
        let mut latest = None;

        advance(&mut latest, &json!({"metadata": {"creationTimestamp": "2025-01-01T00:00:00Z"}}));
        advance(&mut latest, &json!({"lastTimestamp": "2025-01-02T02:00:00+02:00"}));
        advance(&mut latest, &json!({"status": {"notAfter": "2035-01-01T00:00:00Z", "startTime": "x"}}));
        advance(&mut latest, &json!({"spec": {"renewTime": "2025-01-02T00:00:01.5Z"}}));

        assert!(latest.is_some_and(|time| time.starts_with("2025-01-02T00:00:01.5")));
    }
}
