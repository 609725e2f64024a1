//! Definitions of custom resources that the API server does not serve.

use crate::{
    rules::{Rule, RuleDoc, network::fault::is_of_group},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, condition, text, time},
    world::World,
};
use chiron_model::{Mechanism, Severity};
use serde_json::Value;
use std::time::Duration;

/// The API server takes up a definition within seconds.
const PATIENCE: Duration = Duration::from_mins(1);
/// What the API server must say, and what is told when it denies it. Names come first: without them nothing is served.
const WANTED: &[(&str, &str)] = &[("NamesAccepted", "NamesNotAccepted"), ("Established", "NotEstablished")];

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "definition-not-served",
        kinds: &["CustomResourceDefinition"],
        conditions: &["NamesNotAccepted", "NotEstablished"],
        about: "The API server has not accepted the names of a custom resource, or does not serve it, for a minute: most \
                often another definition has one of the names. A definition without a status is left alone.",
        remedy: "Compare spec.names with the other definitions of the group, and remove or rename the one that is not \
                 needed. To delete a definition deletes all of its objects.",
        link: "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/",
    },
    check,
};

fn check(world: &World, definition: &Tracked) -> Vec<Verdict> {
    if !is_of_group(definition, "apiextensions.k8s.io") {
        return Vec::new();
    }
    let denied = WANTED.iter().find_map(|(kind, told)| {
        let denied = condition(&definition.body, kind).filter(|it| text(it, &["status"]) == "False")?;
        Some((denied, *told))
    });
    let Some((denied, told)) = denied else { return Vec::new() };
    let since = time(denied, &["lastTransitionTime"]).unwrap_or(definition.seen_at);
    vec![world.waits_until(since.plus(PATIENCE)).unwrap_or_else(|| report(definition, denied, told))]
}

fn report(definition: &Tracked, denied: &Value, told: &str) -> Verdict {
    let [kind, reason, said] = ["type", "reason", "message"].map(|key| text(denied, &[key]));
    let message = format!("The custom resource is not served as it is defined: {said}");
    let quote = format!("{}: {kind} is False: {reason}: {said}", definition.reference.title());
    let symptom = Symptom::new(told, Severity::Warning, message)
        .in_part(told)
        .knowing("reason", reason)
        .quoting(definition.observation, definition.seen_at, quote);
    let names = at(&definition.body, &["spec", "names"]);
    Verdict::Sick(if names.is_object() {
        symptom.blaming(Mechanism::ControllerReportsFailure, &definition.reference, "spec.names", names)
    } else {
        symptom
    })
}
