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
    let class = at(&claim.body, &["spec", "storageClassName"]);
    let is_named = class.as_str().is_some_and(|name| !name.is_empty() && said.contains(name));
    if !(is_named && said.contains("storageclass") && said.contains("not found")) {
        return symptom;
    }
    symptom.blaming(Mechanism::StorageClassMissing, &claim.reference, "spec.storageClassName", class)
}
