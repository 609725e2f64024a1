//! The Service that the API server calls, and why nothing behind it answers.

use crate::{
    rules::{
        is_over,
        network::{
            backend::service,
            fault::{Fault, Wanted, blame_latest, is_absent, still_coming},
        },
    },
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, is_ready, list, selects, template, text, time},
    world::World,
};
use chiron_model::{Change, FieldPath, Mechanism, ObjectRef, Timestamp};
use serde_json::Value;
use std::time::Duration;

/// A Service that is missing may be the next object that is written.
const WRITTEN: Duration = Duration::from_mins(1);
/// Pods start, and follow one another, within this time.
const PATIENCE: Duration = Duration::from_mins(2);

/// A Service as the object that has it called names it.
pub(super) struct Callee<'a> {
    pub namespace: &'a str,
    pub name: &'a Value,
    /// Where the name stands.
    pub field: FieldPath,
}

/// Why nothing answers.
pub(super) enum Silence<'w> {
    /// There is no such Service.
    Missing,
    /// The workload behind it wants no replicas.
    Idle { service: &'w Tracked, workload: &'w Tracked },
    /// No pod matches its selector.
    Empty { service: &'w Tracked },
    /// Pods match, and none is ready.
    Unready { service: &'w Tracked, pods: Vec<&'w Tracked> },
}

impl Callee<'_> {
    /// `ns/name`, for people.
    pub(super) fn title(&self) -> String {
        format!("{}/{}", self.namespace, self.own_name())
    }

    /// Why nothing answers; `None` where something does, or where it cannot be known.
    pub(super) fn silence<'w>(&self, world: &'w World) -> Option<Silence<'w>> {
        if is_absent(world, "", self.wanted()) {
            return Some(Silence::Missing);
        }
        let service = service(world, self.namespace, self.own_name())?;
        if !chooses_pods(service) || has_addresses(world, service) {
            return None;
        }
        let pods: Vec<&Tracked> = world.pods_behind(service).filter(|pod| !is_over(pod)).collect();
        if !pods.is_empty() {
            let is_served = pods.iter().any(|pod| is_ready(&pod.body));
            return (!is_served).then_some(Silence::Unready { service, pods });
        }
        match idle_workload(world, service) {
            Some(workload) => Some(Silence::Idle { service, workload }),
            None => world.is_read("Pod", self.namespace).then_some(Silence::Empty { service }),
        }
    }

    /// The answer while what is called may still come, or come back.
    pub(super) fn still_starting(
        &self,
        world: &World,
        caller: &Tracked,
        silence: &Silence<'_>,
    ) -> Option<Verdict> {
        match silence {
            Silence::Missing => still_coming(world, caller, self.wanted())
                .or_else(|| world.waits_until(made(caller)?.plus(WRITTEN))),
            Silence::Idle { service, .. } | Silence::Empty { service } | Silence::Unready { service, .. } => {
                let known = [made(caller), made(service), last_touched(world, caller, silence)];
                let turned = silence.pods().iter().filter_map(|pod| turned(pod));
                let since = known.into_iter().flatten().chain(turned).max()?;
                world.waits_until(since.plus(PATIENCE))
            }
        }
    }

    /// Names what is at fault: what was changed last of all that may be.
    pub(super) fn blame(
        &self,
        world: &World,
        caller: &Tracked,
        silence: &Silence<'_>,
        symptom: Symptom,
    ) -> Symptom {
        let own = fault(&caller.reference, self.field.clone(), self.name);
        let faults: Vec<Fault<'_>> = match silence {
            Silence::Missing => {
                let gone = Fault::deletion(world, Mechanism::WebhookUnavailable, self.wanted());
                std::iter::once(own).chain(gone).collect()
            }
            Silence::Idle { workload, .. } => {
                let replicas = at(&workload.body, &["spec", "replicas"]);
                vec![fault(&workload.reference, FieldPath::from("spec.replicas"), replicas), own]
            }
            Silence::Empty { service } => {
                let selector = at(&service.body, &["spec", "selector"]);
                vec![fault(&service.reference, FieldPath::from("spec.selector"), selector), own]
            }
            // Why its pods are not ready is told of them; here it is a cause only that this Service is called at all.
            Silence::Unready { .. } if self.is_new(world, caller) => vec![own],
            Silence::Unready { .. } => Vec::new(),
        };
        blame_latest(world, symptom, &faults)
    }

    fn own_name(&self) -> &str {
        self.name.as_str().unwrap_or("")
    }

    fn wanted(&self) -> Wanted<'_> {
        Wanted { kind: "Service", namespace: self.namespace, name: self.own_name() }
    }

    /// Whether it was seen that the name was put there.
    fn is_new(&self, world: &World, caller: &Tracked) -> bool {
        world.changes.iter().any(|change| {
            let is_around =
                change.field.is_within(self.field.as_str()) || self.field.is_within(change.field.as_str());
            change.object.uid == caller.reference.uid && !change.field.is_root() && is_around
        })
    }
}

