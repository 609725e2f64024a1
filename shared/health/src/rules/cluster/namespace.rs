//! Namespaces that were deleted and do not go away.

use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, has_condition, is_terminating, list, text, time},
    world::World,
};
use chiron_model::{Mechanism, Severity};
use serde_json::Value;
use std::time::Duration;

/// What is in a namespace takes its time to go.
const PATIENCE: Duration = Duration::from_mins(5);
/// Failures are tried again, and mostly succeed.
const FAILING: Duration = Duration::from_mins(1);
/// Conditions that say that the clean-up fails, and those that say that it waits.
const FAILURES: &[&str] = &[
    "NamespaceDeletionDiscoveryFailure",
    "NamespaceDeletionGroupVersionParsingFailure",
    "NamespaceDeletionContentFailure",
];
const WAITS: &[&str] = &["NamespaceFinalizersRemaining", "NamespaceContentRemaining"];
/// Objects that are looked through for finalizers.
const MAX_OBJECTS: usize = 100_000;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "namespace-terminating",
        kinds: &["Namespace"],
        conditions: &[
            "NamespaceDeletionDiscoveryFailure",
            "NamespaceDeletionGroupVersionParsingFailure",
            "NamespaceDeletionContentFailure",
            "NamespaceFinalizersRemaining",
            "NamespaceContentRemaining",
            "NamespaceTerminating",
        ],
        about: "A namespace was deleted, and its clean-up fails for a minute or waits for 5 minutes: an API does not \
                answer, or objects in it have finalizers that nobody removes.",
        remedy: "Repair the API service that is named, or the controller that owns the finalizer. Do not remove the \
                 finalizer of the namespace itself: what is left in it would never be cleaned up.",
        link: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
    },
    check,
};

fn check(world: &World, namespace: &Tracked) -> Vec<Verdict> {
    let Some(asked) = time(&namespace.body, &["metadata", "deletionTimestamp"]) else { return Vec::new() };
    let condition = FAILURES.iter().chain(WAITS).find_map(|kind| holding(namespace, kind));
    let kind = condition.map_or("", |it| text(it, &["type"]));
    let is_failing = FAILURES.contains(&kind);
    let since = condition.and_then(|it| time(it, &["lastTransitionTime"])).filter(|_| is_failing);
    let due = if is_failing { since.unwrap_or(asked).plus(FAILING) } else { asked.plus(PATIENCE) };
    if world.now < due {
        return vec![Verdict::Pending(due)];
    }
    let symptom = describe(namespace, kind, condition.map_or("", |it| text(it, &["message"])));
    vec![Verdict::Sick(blaming(world, namespace, symptom, kind))]
}

fn holding<'a>(namespace: &'a Tracked, kind: &str) -> Option<&'a Value> {
    crate::view::condition(&namespace.body, kind).filter(|it| text(it, &["status"]) == "True")
}

fn describe(namespace: &Tracked, kind: &str, said: &str) -> Symptom {
    let name = if kind.is_empty() { "NamespaceTerminating" } else { kind };
    let message = format!("The namespace was deleted and does not go away. {said}");
    let quote = format!("{}: {name}: {said}", namespace.reference.title());
    Symptom::new(name, Severity::Warning, message.trim_end().to_owned()).knowing("said", said).quoting(
        namespace.observation,
        namespace.seen_at,
        quote,
    )
}

fn blaming(world: &World, namespace: &Tracked, symptom: Symptom, kind: &str) -> Symptom {
    if FAILURES.contains(&kind) {
        return match unavailable_api(world) {
            Some(api) => {
                let field = "status.conditions[Available].status";
                let quote = format!("{}: not available", api.reference.title());
                symptom.quoting(api.observation, api.seen_at, quote).blaming(
                    Mechanism::DependencyUnavailable,
                    &api.reference,
                    field,
                    &"False".into(),
                )
            }
            None => symptom,
        };
    }
    match held(world, &namespace.reference.name) {
        Some(it) => {
            let value = at(&it.body, &["metadata", "finalizers"]);
            let quote = format!("{}: finalizers {value}", it.reference.title());
            symptom.quoting(it.observation, it.seen_at, quote).blaming(
                Mechanism::FinalizerStuck,
                &it.reference,
                "metadata.finalizers",
                value,
            )
        }
        None => symptom,
    }
}

/// An API that another server should answer for, and does not.
fn unavailable_api(world: &World) -> Option<&Tracked> {
    world.objects.of_kind("APIService").find(|it| has_condition(&it.body, "Available", "False"))
}

/// An object of the namespace that is being deleted and waits for a finalizer.
fn held<'a>(world: &'a World, namespace: &str) -> Option<&'a Tracked> {
    world.objects.values().take(MAX_OBJECTS).find(|it| {
        it.reference.namespace == namespace
            && is_terminating(&it.body)
            && !list(&it.body, &["metadata", "finalizers"]).is_empty()
    })
}
