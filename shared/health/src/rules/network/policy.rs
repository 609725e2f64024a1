//! The policies of a world, ready to be asked about its workloads.

use super::{
    crew::{Crew, crews},
    fault::{Fault, blame_latest, is_of_group},
};
use crate::{
    reach::{Direction, Peers, PolicyName},
    tracked::Tracked,
    verdict::Symptom,
    view::{at, list, text},
    world::World,
};
use chiron_model::{FieldPath, Mechanism, Timestamp};
use serde_json::{Value, json};

/// Whether it is a policy of Kubernetes, not one of a network plugin.
pub(crate) fn is_policy(object: &Tracked) -> bool {
    is_of_group(object, "networking.k8s.io") || is_of_group(object, "extensions")
}

/// Workloads, each with a pod that stands for it.
pub(crate) struct Cast<'a> {
    pub crews: Vec<Crew<'a>>,
    /// In the order of the crews.
    pub pods: Vec<Value>,
}

impl<'a> Cast<'a> {
    pub(crate) fn of(world: &'a World) -> Self {
        let crews = crews(world);
        let pods = crews.iter().map(|crew| stand_in(&crew.pod.body)).collect();
        Self { crews, pods }
    }

    /// The solver over them.
    pub(crate) fn peers(&'a self, world: &'a World) -> Peers<'a> {
        let pods: Vec<&Value> = self.pods.iter().collect();
        let namespaces: Vec<&Value> = world.objects.of_kind("Namespace").map(|it| &it.body).collect();
        let policies = world.objects.of_kind("NetworkPolicy").filter(|it| is_policy(it));
        let policies: Vec<&Value> = policies.map(|it| &it.body).collect();
        Peers::new(&pods, &namespaces, &policies)
    }

    /// The crews with the pods that stand for them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Crew<'a>, &Value)> {
        self.crews.iter().zip(&self.pods)
    }
}

/// What the solver has to know of a pod. One that has no address yet is taken as it will be.
fn stand_in(pod: &Value) -> Value {
    let mut body = json!({"metadata": pod.get("metadata"), "spec": pod.get("spec")});
    if !at(pod, &["status", "podIP"]).is_null()
        && let Some(status) = pod.get("status")
    {
        body["status"] = status.clone();
    }
    body
}

/// The policy that is most likely at fault where several guard a pod: the one that was changed last, as far as changes
/// were seen; then the one whose rule comes nearest; then the youngest.
pub(crate) fn culprit<'a>(
    world: &'a World,
    guards: &[PolicyName],
    nearest: Option<&PolicyName>,
) -> Option<&'a Tracked> {
    let find = |name: &PolicyName| world.objects.named("NetworkPolicy", &name.namespace, &name.name);
    let rank = |it: &Tracked, is_nearest: bool| {
        let made = text(&it.body, &["metadata", "creationTimestamp"]).to_owned();
        (last_changed(world, it), is_nearest, made)
    };
    guards
        .iter()
        .filter_map(|name| Some((find(name)?, nearest == Some(name))))
        .max_by_key(|(it, is_nearest)| rank(it, *is_nearest))
        .map(|(it, _)| it)
}

/// When the policy was last seen to be changed or made.
pub(crate) fn last_changed(world: &World, policy: &Tracked) -> Option<Timestamp> {
    world.changes.iter().filter(|it| it.object.is_same_place(&policy.reference)).map(|it| it.at).max()
}

/// Blames the rules of that direction, or whom the policy guards and in what, whichever was changed last.
pub(crate) fn blame(world: &World, symptom: Symptom, policy: &Tracked, direction: Direction) -> Symptom {
    let rules = match direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    };
    let faults = [rules, "podSelector", "policyTypes"].map(|key| Fault {
        mechanism: Mechanism::NetworkPolicyBlocks,
        object: &policy.reference,
        field: FieldPath::from("spec").key(key),
        value: at(&policy.body, &["spec", key]),
    });
    blame_latest(world, symptom, &faults)
}

/// Whether a rule of the policy opens the port of name services to ends that the solver cannot tell to be such: an
/// address (some plugins see that of the Service), or namespaces whose labels are not known.
pub(crate) fn may_open_names(world: &World, policy: &Tracked) -> bool {
    let is_blind =
        world.sight.is_beyond("Namespace", "") || world.objects.of_kind("Namespace").next().is_none();
    list(&policy.body, &["spec", "egress"]).iter().any(|rule| {
        let ports = list(rule, &["ports"]);
        let ends = list(rule, &["to"]);
        let by_address = ends.iter().any(|end| !at(end, &["ipBlock"]).is_null());
        let by_labels = is_blind && ends.iter().any(|end| !at(end, &["namespaceSelector"]).is_null());
        let opens = ports.iter().any(opens_names);
        (by_address && opens) || (by_labels && (opens || ports.is_empty()))
    })
}

fn opens_names(entry: &Value) -> bool {
    match at(entry, &["port"]) {
        Value::Number(port) => {
            let last = at(entry, &["endPort"]).as_u64().or(port.as_u64());
            port.as_u64() <= Some(53) && last >= Some(53)
        }
        Value::String(name) => name.starts_with("dns") || name == "53",
        Value::Null => true,
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    }
}
