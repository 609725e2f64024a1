//! What models learn from.

use crate::{Digest, Id, Outcome, Plan, RootCause, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The seven types of labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LabelType {
    /// A question about what is going on.
    BasicQa,
    /// From symptoms to root cause and repair.
    Troubleshooting,
    /// Requests, limits, quotas, scaling.
    ResourceManagement,
    /// Rollouts, images, configuration.
    Deployment,
    /// Services, selectors, network policies.
    NetworkPolicy,
    /// Mesh routes and identities.
    ServiceMesh,
    /// Several clusters.
    MultiCluster,
}

impl LabelType {
    /// All types.
    pub const ALL: [Self; 7] = [
        Self::BasicQa,
        Self::Troubleshooting,
        Self::ResourceManagement,
        Self::Deployment,
        Self::NetworkPolicy,
        Self::ServiceMesh,
        Self::MultiCluster,
    ];

    /// The word in JSON and file names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BasicQa => "basic-qa",
            Self::Troubleshooting => "troubleshooting",
            Self::ResourceManagement => "resource-management",
            Self::Deployment => "deployment",
            Self::NetworkPolicy => "network-policy",
            Self::ServiceMesh => "service-mesh",
            Self::MultiCluster => "multi-cluster",
        }
    }
}

/// What the model is shown. Nothing in it is younger than the start of the diagnosis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LabelContext {
    /// The time after which nothing is shown.
    pub until: Timestamp,
    /// Symptoms, one line each.
    pub symptoms: Vec<String>,
    /// Changes before the symptoms, one line each.
    pub changes: Vec<String>,
    /// Quotations of observations, one line each.
    pub observations: Vec<String>,
}

/// Where a label comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// Name of the cluster.
    pub cluster: String,
    /// Ids of the observations that are quoted.
    pub observations: Vec<Id>,
    /// Fingerprint of all evidence, in order.
    pub evidence_digest: Digest,
    /// Version of the rules and planners.
    pub rules_version: String,
    /// Version of the redaction.
    pub redaction_version: String,
    /// Whether people or programs made the incident up.
    pub synthetic: bool,
    /// How the incident ended.
    pub outcome: Outcome,
}

/// One training example.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrainingLabel {
    /// Derived from the content.
    pub id: Id,
    /// Version of this shape.
    pub schema_version: u32,
    /// The type.
    pub label_type: LabelType,
    /// The incident.
    pub incident: Id,
    /// Incidents of one family never lie in different splits.
    pub family: String,
    /// What the model is shown.
    pub context: LabelContext,
    /// What it is asked.
    pub question: String,
    /// What it should answer.
    pub answer: String,
    /// The root cause.
    pub root_cause: RootCause,
    /// The plan; null when it was declined, and then the answer says why.
    pub resolution: Option<Plan>,
    /// Where it comes from.
    pub provenance: Provenance,
}
