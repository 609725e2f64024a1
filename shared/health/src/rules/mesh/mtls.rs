//! Which `PeerAuthentication` decides whether a pod takes plain connections.

use super::host::{ROOT, SECURITY};
use crate::{
    rules::network::fault::is_of_group,
    tracked::Tracked,
    view::{at, selects, text},
    world::World,
};
use chiron_model::FieldPath;
use serde_json::Value;

/// The setting that holds for one port of a pod.
pub(crate) struct Setting<'a> {
    pub policy: &'a Tracked,
    pub field: FieldPath,
    pub value: &'a Value,
}

impl Setting<'_> {
    /// Whether plain connections are refused.
    pub(crate) fn is_strict(&self) -> bool {
        self.value.as_str() == Some("STRICT")
    }
}

/// The setting for a port of a pod: that of its workload, of its namespace, or of the mesh, the first that says
/// anything. Of several at one level the oldest counts.
pub(crate) fn setting<'a>(world: &'a World, pod: &Tracked, port: u16) -> Option<Setting<'a>> {
    let home = pod.reference.namespace.as_str();
    let labels = at(&pod.body, &["metadata", "labels"]);
    let own = oldest(world, home, |selector| selects(selector, labels));
    own.and_then(|policy| of_port(policy, port))
        .or_else(|| own.and_then(whole))
        .or_else(|| oldest(world, home, |selector| !is_selecting(selector)).and_then(whole))
        .or_else(|| oldest(world, ROOT, |selector| !is_selecting(selector)).and_then(whole))
}

fn is_selecting(selector: &Value) -> bool {
    selector.as_object().is_some_and(|it| !it.is_empty())
}

fn oldest<'a>(world: &'a World, namespace: &str, fits: impl Fn(&Value) -> bool) -> Option<&'a Tracked> {
    let policies = world.objects.in_namespace("PeerAuthentication", namespace);
    policies
        .filter(|it| is_of_group(it, SECURITY) && !crate::view::is_terminating(&it.body))
        .filter(|it| fits(at(&it.body, &["spec", "selector", "matchLabels"])))
        .min_by_key(|it| text(&it.body, &["metadata", "creationTimestamp"]))
}

fn of_port(policy: &Tracked, port: u16) -> Option<Setting<'_>> {
    let port = port.to_string();
    let value = at(&policy.body, &["spec", "portLevelMtls", &port, "mode"]);
    let field = FieldPath::from("spec.portLevelMtls").key(&port).key("mode");
    says(value).then_some(Setting { policy, field, value })
}

fn whole(policy: &Tracked) -> Option<Setting<'_>> {
    let value = at(&policy.body, &["spec", "mtls", "mode"]);
    says(value).then(|| Setting { policy, field: FieldPath::from("spec.mtls.mode"), value })
}

/// A mode that is not set is that of the level above.
fn says(value: &Value) -> bool {
    value.as_str().is_some_and(|mode| !mode.is_empty() && mode != "UNSET")
}
