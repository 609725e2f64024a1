//! Raw cluster changes, as ApiServerSource sends them.

use serde_json::{Value, json};

/// A ConfigMap of that name at that version, changed so many seconds after half past four.
pub(crate) fn config_map(name: &str, version: u64, second: u32, data: &Value) -> Value {
    let object = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": format!("uid-{name}"),
            "resourceVersion": version.to_string(),
            "creationTimestamp": "2026-11-21T04:00:00Z",
        },
        "data": data,
    });
    event(&format!("{name}-{version}"), "update", second, &object)
}

/// An event about an object.
pub(crate) fn event(id: &str, operation: &str, second: u32, object: &Value) -> Value {
    json!({
        "specversion": "1.0",
        "id": id,
        "source": "https://10.96.0.1:443",
        "type": format!("dev.knative.apiserver.resource.{operation}"),
        "time": format!("2026-11-21T04:{:02}:{:02}Z", 30 + second / 60, second % 60),
        "datacontenttype": "application/json",
        "cluster": "lab",
        "data": object,
    })
}

/// The event with another value in one of its attributes.
pub(crate) fn with(event: &Value, name: &str, value: Value) -> Value {
    let mut event = event.clone();
    event[name] = value;
    event
}
