//! Jobs that gave up.

use super::{Rule, RuleDoc};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{condition, text},
    world::World,
};
use chiron_model::Severity;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "job-failed",
        kinds: &["Job"],
        conditions: &["JobFailed"],
        about: "A Job has failed for good. Jobs that fail, try again and complete are healthy.",
    },
    check,
};

fn check(_: &World, job: &Tracked) -> Vec<Verdict> {
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
