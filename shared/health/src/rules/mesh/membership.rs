//! Whether a pod is part of the mesh.

use crate::{
    tracked::Tracked,
    view::{at, containers, text},
    world::World,
};
use serde_json::Value;

/// The container that carries traffic for a pod.
const PROXY: &str = "istio-proxy";
/// Says that the node carries it.
const MODE: &str = "istio.io/dataplane-mode";

/// Whether traffic of the pod goes through the mesh: by a sidecar, or by its node.
pub(crate) fn is_member(world: &World, pod: &Tracked) -> bool {
    has_sidecar(pod) || is_ambient(world, pod)
}

/// Whether the pod has a proxy of its own.
pub(crate) fn has_sidecar(pod: &Tracked) -> bool {
    containers(at(&pod.body, &["spec"])).any(|it| text(it, &["name"]) == PROXY)
}

/// Whether the node carries the traffic of the pod.
pub(crate) fn is_ambient(world: &World, pod: &Tracked) -> bool {
    let annotated = text(&pod.body, &["metadata", "annotations", "ambient.istio.io/redirection"]);
    let own = text(&pod.body, &["metadata", "labels", MODE]);
    let mode = if own.is_empty() { text(namespace_labels(world, pod), &[MODE]) } else { own };
    annotated == "enabled" || mode == "ambient"
}

/// The labels of the namespace of a pod.
pub(crate) fn namespace_labels<'a>(world: &'a World, pod: &Tracked) -> &'a Value {
    world
        .objects
        .named("Namespace", "", &pod.reference.namespace)
        .map_or(&Value::Null, |it| at(&it.body, &["metadata", "labels"]))
}
