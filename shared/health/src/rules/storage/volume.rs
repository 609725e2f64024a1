//! Volumes that failed, and volumes that nobody claims any more.

use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::text,
    world::World,
};
use chiron_model::Severity;

const LINK: &str = "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming";

pub(crate) const FAILED: Rule = Rule {
    doc: RuleDoc {
        name: "volume-failed",
        kinds: &["PersistentVolume"],
        conditions: &["VolumeFailedDelete"],
        about: "A volume could not be deleted or reused after its claim was gone (phase Failed).",
        remedy: "Read what its storage says. Delete the volume by hand only when its data is not needed any more.",
        link: LINK,
    },
    check: failed,
};

pub(crate) const RELEASED: Rule = Rule {
    doc: RuleDoc {
        name: "volume-released",
        kinds: &["PersistentVolume"],
        conditions: &["Released"],
        about: "A volume is kept after its claim was deleted. Worth knowing: it costs storage, and no claim gets it.",
        remedy: "Decide whether the data is needed. To use the volume again, remove spec.claimRef.",
        link: LINK,
    },
    check: released,
};

fn failed(_: &World, volume: &Tracked) -> Vec<Verdict> {
    let said = format!(
        "{} {}",
        text(&volume.body, &["status", "reason"]),
        text(&volume.body, &["status", "message"])
    );
    let message = format!("The volume failed: {}", said.trim());
    of_phase(volume, "Failed", Symptom::new("VolumeFailedDelete", Severity::Warning, message))
}

fn released(_: &World, volume: &Tracked) -> Vec<Verdict> {
    let claim = text(&volume.body, &["spec", "claimRef", "name"]);
    let message = format!("The volume is kept although its claim {claim} was deleted.");
    of_phase(volume, "Released", Symptom::new("Released", Severity::Info, message))
}

fn of_phase(volume: &Tracked, phase: &str, symptom: Symptom) -> Vec<Verdict> {
    if text(&volume.body, &["status", "phase"]) != phase {
        return Vec::new();
    }
    let policy = text(&volume.body, &["spec", "persistentVolumeReclaimPolicy"]);
    let quote = format!("{}: phase {phase}, reclaim policy {policy}", volume.reference.title());
    vec![Verdict::Sick(symptom.quoting(volume.observation, volume.seen_at, quote))]
}
