//! Field managers, reduced to who wrote last and when.

use chiron_model::{Digest, Writer};
use serde_json::Value;

/// Who wrote an object, from its `metadata.managedFields`.
pub(crate) fn writers(object: &Value) -> Vec<Writer> {
    let entries = object["metadata"]["managedFields"].as_array();
    entries.into_iter().flatten().map(writer).collect()
}

fn writer(entry: &Value) -> Writer {
    let fields = &entry["fieldsV1"];
    Writer {
        manager: entry["manager"].as_str().unwrap_or_default().to_owned(),
        status: entry["subresource"] == "status",
        at: entry["time"].as_str().and_then(|time| time.parse().ok()),
        fields: Digest::of(fields.to_string().as_bytes()).short().to_owned(),
        scales: !fields["f:spec"]["f:replicas"].is_null(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tells_status_from_intent_and_who_scales() {
        let object = json!({"metadata": {"managedFields": [
            {"manager": "kubectl", "time": "2026-11-21T04:17:29Z", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
            {"manager": "kube-controller-manager", "subresource": "status"},
        ]}});

        let found = writers(&object);

        assert!(found[0].scales && !found[0].status && found[0].at.is_some());
        assert!(found[1].status && !found[1].scales && found[1].at.is_none());
    }
}
