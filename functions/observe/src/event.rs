//! Kubernetes Events of both APIs and all ages, in one form.

use crate::{
    Refusal,
    field::{number, optional},
};
use serde_json::{Value, json};

/// The normal form of a Kubernetes Event: `type`, `reason`, `note`, `regarding`, `count`, `first`, `last`, `reporter`.
///
/// Source: the same stored object is served as `v1` and as `events.k8s.io/v1`; old reporters fill only the old fields.
pub(crate) fn normal_form(event: &Value) -> Result<Value, Refusal> {
    let regarding = either(event, "regarding", "involvedObject");
    let series = number(event, &["series", "count"])?;
    let count = number(event, &["count"])?.or(number(event, &["deprecatedCount"])?);
    let text = |new: &'static str, old: &'static str| -> Result<String, Refusal> {
        let text = optional(event, &[new])?;
        Ok(if text.is_empty() { optional(event, &[old])? } else { text }.trim_end().to_owned())
    };
    Ok(json!({
        "kind": "Event",
        "type": text("type", "type")?,
        "reason": text("reason", "reason")?,
        "note": text("note", "message")?,
        "regarding": {
            "apiVersion": regarding["apiVersion"],
            "kind": regarding["kind"],
            "namespace": regarding["namespace"],
            "name": regarding["name"],
            "uid": regarding["uid"],
            "fieldPath": regarding["fieldPath"],
        },
        "count": series.or(count).unwrap_or(1).max(1),
        "first": first_time(event),
        "last": last_time(event),
        "reporter": reporter(event),
    }))
}

fn either<'a>(event: &'a Value, new: &str, old: &str) -> &'a Value {
    if event[new].is_null() { &event[old] } else { &event[new] }
}

fn pick<'a>(candidates: &[&'a Value]) -> &'a Value {
    candidates.iter().find(|it| !it.is_null()).copied().unwrap_or(&Value::Null)
}

fn first_time(event: &Value) -> &Value {
    pick(&[
        &event["firstTimestamp"],
        &event["deprecatedFirstTimestamp"],
        &event["eventTime"],
        &event["metadata"]["creationTimestamp"],
    ])
}

fn last_time(event: &Value) -> &Value {
    pick(&[
        &event["series"]["lastObservedTime"],
        &event["lastTimestamp"],
        &event["deprecatedLastTimestamp"],
        &event["eventTime"],
        &event["metadata"]["creationTimestamp"],
    ])
}

fn reporter(event: &Value) -> &Value {
    let candidates = [
        &event["reportingController"],
        &event["reportingComponent"],
        &event["source"]["component"],
        &event["deprecatedSource"]["component"],
    ];
    candidates.into_iter().find(|it| it.as_str().is_some_and(|text| !text.is_empty())).unwrap_or(&Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_apis_give_the_same_form() {
        let old = json!({
            "type": "Warning", "reason": "BackOff", "message": "back-off ", "count": 3,
            "involvedObject": {"kind": "Pod", "name": "web"},
            "firstTimestamp": "2026-11-21T04:17:29Z", "lastTimestamp": "2026-11-21T04:18:29Z",
            "eventTime": null, "reportingComponent": "", "source": {"component": "kubelet"},
        });
        let new = json!({
            "type": "Warning", "reason": "BackOff", "note": "back-off", "deprecatedCount": 3,
            "regarding": {"kind": "Pod", "name": "web"},
            "deprecatedFirstTimestamp": "2026-11-21T04:17:29Z", "deprecatedLastTimestamp": "2026-11-21T04:18:29Z",
            "reportingController": "kubelet",
        });

        assert_eq!(normal_form(&old).unwrap(), normal_form(&new).unwrap());
    }

    #[test]
    fn a_scheduler_event_has_only_its_event_time() {
        let event = json!({"reason": "Scheduled", "eventTime": "2026-11-21T04:17:29.758000Z", "firstTimestamp": null});

        assert_eq!(normal_form(&event).unwrap()["last"], "2026-11-21T04:17:29.758000Z");
    }

    #[test]
    fn a_series_counts_more_than_the_count() {
        assert_eq!(normal_form(&json!({"series": {"count": 13}})).unwrap()["count"], 13);
    }

    #[test]
    fn a_negative_count_is_refused_by_its_name() {
        let error = normal_form(&json!({"count": -3})).unwrap_err().to_string();

        assert_eq!(error, "data.count: expected a number that is not negative, got -3");
    }
}
