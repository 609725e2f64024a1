//! Secrets: which keys there are and whether they change, never what is in them.

use chiron_redact::Redactor;
use serde_json::{Map, Value};

/// Replaces all values of a Secret by keyed hashes.
pub(crate) fn hide(secret: &mut Value, redactor: &Redactor) {
    for part in ["data", "stringData"] {
        if let Some(values) = secret.get_mut(part).and_then(Value::as_object_mut) {
            for value in values.values_mut() {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                *value = redactor.mark("secret", &text).into();
            }
        }
    }
}

/// Names the keys of a Secret whose data was not read, as its field managers do, each with the time when it was written last:
/// so a key that was written anew differs from what it was.
pub(crate) fn name_keys(secret: &mut Value) {
    if !secret["data"].is_null() {
        return;
    }
    let mut written: Map<String, Value> = Map::new();
    for entry in secret["metadata"]["managedFields"].as_array().into_iter().flatten() {
        let time = entry["time"].as_str().unwrap_or("at an unknown time");
        let mark = format!("[not read, written {time}]");
        let fields = entry["fieldsV1"]["f:data"].as_object().into_iter().flatten();
        for key in fields.filter_map(|(key, _)| key.strip_prefix("f:")) {
            let known = written.get(key).and_then(Value::as_str);
            if known.is_none_or(|known| known < mark.as_str()) {
                written.insert(key.to_owned(), mark.clone().into());
            }
        }
    }
    if !written.is_empty()
        && let Some(fields) = secret.as_object_mut()
    {
        fields.insert("data".to_owned(), Value::Object(written));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_that_were_not_read_are_named_with_the_time_of_their_last_writer() {
        let entry =
            |time: &str, keys: Value| json!({"time": time, "fieldsV1": {"f:data": keys, "f:type": {}}});
        let mut secret = json!({"kind": "Secret", "metadata": {"managedFields": [
            entry("2026-11-21T04:00:00Z", json!({".": {}, "f:user": {}, "f:.dockerconfigjson": {}})),
            entry("2026-11-21T05:00:00Z", json!({"f:.dockerconfigjson": {}})),
        ]}});

        name_keys(&mut secret);

        assert_eq!(
            secret["data"],
            json!({
                "user": "[not read, written 2026-11-21T04:00:00Z]",
                ".dockerconfigjson": "[not read, written 2026-11-21T05:00:00Z]",
            })
        );
    }

    #[test]
    fn data_that_was_read_is_left_as_it_is() {
        let mut secret = json!({"data": {"a": "b"}, "metadata": {"managedFields": [{"fieldsV1": {"f:data": {"f:c": {}}}}]}});

        name_keys(&mut secret);

        assert_eq!(secret["data"], json!({"a": "b"}));
    }
}
