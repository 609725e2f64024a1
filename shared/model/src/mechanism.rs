//! The catalogue of root causes.

use crate::LabelType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a change, or a state, leads to what is seen.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each variant is documented by `about`, which users can print")]
pub enum Mechanism {
    MemoryLimitBelowNeed,
    MemoryNeedRaised,
    ImageNotPullable,
    RegistryAccessDenied,
    ImageBroken,
    CommandNotRunnable,
    CommandChanged,
    EnvironmentChanged,
    ConfigurationKeyRemoved,
    ConfigurationValueChanged,
    ConfigurationObjectMissing,
    ReferenceToMissingConfiguration,
    SecurityContextChanged,
    VolumeNotMountable,
    ReadinessProbeWrong,
    LivenessProbeWrong,
    StartupProbeWrong,
    RequestAboveCapacity,
    PlacementUnsatisfiable,
    NodeCordoned,
    NodeTainted,
    NodeNotReady,
    QuotaExhausted,
    LimitRangeViolated,
    ServiceAccountMissing,
    AdmissionDenied,
    ServiceSelectorMismatch,
    WorkloadLabelsChanged,
    ServicePortMismatch,
    ServiceDeleted,
    NetworkPolicyBlocks,
    StorageClassMissing,
    AutoscalerCannotCompute,
    ScaledToZero,
    JobRetriesExhausted,
    DependencyUnavailable,
    ApplicationExits,
}

impl Mechanism {
    /// All mechanisms, in the order of the catalogue.
    pub const ALL: [Self; 37] = [
        Self::MemoryLimitBelowNeed,
        Self::MemoryNeedRaised,
        Self::ImageNotPullable,
        Self::RegistryAccessDenied,
        Self::ImageBroken,
        Self::CommandNotRunnable,
        Self::CommandChanged,
        Self::EnvironmentChanged,
        Self::ConfigurationKeyRemoved,
        Self::ConfigurationValueChanged,
        Self::ConfigurationObjectMissing,
        Self::ReferenceToMissingConfiguration,
        Self::SecurityContextChanged,
        Self::VolumeNotMountable,
        Self::ReadinessProbeWrong,
        Self::LivenessProbeWrong,
        Self::StartupProbeWrong,
        Self::RequestAboveCapacity,
        Self::PlacementUnsatisfiable,
        Self::NodeCordoned,
        Self::NodeTainted,
        Self::NodeNotReady,
        Self::QuotaExhausted,
        Self::LimitRangeViolated,
        Self::ServiceAccountMissing,
        Self::AdmissionDenied,
        Self::ServiceSelectorMismatch,
        Self::WorkloadLabelsChanged,
        Self::ServicePortMismatch,
        Self::ServiceDeleted,
        Self::NetworkPolicyBlocks,
        Self::StorageClassMissing,
        Self::AutoscalerCannotCompute,
        Self::ScaledToZero,
        Self::JobRetriesExhausted,
        Self::DependencyUnavailable,
        Self::ApplicationExits,
    ];

