//! Jobs that try again, and Jobs that outlive their deadline.

use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, count, has_condition, time},
    world::World,
};
use chiron_model::Severity;
use std::time::Duration;

/// The controller ends a Job soon after its deadline.
const PATIENCE: Duration = Duration::from_mins(5);
/// Retries that a Job has where it does not say.
const RETRIES: u64 = 6;

pub(crate) const RETRYING: Rule = Rule {
    doc: RuleDoc {
        name: "job-retrying",
        kinds: &["Job"],
        conditions: &["JobRetrying"],
        about: "Pods of a Job failed, and it tries again. Worth knowing, not a fault: it may yet complete. Jobs that \
                completed or gave up are not reported here.",
        remedy: "Nothing yet. Read the log of a failed pod when the retries run out.",
        link: "https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy",
    },
    check: retrying,
};

pub(crate) const OVERDUE: Rule = Rule {
    doc: RuleDoc {
        name: "job-overdue",
        kinds: &["Job"],
        conditions: &["DeadlineExceeded"],
        about: "A Job is active 5 minutes after its own deadline (spec.activeDeadlineSeconds). Jobs without a deadline \
                may run for ever.",
        remedy: "Look at the controller manager, and at why the pods of the Job do not end.",
        link: "https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup",
    },
    check: overdue,
};

fn is_ended(job: &Tracked) -> bool {
    ["Complete", "Failed"].iter().any(|it| has_condition(&job.body, it, "True"))
}

fn retrying(_: &World, job: &Tracked) -> Vec<Verdict> {
    let failed = count(&job.body, &["status", "failed"]);
    let limit = at(&job.body, &["spec", "backoffLimit"]).as_u64().unwrap_or(RETRIES);
    if failed == 0 || is_ended(job) {
        return Vec::new();
    }
    let message = format!("{failed} pods of the Job failed, and it tries again (at most {limit} times).");
    let quote = format!("{}: status.failed is {failed}", job.reference.title());
    vec![Verdict::Sick(
        Symptom::new("JobRetrying", Severity::Info, message).knowing("failed", failed).quoting(
            job.observation,
            job.seen_at,
            quote,
        ),
    )]
}

fn overdue(world: &World, job: &Tracked) -> Vec<Verdict> {
    let deadline = at(&job.body, &["spec", "activeDeadlineSeconds"]).as_u64();
    let started = time(&job.body, &["status", "startTime"]);
    let is_suspended = at(&job.body, &["spec", "suspend"]) == true;
    let (Some(deadline), Some(started)) = (deadline, started) else { return Vec::new() };
    if is_ended(job) || is_suspended {
        return Vec::new();
    }
    let end = started.plus(Duration::from_secs(deadline));
    let due = end.plus(PATIENCE);
    if world.now < due {
        return vec![Verdict::Pending(due)];
    }
    let message = format!("The Job should have been ended at {end}, and is still active.");
    let quote =
        format!("{}: started at {started}, spec.activeDeadlineSeconds is {deadline}", job.reference.title());
    vec![Verdict::Sick(Symptom::new("DeadlineExceeded", Severity::Warning, message).quoting(
        job.observation,
        job.seen_at,
        quote,
    ))]
}
