//! Where a metric stands in the spec of an autoscaler.

use crate::view::{list, text};
use chiron_model::FieldPath;
use serde_json::Value;
use std::collections::BTreeSet;

/// The metrics of an autoscaler that are looked at.
const MAX_METRICS: usize = 32;

/// A metric of the pods themselves that an autoscaler aims at.
pub(super) struct ResourceMetric<'a> {
    /// Its place: `spec.metrics[Resource].resource`, or by index where several have one type.
    pub field: FieldPath,
    /// The resource.
    pub resource: &'a str,
    /// The one container that is measured; empty when all are.
    pub container: &'a str,
    /// The target.
    pub target: &'a Value,
    /// The name of its place in spec and status: `resource` or `containerResource`.
    pub place: &'static str,
}

/// The resource metrics of an autoscaler.
pub(super) fn resource_metrics(autoscaler: &Value) -> Vec<ResourceMetric<'_>> {
    let metrics = list(autoscaler, &["spec", "metrics"]);
    let names: BTreeSet<_> = metrics.iter().filter_map(FieldPath::item_name).collect();
    let are_named = names.len() == metrics.len();
    let all = metrics.iter().enumerate().take(MAX_METRICS);
    all.filter_map(|(index, metric)| {
        let place = match text(metric, &["type"]) {
            "Resource" => "resource",
            "ContainerResource" => "containerResource",
            _ => return None,
        };
        let name = FieldPath::item_name(metric).filter(|_| are_named).unwrap_or_else(|| index.to_string());
        let source = metric.get(place)?;
        Some(ResourceMetric {
            field: FieldPath::from("spec.metrics").item(&name).key(place),
            resource: text(source, &["name"]),
            container: text(source, &["container"]),
            target: source.get("target")?,
            place,
        })
    })
    .collect()
}
