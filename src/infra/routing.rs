//! The broker, the types of its events, and who gets which.

use super::{GROUPS, Group, Target};
use chiron_events::CATALOGUE;
use chiron_runtime::Descriptor;
use serde_json::{Value, json};

/// The name of the broker.
pub(super) const BROKER: &str = "chiron";
/// Deliveries to a function before the broker gives up. A function gives up itself after five, and then says so in a
/// dead letter; the rest are for a function that does not answer at all.
const RETRIES: u32 = 8;

pub(super) fn broker(target: &Target) -> Vec<Value> {
    let namespace = &target.namespace;
    vec![
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}),
        json!({
            "apiVersion": "eventing.knative.dev/v1",
            "kind": "Broker",
            "metadata": {"name": BROKER, "namespace": namespace},
            "spec": {
                // Linear would start with a pause of zero; see `docs/decisions/0009`.
                "delivery": {"retry": RETRIES, "backoffPolicy": "exponential", "backoffDelay": "PT1S"},
            },
        }),
    ]
}

pub(super) fn event_types(target: &Target) -> Vec<Value> {
    let attribute =
        |name: &str, required: bool, value: &str| json!({"name": name, "required": required, "value": value});
    CATALOGUE
        .iter()
        .map(|entry| {
            json!({
                "apiVersion": "eventing.knative.dev/v1beta3",
                "kind": "EventType",
                "metadata": {"name": entry.ty, "namespace": target.namespace},
                "spec": {
                    "reference": {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker", "name": BROKER},
                    "description": entry.about,
                    "attributes": [
                        attribute("specversion", true, "1.0"),
                        attribute("type", true, entry.ty),
                        attribute("id", true, "{uuid}"),
                        attribute("source", true, "/functions/{function}"),
                        attribute("cluster", true, "{cluster}"),
                        attribute("lane", false, "{lane}"),
                        attribute("correlationid", false, "{incident}"),
                    ],
                },
            })
        })
        .collect()
}

/// One trigger for each group: a second for the same Service would deliver events twice.
pub(super) fn triggers(target: &Target, functions: &[Descriptor]) -> Vec<Value> {
    GROUPS
        .iter()
        .map(|group| {
            json!({
                "apiVersion": "eventing.knative.dev/v1",
                "kind": "Trigger",
                "metadata": {"name": group.name, "namespace": target.namespace},
                "spec": {
                    "broker": BROKER,
                    "filters": [{"any": filters(group, functions)}],
                    "subscriber": {
                        "ref": {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "name": group.name},
                    },
                },
            })
        })
        .collect()
}

/// Each type that a function of the group takes, once; those that are only worked on in their true order come from the
/// sealed lanes alone.
fn filters(group: &Group, functions: &[Descriptor]) -> Vec<Value> {
    let mut taken: Vec<(&str, bool)> = Vec::new();
    for function in functions.iter().filter(|it| group.functions.contains(&it.about.name)) {
        for ty in function.inputs {
            match taken.iter_mut().find(|(known, _)| known == ty) {
                Some((_, is_live)) => *is_live |= function.about.live,
                None => taken.push((ty, function.about.live)),
            }
        }
    }
    taken.into_iter().map(|(ty, is_live)| filter(ty, is_live)).collect()
}

fn filter(ty: &str, is_live: bool) -> Value {
    let of_type = json!({"exact": {"type": ty}});
    if is_live {
        return of_type;
    }
    let sealed = json!({"any": [{"exact": {"lane": "sealed"}}, {"prefix": {"lane": "replay-"}}]});
    json!({"all": [of_type, sealed]})
}
