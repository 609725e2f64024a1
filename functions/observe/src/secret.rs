//! Secrets: which keys there are and whether they change, never what is in them.

use chiron_redact::Redactor;
use serde_json::Value;

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
