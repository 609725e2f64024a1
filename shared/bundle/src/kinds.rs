//! The kinds of Kubernetes with the words that file names, folders and commands use for them.

/// A kind of the API.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// Kind as the API spells it.
    pub(crate) kind: &'static str,
    /// Group and version that are current.
    pub(crate) api_version: &'static str,
    /// Plural and short names, lower case, without dashes.
    words: &'static [&'static str],
}

const fn known(kind: &'static str, api_version: &'static str, words: &'static [&'static str]) -> Known {
    Known { kind, api_version, words }
}

/// The plural comes first.
static KINDS: &[Known] = &[
    known("Pod", "v1", &["pods", "po"]),
    known("Node", "v1", &["nodes", "no"]),
    known("Event", "v1", &["events", "ev"]),
    known("Namespace", "v1", &["namespaces", "ns"]),
    known("Service", "v1", &["services", "svc", "svcs"]),
    known("Endpoints", "v1", &["endpoints", "ep"]),
    known("ConfigMap", "v1", &["configmaps", "cm"]),
    known("Secret", "v1", &["secrets"]),
    known("ServiceAccount", "v1", &["serviceaccounts", "sa"]),
    known("LimitRange", "v1", &["limitranges", "limits"]),
    known("ResourceQuota", "v1", &["resourcequotas", "quota", "quotas"]),
    known("PersistentVolume", "v1", &["persistentvolumes", "pv", "pvs"]),
    known("PersistentVolumeClaim", "v1", &["persistentvolumeclaims", "pvc", "pvcs"]),
    known("ReplicationController", "v1", &["replicationcontrollers", "rc"]),
    known("PodTemplate", "v1", &["podtemplates"]),
    known("ComponentStatus", "v1", &["componentstatuses", "cs"]),
    known("Deployment", "apps/v1", &["deployments", "deploy"]),
    known("ReplicaSet", "apps/v1", &["replicasets", "rs"]),
    known("StatefulSet", "apps/v1", &["statefulsets", "sts"]),
    known("DaemonSet", "apps/v1", &["daemonsets", "ds"]),
    known("ControllerRevision", "apps/v1", &["controllerrevisions"]),
    known("Job", "batch/v1", &["jobs"]),
    known("CronJob", "batch/v1", &["cronjobs", "cj"]),
    known("HorizontalPodAutoscaler", "autoscaling/v2", &["horizontalpodautoscalers", "hpa", "hpas"]),
    known("PodDisruptionBudget", "policy/v1", &["poddisruptionbudgets", "pdb", "pdbs"]),
    known("Ingress", "networking.k8s.io/v1", &["ingresses", "ing"]),
    known("IngressClass", "networking.k8s.io/v1", &["ingressclasses"]),
    known("NetworkPolicy", "networking.k8s.io/v1", &["networkpolicies", "netpol"]),
    known("EndpointSlice", "discovery.k8s.io/v1", &["endpointslices"]),
    known("StorageClass", "storage.k8s.io/v1", &["storageclasses", "sc"]),
    known("VolumeAttachment", "storage.k8s.io/v1", &["volumeattachments"]),
    known("CSIDriver", "storage.k8s.io/v1", &["csidrivers"]),
    known("CSINode", "storage.k8s.io/v1", &["csinodes"]),
    known("CSIStorageCapacity", "storage.k8s.io/v1", &["csistoragecapacities"]),
    known("PriorityClass", "scheduling.k8s.io/v1", &["priorityclasses", "pc"]),
    known("Lease", "coordination.k8s.io/v1", &["leases"]),
    known("RuntimeClass", "node.k8s.io/v1", &["runtimeclasses"]),
    known("APIService", "apiregistration.k8s.io/v1", &["apiservices"]),
    known(
        "CustomResourceDefinition",
        "apiextensions.k8s.io/v1",
        &["customresourcedefinitions", "crd", "crds"],
    ),
    known(
        "MutatingWebhookConfiguration",
        "admissionregistration.k8s.io/v1",
        &["mutatingwebhookconfigurations", "mutatingwebhooks"],
    ),
    known(
        "ValidatingWebhookConfiguration",
        "admissionregistration.k8s.io/v1",
        &["validatingwebhookconfigurations", "validatingwebhooks"],
    ),
    known("ValidatingAdmissionPolicy", "admissionregistration.k8s.io/v1", &["validatingadmissionpolicies"]),
    known(
        "CertificateSigningRequest",
        "certificates.k8s.io/v1",
        &["certificatesigningrequests", "csr", "csrs"],
    ),
    known("Role", "rbac.authorization.k8s.io/v1", &["roles"]),
    known("RoleBinding", "rbac.authorization.k8s.io/v1", &["rolebindings"]),
    known("ClusterRole", "rbac.authorization.k8s.io/v1", &["clusterroles"]),
    known("ClusterRoleBinding", "rbac.authorization.k8s.io/v1", &["clusterrolebindings"]),
    known("ClusterOperator", "config.openshift.io/v1", &["clusteroperators", "co"]),
    known("ClusterVersion", "config.openshift.io/v1", &["clusterversions"]),
    known("Machine", "machine.openshift.io/v1beta1", &["machines"]),
    known("MachineSet", "machine.openshift.io/v1beta1", &["machinesets"]),
    known("MachineConfigPool", "machineconfiguration.openshift.io/v1", &["machineconfigpools", "mcp"]),
];

/// The kind for a word: singular, plural or short name, with or without a group, in any case.
pub(crate) fn by_word(word: &str) -> Option<&'static Known> {
    let word = word.split('.').next().unwrap_or(word);
    if word.len() > 64 {
        return None;
    }
    let word: String =
        word.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect();
    KINDS.iter().find(|known| known.words.contains(&word.as_str()) || known.kind.eq_ignore_ascii_case(&word))
}

/// The kind by its exact name.
pub(crate) fn by_kind(kind: &str) -> Option<&'static Known> {
    KINDS.iter().find(|known| known.kind == kind)
}

/// The kind for its plural as a path of the API has it.
pub(crate) fn by_plural(plural: &str) -> Option<&'static Known> {
    KINDS.iter().find(|known| known.words.first() == Some(&plural))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_files_and_commands_are_known() {
        for (word, kind) in [
            ("storage-classes", "StorageClass"),
            ("Pods", "Pod"),
            ("pvcs", "PersistentVolumeClaim"),
            ("deployments.apps", "Deployment"),
            ("network-policy", "NetworkPolicy"),
            ("resource_quota", "ResourceQuota"),
            ("ingress", "Ingress"),
        ] {
            assert_eq!(by_word(word).map(|known| known.kind), Some(kind), "{word}");
        }
        assert_eq!(by_word("default"), None);
    }
}
