//! Which series the columns of the recording of Nezha are.

use super::{BenchError, csv::Csv};
use chiron_model::{MetricKind, MetricOwner, MetricSeries, MetricType};
use std::{collections::BTreeMap, path::Path};

/// The workload of a pod of a Deployment: its name without the two last parts.
pub(super) fn workload(pod: &str) -> &str {
    pod.rsplitn(3, '-').nth(2).unwrap_or(pod)
}

/// A column and the series that it holds.
pub(super) struct Column {
    /// Its place in a line.
    pub(super) index: usize,
    /// The series, without samples.
    pub(super) series: MetricSeries,
}

/// The columns of a file that are series; none when the file holds no metrics.
pub(super) fn columns(path: &Path) -> Result<Option<Vec<Column>>, BenchError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let Some(stem) = name.strip_suffix(".csv").filter(|stem| *stem != "dependency") else { return Ok(None) };
    let csv = Csv::read(path)?;
    let head = csv.row(0)?.cells();
    let named = head.iter().enumerate().filter(|(_, name)| {
        let is_key = ["time", "timestamp", "podname", "servicename"].contains(&name.to_lowercase().as_str());
        !is_key && !name.starts_with("Node")
    });
    let column = |(index, name): (usize, &String)| Column { index, series: series(stem, name) };
    Ok(Some(named.map(column).collect()))
}

/// The series of a column: of a pod, of the front door, or the latency of a call.
fn series(stem: &str, column: &str) -> MetricSeries {
    let mut labels = BTreeMap::new();
    let mut owner = MetricOwner::default();
    let (mut name, mut unit) = unit(column);
    if let Some(pod) = stem.strip_suffix("_metric") {
        pod.clone_into(&mut owner.pod);
        workload(pod).clone_into(&mut owner.workload);
        labels.insert("pod".to_owned(), pod.to_owned());
    } else if let (Some(side), Some((source, target))) = (stem.strip_suffix("_50"), column.split_once('_')) {
        owner.workload = if side == "source" { source.to_owned() } else { target.to_owned() };
        labels.insert("source".to_owned(), source.to_owned());
        labels.insert("target".to_owned(), target.to_owned());
        (name, unit) = (format!("CallLatencyP50At{side}"), "seconds");
    } else {
        "frontend".clone_into(&mut owner.workload);
        labels.insert("service".to_owned(), "frontend".to_owned());
    }
    let ty = ty(&name);
    let (kind, unit) = (MetricKind::Gauge, unit.to_owned());
    MetricSeries { name, labels, ty, kind, unit, owner, samples: Vec::new() }
}

/// Name and unit of a column such as `CpuUsage(m)`.
fn unit(column: &str) -> (String, &'static str) {
    let (name, unit) = column.split_once('(').unwrap_or((column, ""));
    let unit = match unit.trim_end_matches(')') {
        "m" => "millicores",
        "%" => "percent",
        "Mi" => "mebibytes",
        "s" => "seconds",
        "Ops" => "operations per second",
        _ => "",
    };
    (name.to_owned(), unit)
}

fn ty(name: &str) -> MetricType {
    let kinds = [
        ("Cpu", MetricType::Cpu),
        ("Memory", MetricType::Memory),
        ("Network", MetricType::Network),
        ("Latency", MetricType::Latency),
    ];
    kinds.into_iter().find(|(part, _)| name.contains(part)).map_or(MetricType::Custom, |(_, ty)| ty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_belongs_to_who_measured_it() {
        assert_eq!(series("source_50", "front_cart").owner.workload, "front");
        assert_eq!(series("destination_50", "front_cart").owner.workload, "cart");
        assert_eq!(series("destination_50", "front_cart").ty, MetricType::Latency);
    }

    #[test]
    fn a_pod_belongs_to_its_workload() {
        let series = series("cart-579f59597d-wc2lz_metric", "MemoryUsage(Mi)");

        assert_eq!(
            (series.owner.workload.as_str(), series.owner.pod.as_str()),
            ("cart", "cart-579f59597d-wc2lz")
        );
        assert_eq!((series.ty, series.unit.as_str()), (MetricType::Memory, "mebibytes"));
    }
}
