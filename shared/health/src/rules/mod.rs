//! One rule a file: when is an object of a kind in trouble?

mod autoscaler;
mod claim;
mod config;
mod crash;
mod create;
mod evicted;
mod image;
mod job;
mod memory;
mod mount;
mod node;
mod probe;
mod ready;
mod replicas;
mod rollout;
mod schedule;
mod service;
mod service_port;
mod start;

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
    /// The kinds it looks at.
    pub kinds: &'static [&'static str],
    /// The conditions it reports.
    pub conditions: &'static [&'static str],
    /// When it fires, and when it does not.
    pub about: &'static str,
}

/// A rule: its documentation and its check.
pub(crate) struct Rule {
    pub doc: RuleDoc,
    pub check: fn(&World, &Tracked) -> Vec<Verdict>,
}

/// All rules, causes before their consequences.
const RULES: &[Rule] = &[
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
    RULES.iter().map(|rule| rule.doc).collect()
}

/// What all rules for the kind of `object` say of it.
pub(crate) fn check(world: &World, object: &Tracked) -> Vec<(&'static str, Verdict)> {
    let kind = object.reference.kind.as_str();
    RULES
        .iter()
        .filter(|rule| rule.doc.kinds.contains(&kind))
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
