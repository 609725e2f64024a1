//! Named queries: what is asked of a Prometheus, and how the numbers that it gives are to be read.
//!
//! [`QueryPack::standard`] covers what cAdvisor, the kubelet, kube-state-metrics and node-exporter tell of a cluster, and
//! what common libraries, meshes and ingress controllers tell of applications. Own queries come from a file of YAML.

mod applications;
mod cluster;
mod containers;
mod file;

pub use file::PackError;

use crate::client::{ClientError, Selectors};
use chiron_model::{MetricKind, MetricSeries, MetricType};
use serde::Deserialize;
use std::{borrow::Cow, collections::BTreeSet, path::Path, time::Duration};

/// Stands in a query for the span that rates are computed over.
const WINDOW: &str = "$window";

/// A query and how its results are to be read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedQuery {
    /// Its name: lower-case letters, digits and `_`. What the query computes is named `chiron:<name>`; what it finds as
    /// it is keeps its own name.
    pub name: Cow<'static, str>,
    /// The expression, in `PromQL`. `$window` in it is the span that rates are computed over.
    #[serde(rename = "query")]
    pub promql: Cow<'static, str>,
    /// What the results measure.
    #[serde(rename = "type", default = "custom")]
    pub ty: MetricType,
    /// How their numbers are to be read.
    #[serde(default)]
    pub kind: MetricKind,
    /// Unit of their numbers.
    #[serde(default)]
    pub unit: Cow<'static, str>,
    /// What it is good for.
    #[serde(default)]
    pub why: Cow<'static, str>,
}

/// Queries that are asked together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryPack {
    /// The queries; no two have the same name.
    pub queries: Vec<NamedQuery>,
}

const fn custom() -> MetricType {
    MetricType::Custom
}

/// A query of the standard pack whose numbers stand for themselves.
const fn gauge(
    name: &'static str,
    ty: MetricType,
    unit: &'static str,
    promql: &'static str,
    why: &'static str,
) -> NamedQuery {
    NamedQuery {
        name: Cow::Borrowed(name),
        promql: Cow::Borrowed(promql),
        ty,
        kind: MetricKind::Gauge,
        unit: Cow::Borrowed(unit),
        why: Cow::Borrowed(why),
    }
}

/// A query of the standard pack whose numbers only grow.
const fn counter(
    name: &'static str,
    ty: MetricType,
    unit: &'static str,
    promql: &'static str,
    why: &'static str,
) -> NamedQuery {
    let mut query = gauge(name, ty, unit, promql, why);
    query.kind = MetricKind::Counter;
    query
}

impl NamedQuery {
    /// The expression, with rates over `window`.
    #[must_use]
    pub fn over(&self, window: Duration) -> String {
        self.promql.replace(WINDOW, &format!("{}ms", window.as_millis().max(1)))
    }

    /// Makes its results its own: what was computed gets its name, and all of them its type, kind and unit.
    #[must_use]
    pub fn own(&self, results: Vec<MetricSeries>) -> Vec<MetricSeries> {
        let own = |mut series: MetricSeries| {
            if series.name.is_empty() {
                series.name = format!("chiron:{}", self.name);
            }
            MetricSeries { ty: self.ty, kind: self.kind, unit: self.unit.clone().into_owned(), ..series }
        };
        results.into_iter().map(own).collect()
    }

    /// The selectors of the expression, such as `container_cpu_usage_seconds_total{container!=""}`.
    ///
    /// # Errors
    /// When the expression is not `PromQL`.
    pub fn selectors(&self) -> Result<Vec<String>, ClientError> {
        match Selectors::of(&self.promql) {
            Ok(found) => Ok(found.texts().map(str::to_owned).collect()),
            Err(reason) => Err(ClientError::NotPromql { query: self.promql.clone().into_owned(), reason }),
        }
    }
}

impl QueryPack {
    /// The standard queries.
    #[must_use]
    pub fn standard() -> Self {
        Self { queries: [containers::QUERIES, cluster::QUERIES, applications::QUERIES].concat() }
    }

    /// Reads queries from a file of YAML:
    ///
    /// ```yaml
    /// queries:
    ///   - name: checkout_queue
    ///     query: sum by (namespace, deployment) (checkout_pending_orders)
    ///     type: custom     # cpu, memory, network, disk, latency, error-rate, restarts or custom, which is the default
    ///     kind: gauge      # or counter; gauge is the default
    ///     unit: orders
    ///     why: orders that wait to be paid
    /// ```
    ///
    /// # Errors
    /// When the file cannot be read, or a query is not what it must be; with the line.
    pub fn load(path: &Path) -> Result<Self, PackError> {
        file::load(path)
    }

    /// These queries and `others`; of two with the same name, that of the others.
    #[must_use]
    pub fn with(mut self, others: Self) -> Self {
        let names: BTreeSet<&str> = others.queries.iter().map(|it| it.name.as_ref()).collect();
        self.queries.retain(|it| !names.contains(it.name.as_ref()));
        self.queries.extend(others.queries);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chiron_model::{MetricOwner, Sample, Timestamp};

    fn result(name: &str) -> MetricSeries {
        MetricSeries {
            name: name.to_owned(),
            labels: [].into(),
            ty: MetricType::Custom,
            kind: MetricKind::Counter,
            unit: String::new(),
            owner: MetricOwner::default(),
            samples: vec![Sample { at: Timestamp::from_secs(1), value: 1.0 }],
        }
    }

    #[test]
    fn no_two_standard_queries_have_one_name() {
        let pack = QueryPack::standard();
        let names: BTreeSet<&str> = pack.queries.iter().map(|it| it.name.as_ref()).collect();

        assert_eq!(names.len(), pack.queries.len());
    }

    #[test]
    fn every_standard_query_selects_something_and_says_why() {
        for query in QueryPack::standard().queries {
            let selectors = query.selectors().unwrap_or_else(|error| panic!("{}: {error}", query.name));

            assert!(!selectors.is_empty(), "{}", query.name);
            assert!(!query.why.is_empty(), "{}", query.name);
        }
    }

    #[test]
    fn rates_of_one_query_are_over_one_span() {
        let query = gauge("x", MetricType::Cpu, "", "rate(a[$window]) / rate(b[$window])", "");

        assert_eq!(query.over(Duration::from_secs(10)), "rate(a[10000ms]) / rate(b[10000ms])");
    }

    #[test]
    fn only_what_was_computed_gets_the_name_of_the_query() {
        let query = gauge("cpu_usage", MetricType::Cpu, "cores", "a", "");

        let found = query.own(vec![result(""), result("a")]);

        let names: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["chiron:cpu_usage", "a"]);
        assert!(found.iter().all(|it| it.ty == MetricType::Cpu && it.kind == MetricKind::Gauge));
        assert!(found.iter().all(|it| it.unit == "cores"));
    }

    #[test]
    fn an_own_query_takes_the_place_of_a_standard_one() {
        let own = QueryPack { queries: vec![gauge("cpu_usage", MetricType::Cpu, "cores", "mine", "")] };

        let pack = QueryPack::standard().with(own);

        let found: Vec<&NamedQuery> = pack.queries.iter().filter(|it| it.name == "cpu_usage").collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].promql, "mine");
    }
}
