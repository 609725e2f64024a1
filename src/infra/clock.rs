//! The clock of the scrapes.

use super::{Target, routing::BROKER};
use serde_json::{Value, json};

/// Says every minute that it is time to read metrics; what came since the last time is read then.
pub(super) fn clock(target: &Target) -> Vec<Value> {
    vec![json!({
        "apiVersion": "sources.knative.dev/v1",
        "kind": "PingSource",
        "metadata": {"name": "chiron-scrape", "namespace": target.namespace},
        "spec": {
            "schedule": "* * * * *",
            "contentType": "application/json",
            "data": "{}",
            "ceOverrides": {"extensions": {"cluster": target.cluster}},
            "sink": {"ref": {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker", "name": BROKER}},
        },
    })]
}
