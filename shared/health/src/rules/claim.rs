//! Claims that get no volume.

use super::{Rule, RuleDoc};
use crate::{
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::text,
    world::World,
};
use chiron_model::Severity;

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
            Verdict::Sick(
                Symptom::new(
                    "ProvisioningFailed",
                    Severity::Warning,
                    format!("The claim gets no volume: {}", it.note),
                )
                .quoting(it.observation, it.last, quote),
            )
        })
        .into_iter()
        .collect()
}
