//! Replaces credentials in JSON.

use crate::{Redactor, names::is_sensitive};
use serde_json::{Map, Value};
use std::borrow::Cow;

impl Redactor {
    /// Replaces credentials anywhere in `value`.
    ///
    /// Names are keys of objects, names of environment variables (`{"name": .., "value": ..}`) and flags of commands
    /// (`--password`, followed by the value).
    pub fn json(&self, value: &mut Value) {
        self.walk("", value);
    }

    fn walk(&self, name: &str, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(cleaned) = self.named(name, text) {
                    *text = cleaned;
                }
            }
            Value::Array(items) => self.items(name, items),
            Value::Object(fields) => self.fields(fields),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn fields(&self, fields: &mut Map<String, Value>) {
        let variable = fields.get("name").and_then(Value::as_str).map(str::to_owned);
        for (key, value) in fields.iter_mut() {
            match (key.as_str(), &variable) {
                ("value", Some(name)) => self.walk(name, value),
                _ if is_opaque(key) => {}
                _ => self.walk(key, value),
            }
        }
    }

    fn items(&self, name: &str, items: &mut [Value]) {
        let mut flag: Option<String> = None;
        for item in items {
            let next = item.as_str().filter(|it| it.starts_with('-') && !it.contains('=')).map(str::to_owned);
            match flag.take().filter(|flag| is_sensitive(flag)) {
                Some(flag) if next.is_none() => self.walk(&flag, item),
                _ => self.walk(name, item),
            }
            flag = next;
        }
    }
}

/// Fields that hold digests and names by definition, long and random as they look.
fn is_opaque(key: &str) -> bool {
    matches!(
        key,
        "uid"
            | "resourceVersion"
            | "containerID"
            | "imageID"
            | "image"
            | "generateName"
            | "systemUUID"
            | "machineID"
            | "bootID"
            | "kind"
            | "apiVersion"
            | "secretName"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn clean(mut value: Value) -> String {
        Redactor::new(b"key").json(&mut value);
        value.to_string()
    }

    #[test]
    fn redacts_an_environment_variable_by_its_name() {
        let text = clean(
            json!({"env": [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "MODE", "value": "live"}]}),
        );

        assert!(!text.contains("hunter2") && text.contains("live"), "{text}");
    }

    #[test]
    fn redacts_the_value_after_a_flag() {
        let text = clean(json!({"args": ["--user", "bob", "--password", "hunter2", "--verbose"]}));

        assert!(!text.contains("hunter2") && text.contains("bob") && text.contains("--verbose"), "{text}");
    }

    #[test]
    fn leaves_identities_alone() {
        let whole = json!({
            "uid": "b6386f2e-c4b0-4cec-9aa8-75076421ef83",
            "imageID": "sha256:16d4c82eebd1346ff07eba45cf800741cd7417c93e72323b7fa98ab6ea2a8663",
            "resourceVersion": "16931",
        });

        assert_eq!(clean(whole.clone()), whole.to_string());
    }

    #[test]
    fn equal_secrets_get_equal_marks() {
        let redactor = Redactor::new(b"key");

        assert_eq!(redactor.named("password", "x1"), redactor.named("token", "x1"));
        assert_ne!(redactor.named("password", "x1"), Redactor::new(b"other").named("password", "x1"));
    }
}
