//! The revision at which a rollout stops.

use crate::{
    diff::diff,
    rules::{Rule, RuleDoc},
    standing::standing,
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, text},
    world::World,
};
use chiron_model::Severity;
use serde_json::{Value, json};

/// Where the Deployment controller writes the number of a revision.
const REVISION: &str = "deployment.kubernetes.io/revision";
/// Differences from the former revision that are told.
const MAX_DIFFERENCES: usize = 8;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "revision-stuck",
        kinds: &["ReplicaSet"],
        conditions: &["ProgressDeadlineExceeded"],
        about: "The newest revision of a Deployment whose rollout made no progress within its deadline. It says what \
                differs from the revision before, when both are known. A rollout in progress is not reported.",
        remedy: "Undo the rollout (kubectl rollout undo), or repair what differs.",
        link: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-back-a-deployment",
    },
    check,
};

fn check(world: &World, set: &Tracked) -> Vec<Verdict> {
    stuck(world, set).map(Verdict::Sick).into_iter().collect()
}

fn stuck(world: &World, set: &Tracked) -> Option<Symptom> {
    let owner = set.owner().filter(|it| it.kind == "Deployment")?;
    let deployment = world.objects.get(owner.uid)?;
    let progressing = condition(&deployment.body, "Progressing")?;
    let standing = standing(&set.body)?;
    let number = revision(set)?;
    let is_newest = world.objects.owned_by(owner.uid).filter_map(revision).max() == Some(number);
    let is_late = text(progressing, &["reason"]) == "ProgressDeadlineExceeded";
    if !is_late || !is_newest || standing.ready >= standing.desired {
        return None;
    }
    let severity = if world.is_serving(set) { Severity::Warning } else { Severity::Critical };
    let message =
        format!("Revision {number} stops at {} of {} ready replicas.", standing.ready, standing.desired);
    let quote = format!("{}: {message}", set.reference.title());
    let symptom = Symptom::new("ProgressDeadlineExceeded", severity, message)
        .knowing("revision", number)
        .quoting(set.observation, set.seen_at, quote);
    Some(match former(world, owner.uid, number) {
        Some(former) => symptom.knowing("differences", differences(former, set)),
        None => symptom,
    })
}

fn revision(set: &Tracked) -> Option<u64> {
    text(&set.body, &["metadata", "annotations", REVISION]).parse().ok()
}

/// The revision before that one.
fn former<'a>(world: &'a World, deployment: &str, number: u64) -> Option<&'a Tracked> {
    let older = world.objects.owned_by(deployment).filter(|it| revision(it).is_some_and(|it| it < number));
    older.max_by_key(|it| revision(it))
}

/// What differs between the templates of two revisions: field, before, after.
fn differences(former: &Tracked, set: &Tracked) -> Value {
    let template = |set: &Tracked| {
        let mut template = at(&set.body, &["spec", "template"]).clone();
        let labels = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut);
        if let Some(labels) = labels {
            labels.remove("pod-template-hash");
        }
        json!({"spec": {"template": template}})
    };
    diff(&template(former), &template(set))
        .into_iter()
        .take(MAX_DIFFERENCES)
        .map(|(field, from, to)| json!({"field": field, "from": from, "to": to}))
        .collect()
}
