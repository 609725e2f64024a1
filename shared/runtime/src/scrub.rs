//! Takes credentials out of events that are kept although they were never handled.

use chiron_events::{RESOURCE_TYPES, payload_of};
use chiron_redact::Redactor;
use cloudevents::{AttributesReader, Event};
use serde_json::{Value, json};

/// Larger events are kept by their fingerprint only.
const MAX_KEPT_BYTES: usize = 200 * 1024;

/// An event as it may be kept: credentials replaced, data of Secrets and bookkeeping taken out.
#[must_use]
pub fn scrub(mut event: Event, redactor: &Redactor) -> Event {
    let is_raw = RESOURCE_TYPES.contains(&event.ty());
    let Ok(mut data) = payload_of(event.clone()) else {
        event.set_data("application/json", json!({"note": "the data was not JSON and is not kept"}));
        return event;
    };
    if is_raw {
        hide_secret(&mut data, redactor);
    }
    redactor.json(&mut data);
    let bytes = data.to_string();
    if bytes.len() > MAX_KEPT_BYTES {
        let digest = chiron_model::Digest::of(bytes.as_bytes());
        data = json!({"note": "too large to be kept", "sha256": digest, "bytes": bytes.len()});
    }
    event.set_data("application/json", data);
    event
}

fn hide_secret(object: &mut Value, redactor: &Redactor) {
    if let Some(annotations) = object.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    }
    if object["kind"] != "Secret" {
        return;
    }
    for part in ["data", "stringData"] {
        if let Some(values) = object.get_mut(part).and_then(Value::as_object_mut) {
            for value in values.values_mut() {
                *value = redactor.mark("secret", &value.to_string()).into();
            }
        }
    }
}
