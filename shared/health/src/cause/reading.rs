//! Reading changes and messages, for those who weigh them.

use chiron_model::{Change, Mechanism, Quantity};
use std::cmp::Ordering;

/// A mechanism, and how well it explains the finding: 0 not at all, 1 fully.
pub(super) type Weight = (Mechanism, f64);

/// Whether a quantity became smaller, larger, or appeared.
pub(super) fn direction(change: &Change) -> Ordering {
    match Quantity::compare(&change.from, &change.to) {
        Some(order) => order.reverse(),
        None if change.from.is_null() => Ordering::Greater,
        None => Ordering::Equal,
    }
}

/// Whether a text has `name` in it as a word of its own.
pub(super) fn names(text: &str, name: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'));
    text.match_indices(name).any(|(start, _)| {
        is_edge(text[..start].chars().next_back()) && is_edge(text[start + name.len()..].chars().next())
    })
}

/// Whether a ConfigMap or a Secret was changed.
pub(super) fn is_configuration(change: &Change) -> bool {
    matches!(change.object.kind.as_str(), "ConfigMap" | "Secret")
}

/// Whether a claim was changed.
pub(super) fn is_claim(change: &Change) -> bool {
    change.object.kind == "PersistentVolumeClaim"
}

/// Whether something that makes pods was changed.
pub(super) fn is_workload(change: &Change) -> bool {
    matches!(
        change.object.kind.as_str(),
        "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob" | "Pod"
    )
}
