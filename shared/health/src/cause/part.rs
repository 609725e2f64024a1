//! Which part of an object a change is about.

use chiron_model::Change;

/// The part of an object that was changed, as far as it matters for causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The whole object appeared.
    Created,
    /// The whole object vanished.
    Deleted,
    /// Memory limit of a container.
    MemoryLimit,
    /// Memory request of a container.
    MemoryRequest,
    /// CPU request of a container.
    CpuRequest,
    /// CPU limit of a container.
    CpuLimit,
    /// Another resource of a container.
    OtherResource,
    /// Image of a container.
    Image,
    /// Pull policy of a container.
    PullPolicy,
    /// Pull secrets of the pods.
    PullSecrets,
    /// Command, arguments or working directory.
    Command,
    /// Environment of a container.
    Environment,
    /// Readiness probe.
    ReadinessProbe,
    /// Liveness probe.
    LivenessProbe,
    /// Startup probe.
    StartupProbe,
    /// Ports of a container.
    ContainerPort,
    /// Volumes and mounts.
    Volume,
    /// Security context of the pod or a container.
    Security,
    /// Node selector, affinity, tolerations, spread.
    Placement,
    /// Service account of the pods.
    ServiceAccount,
    /// Number of replicas.
    Replicas,
    /// Labels of the pod template.
    TemplateLabels,
    /// The mark that a rollout restart leaves: it starts pods anew and changes nothing in them.
    RestartMark,
    /// An entry of a ConfigMap or Secret.
    Data,
    /// Selector of a Service.
    Selector,
    /// Ports of a Service.
    ServicePort,
    /// A hard limit of a quota.
    QuotaHard,
    /// Limits of a `LimitRange`.
    LimitRange,
    /// Rules of a `NetworkPolicy`.
    PolicyRules,
    /// A node is closed to new pods.
    Cordon,
    /// Taints of a node.
    Taints,
    /// Labels of the object itself.
    Labels,
    /// Storage class of a claim.
    StorageClass,
    /// Anything else.
    Other,
}

/// The part of an object that `change` is about.
pub(crate) fn part(change: &Change) -> Part {
    if change.is_creation() {
        return Part::Created;
    }
    if change.is_deletion() {
        return Part::Deleted;
    }
    let field = change.field.as_str();
    match change.object.kind.as_str() {
        "ConfigMap" | "Secret" if !field.starts_with("metadata") => Part::Data,
        "Service" if field.starts_with("spec.selector") => Part::Selector,
        "Service" if field.starts_with("spec.ports") => Part::ServicePort,
        "ResourceQuota" if field.starts_with("spec") => Part::QuotaHard,
        "LimitRange" if field.starts_with("spec") => Part::LimitRange,
        "NetworkPolicy" if field.starts_with("spec") => Part::PolicyRules,
        "Node" if field == "spec.unschedulable" => Part::Cordon,
        "Node" if field.starts_with("spec.taints") => Part::Taints,
        "PersistentVolumeClaim" if field == "spec.storageClassName" => Part::StorageClass,
        _ if field.starts_with("metadata.labels") => Part::Labels,
        _ if field == "spec.replicas" => Part::Replicas,
        _ => of_template(field),
    }
}

fn of_template(field: &str) -> Part {
    let Some(rest) = ["spec.jobTemplate.spec.template.", "spec.template.", ""]
        .iter()
        .find_map(|prefix| field.strip_prefix(prefix))
    else {
        return Part::Other;
    };
    if rest.contains("restartedAt") {
        return Part::RestartMark;
    }
    if rest.starts_with("metadata.labels") {
        return Part::TemplateLabels;
    }
    let Some(spec) = rest.strip_prefix("spec.") else { return Part::Other };
    match spec.split_once("ontainers[").and_then(|(_, it)| it.split_once(']')) {
        Some((_, inner)) => of_container(inner.trim_start_matches('.')),
        None => of_pod(spec),
    }
}

fn of_pod(field: &str) -> Part {
    let head = field.split(['.', '[']).next().unwrap_or(field);
    match head {
        "nodeSelector"
        | "affinity"
        | "tolerations"
        | "topologySpreadConstraints"
        | "nodeName"
        | "hostNetwork"
        | "schedulerName"
        | "runtimeClassName" => Part::Placement,
        "volumes" => Part::Volume,
        "imagePullSecrets" => Part::PullSecrets,
        "serviceAccountName" | "serviceAccount" | "automountServiceAccountToken" => Part::ServiceAccount,
        "securityContext" => Part::Security,
        _ => Part::Other,
    }
}

fn of_container(field: &str) -> Part {
    let head = field.split(['.', '[']).next().unwrap_or(field);
    match head {
        "image" => Part::Image,
        "imagePullPolicy" => Part::PullPolicy,
        "command" | "args" | "workingDir" => Part::Command,
        "env" | "envFrom" => Part::Environment,
        "readinessProbe" => Part::ReadinessProbe,
        "livenessProbe" => Part::LivenessProbe,
        "startupProbe" => Part::StartupProbe,
        "ports" => Part::ContainerPort,
        "volumeMounts" | "volumeDevices" => Part::Volume,
        "securityContext" => Part::Security,
        "resources" => of_resource(field),
        _ => Part::Other,
    }
}

fn of_resource(field: &str) -> Part {
    match field {
        "resources.limits.memory" => Part::MemoryLimit,
        "resources.requests.memory" => Part::MemoryRequest,
        "resources.requests.cpu" => Part::CpuRequest,
        "resources.limits.cpu" => Part::CpuLimit,
        _ => Part::OtherResource,
    }
}

/// The container that a change is about, when it is about one.
pub(crate) fn container_of(change: &Change) -> Option<&str> {
    let (_, rest) = change.field.as_str().split_once("ontainers[")?;
    rest.split_once(']').map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_parts_of_a_template_apart() {
        assert_eq!(
            of_template("spec.template.spec.containers[web].resources.limits.memory"),
            Part::MemoryLimit
        );
        assert_eq!(of_template("spec.template.spec.initContainers[a].args"), Part::Command);
        assert_eq!(of_template("spec.template.spec.nodeSelector.disk"), Part::Placement);
        assert_eq!(
            of_template("spec.template.metadata.annotations['kubectl.kubernetes.io/restartedAt']"),
            Part::RestartMark
        );
    }
}
