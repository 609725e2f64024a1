//! A spell of trouble.

use crate::{Anomaly, Change, Finding, Id, ObjectRef, Severity, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Findings that belong to one fault, from the first to the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Incident {
    /// Derived from the finding that opened it.
    pub id: Id,
    /// Name of the cluster.
    pub cluster: String,
    /// Namespace; empty for the cluster itself.
    pub namespace: String,
    /// What its findings share.
    pub group: String,
    /// The worst severity of its findings.
    pub severity: Severity,
    /// When the first finding was raised.
    pub opened_at: Timestamp,
    /// When the last finding ended.
    #[serde(default)]
    pub closed_at: Option<Timestamp>,
    /// How often it came back after it had closed.
    #[serde(default)]
    pub relapses: u32,
    /// Everything that is wrong, the first first.
    pub findings: Vec<Finding>,
    /// What the detectors saw meanwhile in the same namespace.
    #[serde(default)]
    pub anomalies: Vec<Anomaly>,
}

impl Incident {
    /// The objects in trouble, workloads first, without repetition.
    #[must_use]
    pub fn objects(&self) -> Vec<ObjectRef> {
        let mut objects: Vec<ObjectRef> = Vec::new();
        let workloads = self.findings.iter().map(|finding| &finding.workload);
        for object in workloads.chain(self.findings.iter().map(|finding| &finding.object)) {
            if !objects.contains(object) {
                objects.push(object.clone());
            }
        }
        objects
    }

    /// Changes made after the trouble began that reach its objects.
    #[must_use]
    pub fn repairs(&self) -> Vec<&Change> {
        let mut repairs: Vec<&Change> = Vec::new();
        for change in self.findings.iter().flat_map(|finding| &finding.repairs) {
            if !repairs.contains(&change) {
                repairs.push(change);
            }
        }
        repairs.sort_by(|a, b| (a.at, &a.object.uid, &a.field).cmp(&(b.at, &b.object.uid, &b.field)));
        repairs
    }
}
