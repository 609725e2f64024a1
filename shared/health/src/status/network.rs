//! Services and Ingresses: has the load balancer got an address?

use serde_json::Value;

use super::health::{
    Health::{Healthy, Progressing},
    ObjectHealth,
};
use crate::view;

/// A Service: only one of type `LoadBalancer` has something to wait for.
pub(super) fn service(object: &Value) -> ObjectHealth {
    match view::text(object, &["spec", "type"]) {
        "LoadBalancer" => balanced(object),
        _ => Healthy.because("needs no load balancer"),
    }
}

/// An Ingress waits for the address of its load balancer.
pub(super) fn ingress(object: &Value) -> ObjectHealth {
    balanced(object)
}

fn balanced(object: &Value) -> ObjectHealth {
    let entries = view::list(object, &["status", "loadBalancer", "ingress"]);
    let address = entries
        .iter()
        .flat_map(|entry| ["ip", "hostname"].map(|key| view::text(entry, &[key])))
        .find(|address| !address.is_empty());
    match (entries.is_empty(), address) {
        (true, _) => Progressing.because("the load balancer has no address yet"),
        (false, Some(address)) => Healthy.because(format!("the load balancer answers at {address}")),
        (false, None) => Healthy.because("the load balancer is set up"),
    }
}
