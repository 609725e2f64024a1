//! Knative manifests, rendered from what the functions say of themselves.

mod clock;
mod groups;
mod routing;
mod serving;
mod source;
mod watch;

pub use groups::{GROUPS, Group};

use crate::{args::SourceKind, registry::descriptors};
use serde_json::Value;

/// Where the manifests are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Image of the functions.
    pub image: String,
    /// Namespace of the platform.
    pub namespace: String,
    /// Name of the cluster, set on every event of the source.
    pub cluster: String,
    /// What tells the changes of the cluster.
    pub source: SourceKind,
}

/// All manifests: file names and their YAML, in the order in which they are applied.
#[must_use]
pub fn render(target: &Target) -> Vec<(&'static str, String)> {
    let functions = descriptors();
    let source = match target.source {
        SourceKind::ApiServer => source::source(target),
        SourceKind::Watch => watch::source(target),
    };
    [
        ("1-broker.yaml", routing::broker(target)),
        ("2-eventtypes.yaml", routing::event_types(target)),
        ("3-services.yaml", serving::services(target, &functions)),
        ("4-triggers.yaml", routing::triggers(target, &functions)),
        ("5-source.yaml", source),
        ("6-clock.yaml", clock::clock(target)),
    ]
    .map(|(name, documents)| (name, yaml(&documents)))
    .into()
}

fn yaml(documents: &[Value]) -> String {
    // Maps, lists and texts always have a YAML form.
    let texts: Vec<String> =
        documents.iter().map(|it| serde_yaml_ng::to_string(it).unwrap_or_default()).collect();
    format!("# Rendered by `chiron infra render`; do not edit.\n{}", texts.join("---\n"))
}
