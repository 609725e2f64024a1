//! Claims that get no volume.

use super::{Rule, RuleDoc};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, text},
    world::World,
};
use chiron_model::{Mechanism, Severity};

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "claim-pending",
        kinds: &["PersistentVolumeClaim"],
        conditions: &["ProvisioningFailed"],
        about: "A claim is pending and its provisioner says that it failed. A claim that waits for its first pod is \
                healthy.",
        remedy: "Name a storage class that exists, or create the volume that the claim waits for. Never delete a \
                 claim that is bound.",
        link: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/",
    },
    check,
};

fn check(world: &World, claim: &Tracked) -> Vec<Verdict> {
    if text(&claim.body, &["status", "phase"]) != "Pending" {
        return Vec::new();
    }
    world
        .tallies_of(&claim.reference)
        .filter(|it| it.reason == "ProvisioningFailed")
        .max_by_key(|it| it.last)
        .filter(|it| !(lacks_class(claim, &it.note) && has_class(world, claim)))
        .map(|it| {
            let quote = format!("Event on {}: ProvisioningFailed: {}", claim.reference.title(), it.note);
            let message = format!("The claim gets no volume: {}", it.note);
            let symptom = Symptom::new("ProvisioningFailed", Severity::Warning, message).quoting(
                it.observation,
                it.last,
                quote,
            );
            Verdict::Sick(blaming_class(symptom, claim, &it.note))
        })
        .into_iter()
        .collect()
}

/// The class is at fault when the provisioner says that there is none of its name.
fn blaming_class(symptom: Symptom, claim: &Tracked, said: &str) -> Symptom {
    if !lacks_class(claim, said) {
        return symptom;
    }
    let class = at(&claim.body, &["spec", "storageClassName"]);
    symptom.blaming(Mechanism::StorageClassMissing, &claim.reference, "spec.storageClassName", class)
}

/// Whether the provisioner says that there is no class of the name that the claim gives.
fn lacks_class(claim: &Tracked, said: &str) -> bool {
    let class = text(&claim.body, &["spec", "storageClassName"]);
    !class.is_empty() && said.contains(class) && said.contains("storageclass") && said.contains("not found")
}

/// Whether the class is there now: it may have been made a moment after the claim, and the provisioner looks again.
fn has_class(world: &World, claim: &Tracked) -> bool {
    let class = text(&claim.body, &["spec", "storageClassName"]);
    world.objects.named("StorageClass", "", class).is_some()
}
