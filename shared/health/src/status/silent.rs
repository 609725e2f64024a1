//! Custom resources that are configuration only: no controller writes a status for them.

use super::group;

const SILENT: &[(&str, &str)] = &[
    (
        "argoproj.io",
        "AppProject|WorkflowTemplate|ClusterWorkflowTemplate|AnalysisTemplate|ClusterAnalysisTemplate|WorkflowEventBinding",
    ),
    (
        "monitoring.coreos.com",
        "ServiceMonitor|PodMonitor|Probe|ScrapeConfig|PrometheusRule|AlertmanagerConfig",
    ),
    // Ours: a log is evidence and has no health.
    ("chiron.dev", "ContainerLog"),
    ("traefik.io|traefik.containo.us", "*"),
    ("gateway.networking.k8s.io", "ReferenceGrant"),
    ("configuration.konghq.com", "KongPlugin|KongClusterPlugin|KongIngress"),
    ("cilium.io", "*"),
    ("crd.projectcalico.org|projectcalico.org", "*"),
    ("metallb.io", "*"),
    ("k8s.cni.cncf.io", "NetworkAttachmentDefinition"),
    ("secrets-store.csi.x-k8s.io", "SecretProviderClass"),
    ("snapshot.storage.k8s.io", "VolumeSnapshotClass"),
    ("external-secrets.io", "ClusterGenerator"),
    ("generators.external-secrets.io", "*"),
    ("keda.sh", "TriggerAuthentication|ClusterTriggerAuthentication"),
    ("tekton.dev", "Task|ClusterTask|Pipeline|StepAction"),
    ("triggers.tekton.dev", "TriggerBinding|TriggerTemplate|ClusterTriggerBinding"),
    ("instancetype.kubevirt.io", "*"),
    ("wgpolicyk8s.io|reports.kyverno.io|aquasecurity.github.io", "*"),
    ("cdi.kubevirt.io", "StorageProfile|CDIConfig"),
    ("scheduling.volcano.sh", "Queue"),
    ("linkerd.io|policy.linkerd.io", "*"),
    ("k8s.nginx.org", "GlobalConfiguration"),
    ("velero.io", "DeleteBackupRequest|DownloadRequest"),
    ("kubeflow.org", "PodDefault"),
    ("mutations.gatekeeper.sh|expansion.gatekeeper.sh", "*"),
    (
        "security.openshift.io|user.openshift.io|oauth.openshift.io|authorization.openshift.io|template.openshift.io",
        "*",
    ),
    ("image.openshift.io|quota.openshift.io|project.openshift.io|console.openshift.io", "*"),
];

/// Whether an object of that kind needs no status.
pub(super) fn is_silent(group: &str, kind: &str) -> bool {
    SILENT.iter().any(|(pattern, kinds)| {
        group::matches(pattern, group) && (*kinds == "*" || kinds.split('|').any(|known| known == kind))
    })
}
