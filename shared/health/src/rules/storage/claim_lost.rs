//! Claims whose volume is gone.

use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, text},
    world::World,
};
use chiron_model::{Mechanism, Severity};

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "claim-lost",
        kinds: &["PersistentVolumeClaim"],
        conditions: &["ClaimLost"],
        about: "The volume that a claim was bound to does not exist any more, or is bound to another claim. Critical \
                while a pod names the claim.",
        remedy: "Make the volume again over the same storage, with its old name and reclaim policy Retain, before \
                 anything else is done. Do not delete the claim.",
        link: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/",
    },
    check,
};

fn check(world: &World, claim: &Tracked) -> Vec<Verdict> {
    if text(&claim.body, &["status", "phase"]) != "Lost" {
        return Vec::new();
    }
    let volume = at(&claim.body, &["spec", "volumeName"]);
    let name = volume.as_str().unwrap_or("");
    let severity = if is_used(world, claim) { Severity::Critical } else { Severity::Warning };
    let message = format!("The volume {name} of the claim is lost; what was stored there cannot be reached.");
    let quote = format!("{}: phase Lost, volumeName {name}", claim.reference.title());
    vec![Verdict::Sick(
        Symptom::new("ClaimLost", severity, message)
            .knowing("volume", name)
            .quoting(claim.observation, claim.seen_at, quote)
            .blaming(Mechanism::VolumeHeldElsewhere, &claim.reference, "spec.volumeName", volume),
    )]
}

fn is_used(world: &World, claim: &Tracked) -> bool {
    world.objects.in_namespace("Pod", &claim.reference.namespace).any(|pod| {
        list(&pod.body, &["spec", "volumes"])
            .iter()
            .any(|it| text(it, &["persistentVolumeClaim", "claimName"]) == claim.reference.name)
    })
}
