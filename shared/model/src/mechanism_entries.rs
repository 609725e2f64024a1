//! What each mechanism is called, what it means and which type of label teaches it.

use crate::{LabelType, Mechanism};

#[expect(clippy::too_many_lines, reason = "a table")]
pub(crate) fn entry(mechanism: Mechanism) -> (&'static str, &'static str, LabelType) {
    use crate::LabelType::{Deployment, NetworkPolicy, ResourceManagement, ServiceMesh};
    match mechanism {
        Mechanism::MemoryLimitBelowNeed => (
            "memory-limit-below-need",
            "The memory limit of a container is lower than what it needs, so the kernel kills it.",
            ResourceManagement,
        ),
        Mechanism::MemoryNeedRaised => (
            "memory-need-raised",
            "A new image, command or setting needs more memory than the unchanged limit allows.",
            ResourceManagement,
        ),
        Mechanism::StorageLimitBelowNeed => (
            "storage-limit-below-need",
            "The limit of local storage of a container is lower than what it writes, so the kubelet evicts its pods.",
            ResourceManagement,
        ),
        Mechanism::ImageNotPullable => (
            "image-not-pullable",
            "The image reference cannot be pulled: the tag, the name or the registry does not answer.",
            Deployment,
        ),
        Mechanism::RegistryAccessDenied => (
            "registry-access-denied",
            "The registry refuses the credentials, so the image cannot be pulled although it may exist.",
            Deployment,
        ),
        Mechanism::ImageBroken => (
            "image-broken",
            "The containers of a new image exit or never become ready; those of the former image worked.",
            Deployment,
        ),
        Mechanism::CommandNotRunnable => (
            "command-not-runnable",
            "The command or its arguments name a program that is not there or may not be run.",
            Deployment,
        ),
        Mechanism::CommandChanged => (
            "command-changed",
            "A changed command or argument makes the program exit or not serve.",
            Deployment,
        ),
        Mechanism::EnvironmentChanged => (
            "environment-changed",
            "A changed or removed environment variable of the pod template makes the program exit or not serve.",
            Deployment,
        ),
        Mechanism::ConfigurationKeyRemoved => (
            "configuration-key-removed",
            "A key that the workload reads was removed from a ConfigMap or Secret.",
            Deployment,
        ),
        Mechanism::ConfigurationValueChanged => (
            "configuration-value-changed",
            "A value that the workload reads was changed in a ConfigMap or Secret.",
            Deployment,
        ),
        Mechanism::ConfigurationObjectMissing => (
            "configuration-object-missing",
            "A ConfigMap or Secret that the workload reads was deleted.",
            Deployment,
        ),
        Mechanism::ReferenceToMissingConfiguration => (
            "reference-to-missing-configuration",
            "The pod template refers to a ConfigMap, Secret or key that does not exist.",
            Deployment,
        ),
        Mechanism::SecurityContextChanged => (
            "security-context-changed",
            "A changed security context takes away a right that the program needs.",
            Deployment,
        ),
        Mechanism::VolumeNotMountable => (
            "volume-not-mountable",
            "A volume of the pod template cannot be mounted, or its mount hides what the program needs.",
            Deployment,
        ),
        Mechanism::ReadinessProbeWrong => (
            "readiness-probe-wrong",
            "The readiness probe asks the wrong place or is too strict, so healthy pods get no traffic.",
            Deployment,
        ),
        Mechanism::LivenessProbeWrong => (
            "liveness-probe-wrong",
            "The liveness probe asks the wrong place or is too strict, so healthy containers are killed.",
            Deployment,
        ),
        Mechanism::StartupProbeWrong => (
            "startup-probe-wrong",
            "The startup probe asks the wrong place or is too strict, so starting containers are killed.",
            Deployment,
        ),
        Mechanism::RequestAboveCapacity => (
            "request-above-capacity",
            "A pod requests more of a resource than any node can give.",
            ResourceManagement,
        ),
        Mechanism::PlacementUnsatisfiable => (
            "placement-unsatisfiable",
            "Node selector, affinity, tolerations or spread rules of the template match no node.",
            Deployment,
        ),
        Mechanism::NodeCordoned => (
            "node-cordoned",
            "A node was cordoned, and pods that need it find no other place.",
            ResourceManagement,
        ),
        Mechanism::NodeTainted => (
            "node-tainted",
            "A node got a taint that pods which need it do not tolerate.",
            ResourceManagement,
        ),
        Mechanism::NodeNotReady => {
            ("node-not-ready", "A node does not report ready, and its pods with it.", ResourceManagement)
        }
        Mechanism::QuotaExhausted => (
            "quota-exhausted",
            "A ResourceQuota allows less than the workloads of the namespace ask for, so pods are not created.",
            ResourceManagement,
        ),
        Mechanism::LimitRangeViolated => (
            "limit-range-violated",
            "A LimitRange refuses the requests or limits of the pods, so they are not created.",
            ResourceManagement,
        ),
        Mechanism::ServiceAccountMissing => (
            "service-account-missing",
            "The service account of the pods does not exist, so they are not created.",
            Deployment,
        ),
        Mechanism::AdmissionDenied => (
            "admission-denied",
            "An admission rule or webhook refuses the pods, so they are not created.",
            Deployment,
        ),
        Mechanism::ServiceSelectorMismatch => (
            "service-selector-mismatch",
            "The selector of a Service matches no pod, so it has no endpoints although the pods are well.",
            NetworkPolicy,
        ),
        Mechanism::WorkloadLabelsChanged => (
            "workload-labels-changed",
            "The labels of the pod template no longer match the Service that sends traffic to it.",
            NetworkPolicy,
        ),
        Mechanism::ServicePortMismatch => (
            "service-port-mismatch",
            "The target port of a Service is one that no container of its pods listens on.",
            NetworkPolicy,
        ),
        Mechanism::ServiceDeleted => {
            ("service-deleted", "A Service that workloads call was deleted.", NetworkPolicy)
        }
        Mechanism::NetworkPolicyBlocks => (
            "network-policy-blocks",
            "A NetworkPolicy lets fewer callers through than need to pass.",
            NetworkPolicy,
        ),
        Mechanism::StorageClassMissing => (
            "storage-class-missing",
            "A claim names a storage class that does not exist or cannot provision.",
            ResourceManagement,
        ),
        Mechanism::AutoscalerCannotCompute => (
            "autoscaler-cannot-compute",
            "An autoscaler cannot compute its metric, often for want of a request.",
            ResourceManagement,
        ),
        Mechanism::AutoscalerTargetWrong => (
            "autoscaler-target-wrong",
            "The target or the bounds of an autoscaler hold a workload at a size that its load does not ask for.",
            ResourceManagement,
        ),
        Mechanism::RouteBackendMissing => (
            "route-backend-missing",
            "A route sends traffic to a Service, a port or a subset that does not exist or has no pods.",
            ServiceMesh,
        ),
        Mechanism::MeshPolicyBlocks => {
            ("mesh-policy-blocks", "A policy of the mesh refuses callers that need to pass.", ServiceMesh)
        }
        Mechanism::WebhookUnavailable => (
            "webhook-unavailable",
            "The Service behind an admission webhook or an aggregated API does not answer.",
            Deployment,
        ),
        Mechanism::VolumeHeldElsewhere => (
            "volume-held-elsewhere",
            "A volume is still attached to another node, or its claim or volume is lost.",
            ResourceManagement,
        ),
        Mechanism::FinalizerStuck => {
            ("finalizer-stuck", "An object waits for a finalizer that nobody removes.", Deployment)
        }
        Mechanism::CertificateExpired => (
            "certificate-expired",
            "A certificate or a credential has expired or cannot be issued.",
            Deployment,
        ),
        Mechanism::DisruptionBudgetBlocks => (
            "disruption-budget-blocks",
            "A disruption budget leaves no room, so that nodes cannot be drained.",
            ResourceManagement,
        ),
        Mechanism::ScheduleInvalid => (
            "schedule-invalid",
            "The schedule of a CronJob cannot be read or is missed again and again.",
            Deployment,
        ),
        Mechanism::ControllerReportsFailure => (
            "controller-reports-failure",
            "The controller of a custom resource reports that it cannot do what is asked of it.",
            Deployment,
        ),
        Mechanism::ScaledToZero => {
            ("scaled-to-zero", "A workload that is still called was scaled to zero.", ResourceManagement)
        }
        Mechanism::JobRetriesExhausted => {
            ("job-retries-exhausted", "A Job failed more often than its limit allows.", Deployment)
        }
        Mechanism::DependencyUnavailable => {
            ("dependency-unavailable", "Something that the workload calls does not answer.", Deployment)
        }
        Mechanism::ApplicationExits => (
            "application-exits",
            "The program exits by itself; no change that explains it was seen.",
            Deployment,
        ),
    }
}
