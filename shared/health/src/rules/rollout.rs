//! Rollouts that do not get on.

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
        name: "rollout-stuck",
        kinds: &["Deployment"],
        conditions: &["ProgressDeadlineExceeded"],
        about: "A rollout made no progress within its own deadline. A rollout in progress is not reported.",
        remedy: "Look at the findings of the new pods and fix or undo the rollout (kubectl rollout undo). The \
                 former revision goes on serving.",
        link: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment",
    },
    check,
};

fn check(world: &World, deployment: &Tracked) -> Vec<Verdict> {
    let Some(progressing) = condition(&deployment.body, "Progressing") else { return Vec::new() };
    if text(progressing, &["reason"]) != "ProgressDeadlineExceeded" {
        return Vec::new();
    }
    let said = text(progressing, &["message"]);
    let severity = if world.is_serving(deployment) { Severity::Warning } else { Severity::Critical };
    let quote = format!("{}: Progressing is False: {said}", deployment.reference.title());
    vec![Verdict::Sick(
        Symptom::new("ProgressDeadlineExceeded", severity, format!("The rollout does not get on: {said}"))
            .quoting(deployment.observation, deployment.seen_at, quote),
    )]
}
