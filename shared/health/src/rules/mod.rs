//! One rule a file: when is an object of a kind in trouble?

mod admission;
mod autoscaler;
mod batch;
mod claim;
mod cluster;
mod config;
mod crash;
mod create;
mod custom;
mod evicted;
mod image;
mod job;
mod memory;
mod mesh;
mod mount;
pub(crate) mod network;
mod node;
mod probe;
mod ready;
mod replicas;
mod rollout;
mod schedule;
mod service;
mod service_port;
mod start;
mod storage;
mod workload;

use crate::{
    tracked::Tracked,
    verdict::Verdict,
    view::{is_terminating, text},
    world::World,
};
use chiron_model::Severity;
use std::time::Duration;

/// A container that ran this long since its last crash is well.
pub(crate) const STABLE: Duration = Duration::from_secs(30);

/// What a rule is for, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleDoc {
    /// Its name.
    pub name: &'static str,
    /// The kinds it looks at; `*` is every kind.
    pub kinds: &'static [&'static str],
    /// The conditions it reports.
    pub conditions: &'static [&'static str],
    /// When it fires, and when it does not.
    pub about: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// Where Kubernetes, or the project whose kinds these are, says more.
    pub link: &'static str,
}

/// A rule: its documentation and its check.
pub(crate) struct Rule {
    pub doc: RuleDoc,
    pub check: fn(&World, &Tracked) -> Vec<Verdict>,
}

/// The rules by family, causes before their consequences.
const FAMILIES: &[&[Rule]] = &[
    FIRST,
    workload::RULES,
    batch::RULES,
    storage::RULES,
    cluster::RULES,
    network::RULES,
    mesh::RULES,
    admission::RULES,
    custom::RULES,
];

/// The life of a container, from its image to its readiness, and what depends on it.
const FIRST: &[Rule] = &[
    memory::RULE,
    image::RULE,
    config::RULE,
    start::RULE,
    probe::RULE,
    crash::RULE,
    schedule::RULE,
    mount::RULE,
    evicted::RULE,
    ready::RULE,
    create::RULE,
    rollout::RULE,
    replicas::RULE,
    job::RULE,
    service::RULE,
    service_port::RULE,
    claim::RULE,
    autoscaler::RULE,
    node::READY,
    node::CORDONED,
];

/// The documentation of all rules.
#[must_use]
pub fn rule_docs() -> Vec<RuleDoc> {
    rules().map(|rule| rule.doc).collect()
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().copied().flatten()
}

/// Whether a rule of that name is one of these, and not a user's.
pub(crate) fn is_built_in(name: &str) -> bool {
    rules().any(|rule| rule.doc.name == name)
}

/// Rules for objects that are being deleted; all others are for those that are to stay.
const ENDING: &[&str] = &["stuck-terminating", "namespace-terminating"];

/// What all rules for the kind of `object` say of it.
pub(crate) fn check(world: &World, object: &Tracked) -> Vec<(&'static str, Verdict)> {
    let kind = object.reference.kind.as_str();
    let is_ending = is_terminating(&object.body);
    rules()
        .filter(|rule| ENDING.contains(&rule.doc.name) == is_ending)
        .filter(|rule| rule.doc.kinds.contains(&kind) || rule.doc.kinds == ["*"])
        .flat_map(|rule| (rule.check)(world, object).into_iter().map(|verdict| (rule.doc.name, verdict)))
        .collect()
}

/// Whether a pod is past caring: being deleted, or finished.
pub(crate) fn is_over(pod: &Tracked) -> bool {
    is_terminating(&pod.body) || matches!(text(&pod.body, &["status", "phase"]), "Succeeded" | "Failed")
}

/// Whether a pod belongs to a Job, for which failing and trying again is normal.
pub(crate) fn is_of_job(pod: &Tracked) -> bool {
    pod.owner().is_some_and(|owner| owner.kind == "Job")
}

/// Trouble of one pod: a warning while its workload serves, critical when nothing does.
pub(crate) fn severity(world: &World, pod: &Tracked) -> Severity {
    if is_of_job(pod) || world.is_serving(pod) { Severity::Warning } else { Severity::Critical }
}