    /// The name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.entry().0
    }

    /// What it means, in a sentence.
    #[must_use]
    pub fn about(self) -> &'static str {
        self.entry().1
    }

    /// The type of label that teaches it besides troubleshooting.
    #[must_use]
    pub fn label_type(self) -> LabelType {
        self.entry().2
    }

    #[expect(clippy::too_many_lines, reason = "a table")]
    fn entry(self) -> (&'static str, &'static str, LabelType) {
        use LabelType::{Deployment, NetworkPolicy, ResourceManagement};
        match self {
            Self::MemoryLimitBelowNeed => (
                "memory-limit-below-need",
                "The memory limit of a container is lower than what it needs, so the kernel kills it.",
                ResourceManagement,
            ),
            Self::MemoryNeedRaised => (
                "memory-need-raised",
                "A new image, command or setting needs more memory than the unchanged limit allows.",
                ResourceManagement,
            ),
            Self::ImageNotPullable => (
                "image-not-pullable",
                "The image reference cannot be pulled: the tag, the name or the registry does not answer.",
                Deployment,
            ),
            Self::RegistryAccessDenied => (
                "registry-access-denied",
                "The registry refuses the credentials, so the image cannot be pulled although it may exist.",
                Deployment,
            ),
            Self::ImageBroken => (
                "image-broken",
                "The containers of a new image exit or never become ready; those of the former image worked.",
                Deployment,
            ),
            Self::CommandNotRunnable => (
                "command-not-runnable",
                "The command or its arguments name a program that is not there or may not be run.",
                Deployment,
            ),
            Self::CommandChanged => (
                "command-changed",
                "A changed command or argument makes the program exit or not serve.",
                Deployment,
            ),
            Self::EnvironmentChanged => (
                "environment-changed",
                "A changed or removed environment variable of the pod template makes the program exit or not serve.",
                Deployment,
            ),
            Self::ConfigurationKeyRemoved => (
                "configuration-key-removed",
                "A key that the workload reads was removed from a ConfigMap or Secret.",
                Deployment,
            ),
            Self::ConfigurationValueChanged => (
                "configuration-value-changed",
                "A value that the workload reads was changed in a ConfigMap or Secret.",
                Deployment,
            ),
            Self::ConfigurationObjectMissing => (
                "configuration-object-missing",
                "A ConfigMap or Secret that the workload reads was deleted.",
                Deployment,
            ),
            Self::ReferenceToMissingConfiguration => (
                "reference-to-missing-configuration",
                "The pod template refers to a ConfigMap, Secret or key that does not exist.",
                Deployment,
            ),
            Self::SecurityContextChanged => (
                "security-context-changed",
                "A changed security context takes away a right that the program needs.",
                Deployment,
            ),
            Self::VolumeNotMountable => (
                "volume-not-mountable",
                "A volume of the pod template cannot be mounted, or its mount hides what the program needs.",
                Deployment,
            ),
            Self::ReadinessProbeWrong => (
                "readiness-probe-wrong",
                "The readiness probe asks the wrong place or is too strict, so healthy pods get no traffic.",
                Deployment,
            ),
            Self::LivenessProbeWrong => (
                "liveness-probe-wrong",
                "The liveness probe asks the wrong place or is too strict, so healthy containers are killed.",
                Deployment,
            ),
            Self::StartupProbeWrong => (
                "startup-probe-wrong",
                "The startup probe asks the wrong place or is too strict, so starting containers are killed.",
                Deployment,
            ),
            Self::RequestAboveCapacity => (
                "request-above-capacity",
                "A pod requests more of a resource than any node can give.",
                ResourceManagement,
            ),
            Self::PlacementUnsatisfiable => (
                "placement-unsatisfiable",
                "Node selector, affinity, tolerations or spread rules of the template match no node.",
                Deployment,
            ),
            Self::NodeCordoned => (
                "node-cordoned",
                "A node was cordoned, and pods that need it find no other place.",
                ResourceManagement,
            ),
            Self::NodeTainted => (
                "node-tainted",
                "A node got a taint that pods which need it do not tolerate.",
                ResourceManagement,
            ),
            Self::NodeNotReady => (
                "node-not-ready",
                "A node does not report ready, and its pods with it.",
                ResourceManagement,
            ),
            Self::QuotaExhausted => (
                "quota-exhausted",
                "A ResourceQuota allows less than the workloads of the namespace ask for, so pods are not created.",
                ResourceManagement,
            ),
            Self::LimitRangeViolated => (
                "limit-range-violated",
                "A LimitRange refuses the requests or limits of the pods, so they are not created.",
                ResourceManagement,
            ),
            Self::ServiceAccountMissing => (
                "service-account-missing",
                "The service account of the pods does not exist, so they are not created.",
                Deployment,
            ),
            Self::AdmissionDenied => (
                "admission-denied",
                "An admission rule or webhook refuses the pods, so they are not created.",
                Deployment,
            ),
            Self::ServiceSelectorMismatch => (
                "service-selector-mismatch",
                "The selector of a Service matches no pod, so it has no endpoints although the pods are well.",
                NetworkPolicy,
            ),
            Self::WorkloadLabelsChanged => (
                "workload-labels-changed",
                "The labels of the pod template no longer match the Service that sends traffic to it.",
                NetworkPolicy,
            ),
            Self::ServicePortMismatch => (
                "service-port-mismatch",
                "The target port of a Service is one that no container of its pods listens on.",
                NetworkPolicy,
            ),
            Self::ServiceDeleted => (
                "service-deleted",
                "A Service that workloads call was deleted.",
                NetworkPolicy,
            ),
            Self::NetworkPolicyBlocks => (
                "network-policy-blocks",
                "A NetworkPolicy lets fewer callers through than need to pass.",
                NetworkPolicy,
            ),
            Self::StorageClassMissing => (
                "storage-class-missing",
                "A claim names a storage class that does not exist or cannot provision.",
                ResourceManagement,
            ),
            Self::AutoscalerCannotCompute => (
                "autoscaler-cannot-compute",
                "An autoscaler cannot compute its metric, often for want of a request.",
                ResourceManagement,
            ),
            Self::ScaledToZero => (
                "scaled-to-zero",
                "A workload that is still called was scaled to zero.",
                ResourceManagement,
            ),
            Self::JobRetriesExhausted => (
                "job-retries-exhausted",
                "A Job failed more often than its limit allows.",
                Deployment,
            ),
            Self::DependencyUnavailable => (
                "dependency-unavailable",
                "Something that the workload calls does not answer.",
                Deployment,
            ),
            Self::ApplicationExits => (
                "application-exits",
                "The program exits by itself; no change that explains it was seen.",
                Deployment,
            ),
        }
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_the_catalogue_are_the_names_in_json() {
        for mechanism in Mechanism::ALL {
            assert_eq!(serde_json::to_value(mechanism).unwrap(), mechanism.as_str());
        }
    }
}
