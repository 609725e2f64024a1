//! The catalogue of root causes.

use crate::{LabelType, mechanism_entries::entry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a change, or a state, leads to what is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each variant is documented by `about`, which users can print")]
pub enum Mechanism {
    MemoryLimitBelowNeed,
    MemoryNeedRaised,
    StorageLimitBelowNeed,
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
    AutoscalerTargetWrong,
    RouteBackendMissing,
    MeshPolicyBlocks,
    WebhookUnavailable,
    VolumeHeldElsewhere,
    FinalizerStuck,
    CertificateExpired,
    DisruptionBudgetBlocks,
    ScheduleInvalid,
    ControllerReportsFailure,
    ScaledToZero,
    JobRetriesExhausted,
    DependencyUnavailable,
    ApplicationExits,
}

impl Mechanism {
    /// All mechanisms, in the order of the catalogue.
    pub const ALL: [Self; 48] = [
        Self::MemoryLimitBelowNeed,
        Self::MemoryNeedRaised,
        Self::StorageLimitBelowNeed,
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
        Self::AutoscalerTargetWrong,
        Self::RouteBackendMissing,
        Self::MeshPolicyBlocks,
        Self::WebhookUnavailable,
        Self::VolumeHeldElsewhere,
        Self::FinalizerStuck,
        Self::CertificateExpired,
        Self::DisruptionBudgetBlocks,
        Self::ScheduleInvalid,
        Self::ControllerReportsFailure,
        Self::ScaledToZero,
        Self::JobRetriesExhausted,
        Self::DependencyUnavailable,
        Self::ApplicationExits,
    ];

    /// The name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        entry(self).0
    }

    /// What it means, in a sentence.
    #[must_use]
    pub fn about(self) -> &'static str {
        entry(self).1
    }

    /// The type of label that teaches it besides troubleshooting.
    #[must_use]
    pub fn label_type(self) -> LabelType {
        entry(self).2
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
