//! More than one default storage class.

use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{text, time},
    world::World,
};
use chiron_model::Severity;

const DEFAULT: &[&str] =
    &["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "several-default-classes",
        kinds: &["StorageClass"],
        conditions: &["SeveralDefaults"],
        about: "Several storage classes are marked as the default one, so that claims without a class get the newest \
                of them. It is said of the newest one. Worth knowing, not a fault.",
        remedy: "Leave the mark on the class that is meant.",
        link: "https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass",
    },
    check,
};

fn check(world: &World, class: &Tracked) -> Vec<Verdict> {
    let age = |it: &Tracked| (time(&it.body, &["metadata", "creationTimestamp"]), it.reference.name.clone());
    let mut defaults: Vec<&Tracked> =
        world.objects.of_kind("StorageClass").filter(|it| is_default(it)).collect();
    defaults.sort_by_key(|it| age(it));
    let is_newest = defaults.last().is_some_and(|it| it.reference.uid == class.reference.uid);
    if defaults.len() < 2 || !is_newest {
        return Vec::new();
    }
    let names: Vec<&str> = defaults.iter().map(|it| it.reference.name.as_str()).take(8).collect();
    let message = format!("There are {} default storage classes: {}.", defaults.len(), names.join(", "));
    let quote = format!("{}: {message}", class.reference.title());
    vec![Verdict::Sick(Symptom::new("SeveralDefaults", Severity::Info, message).quoting(
        class.observation,
        class.seen_at,
        quote,
    ))]
}

fn is_default(class: &Tracked) -> bool {
    DEFAULT.iter().any(|it| text(&class.body, &["metadata", "annotations", it]) == "true")
}
