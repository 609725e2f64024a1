//! Jobs that gave up.

use super::{Rule, RuleDoc};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{condition, has_condition, text, time},
    world::World,
};
use chiron_model::Severity;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "job-failed",
        kinds: &["Job"],
        conditions: &["JobFailed"],
        about: "A Job has failed for good, and no later run of the same CronJob completed. Jobs that fail, try again and \
                complete are healthy.",
        remedy: "Read the logs of its pods. Run it again only when doing its work twice does no harm.",
        link: "https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy",
    },
    check,
};

fn check(world: &World, job: &Tracked) -> Vec<Verdict> {
    if is_made_good(world, job) {
        return Vec::new();
    }
    let Some(failed) = condition(&job.body, "Failed").filter(|it| text(it, &["status"]) == "True") else {
        return Vec::new();
    };
    let reason = text(failed, &["reason"]);
    let said = text(failed, &["message"]);
    let quote = format!("{}: Failed: {reason}: {said}", job.reference.title());
    vec![Verdict::Sick(
        Symptom::new("JobFailed", Severity::Warning, format!("The Job gave up: {said}"))
            .knowing("reason", reason)
            .quoting(job.observation, job.seen_at, quote),
    )]
}

/// Whether a later run of the same `CronJob` completed.
fn is_made_good(world: &World, job: &Tracked) -> bool {
    let created = |job: &Tracked| time(&job.body, &["metadata", "creationTimestamp"]);
    let Some(owner) = job.owner().filter(|it| it.kind == "CronJob") else { return false };
    world
        .objects
        .owned_by(owner.uid)
        .any(|it| has_condition(&it.body, "Complete", "True") && created(it) > created(job))
}