impl Silence<'_> {
    /// What is wrong, as the end of a sentence.
    pub(super) fn told(&self, callee: &Callee<'_>) -> String {
        let title = callee.title();
        match self {
            Self::Missing => format!("Service {title} does not exist"),
            Self::Idle { workload, .. } => {
                format!("{} behind Service {title} is scaled to zero", workload.reference.title())
            }
            Self::Empty { .. } => format!("no pod matches the selector of Service {title}"),
            Self::Unready { pods, .. } => {
                format!("none of {} pods behind Service {title} is ready", pods.len())
            }
        }
    }

    fn pods(&self) -> &[&Tracked] {
        match self {
            Self::Unready { pods, .. } => pods,
            Self::Missing | Self::Idle { .. } | Self::Empty { .. } => &[],
        }
    }

    fn is_about(&self, uid: &str) -> bool {
        match self {
            Self::Missing => false,
            Self::Idle { service, workload } => service.reference.uid == uid || workload.reference.uid == uid,
            Self::Empty { service } | Self::Unready { service, .. } => service.reference.uid == uid,
        }
    }

    fn namespace(&self) -> &str {
        match self {
            Self::Missing => "",
            Self::Idle { service, .. } | Self::Empty { service } | Self::Unready { service, .. } => {
                &service.reference.namespace
            }
        }
    }
}

fn fault<'a>(object: &'a ObjectRef, field: FieldPath, value: &'a Value) -> Fault<'a> {
    Fault { mechanism: Mechanism::WebhookUnavailable, object, field, value }
}

/// Whether the Service finds its pods by a selector: others have addresses that are written by hand.
fn chooses_pods(service: &Tracked) -> bool {
    let selector = at(&service.body, &["spec", "selector"]).as_object();
    selector.is_some_and(|it| !it.is_empty()) && text(&service.body, &["spec", "type"]) != "ExternalName"
}

/// Whether a slice has an address that may be used; not to say so means that it may.
fn has_addresses(world: &World, service: &Tracked) -> bool {
    let slices = world.objects.in_namespace("EndpointSlice", &service.reference.namespace);
    let is_own = |slice: &&Tracked| {
        text(&slice.body, &["metadata", "labels", "kubernetes.io/service-name"]) == service.reference.name
    };
    slices
        .filter(is_own)
        .flat_map(|slice| list(&slice.body, &["endpoints"]))
        .any(|endpoint| at(endpoint, &["conditions", "ready"]).as_bool() != Some(false))
}

/// A workload whose pods the Service would choose, and which wants none.
fn idle_workload<'w>(world: &'w World, service: &Tracked) -> Option<&'w Tracked> {
    let selector = at(&service.body, &["spec", "selector"]);
    let all = ["Deployment", "StatefulSet"]
        .into_iter()
        .flat_map(|kind| world.objects.in_namespace(kind, &service.reference.namespace));
    let mut idle = all.filter(|it| at(&it.body, &["spec", "replicas"]).as_u64() == Some(0));
    idle.find(|it| selects(selector, at(template(&it.body), &["metadata", "labels"])))
}

/// When something was changed that may be why nothing answers; what was deleted beside the Service may be its pods.
fn last_touched(world: &World, caller: &Tracked, silence: &Silence<'_>) -> Option<Timestamp> {
    let matters = |change: &&Change| {
        let is_gone = change.field.is_root() && change.to.is_null();
        change.object.uid == caller.reference.uid
            || silence.is_about(&change.object.uid)
            || (is_gone && change.object.namespace == silence.namespace())
    };
    world.changes.iter().filter(matters).map(|change| change.at).max()
}

fn made(object: &Tracked) -> Option<Timestamp> {
    time(&object.body, &["metadata", "creationTimestamp"])
}

fn turned(pod: &Tracked) -> Option<Timestamp> {
    let ready = condition(&pod.body, "Ready").and_then(|it| time(it, &["lastTransitionTime"]));
    ready.map(|at| pod.happened(at)).or_else(|| made(pod))
}
