//! What an observation is about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The seven categories of observations.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Pods, and Jobs that run them.
    #[default]
    Workload,
    /// Deployments, `StatefulSets`, `DaemonSets`, `ReplicaSets` and their revisions.
    Rollout,
    /// `ConfigMaps`, Secrets (without their values), custom resources.
    Configuration,
    /// Services, `EndpointSlices`, Ingresses, `NetworkPolicies`, Gateways and mesh objects.
    Network,
    /// `ResourceQuotas`, `LimitRanges`, `HorizontalPodAutoscalers`, `PodDisruptionBudgets`.
    Resource,
    /// `PersistentVolumes`, claims, storage classes and attachments.
    Storage,
    /// Nodes, namespaces and other things of the cluster itself.
    Cluster,
}

impl Category {
    /// The category of objects of a kind. Unknown kinds are configuration.
    #[must_use]
    pub fn of_kind(kind: &str) -> Self {
        match kind {
            "Pod" | "Job" | "CronJob" | "ContainerLog" => Self::Workload,
            "Deployment"
            | "ReplicaSet"
            | "StatefulSet"
            | "DaemonSet"
            | "ControllerRevision"
            | "ReplicationController" => Self::Rollout,
            "Service" | "Endpoints" | "EndpointSlice" | "Ingress" | "IngressClass" | "NetworkPolicy"
            | "Gateway" | "HTTPRoute" | "VirtualService" | "DestinationRule" | "PeerAuthentication" => {
                Self::Network
            }
            "ResourceQuota" | "LimitRange" | "HorizontalPodAutoscaler" | "PodDisruptionBudget" => {
                Self::Resource
            }
            "PersistentVolume" | "PersistentVolumeClaim" | "StorageClass" | "VolumeAttachment" => {
                Self::Storage
            }
            "Node" | "Namespace" | "Lease" | "APIService" | "CustomResourceDefinition" | "PriorityClass" => {
                Self::Cluster
            }
            _ => Self::Configuration,
        }
    }
}
