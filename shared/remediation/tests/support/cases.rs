//! For each mechanism of the catalogue the change that is typical of it, and what is to come of it.

use super::{changed, gone, made, memory, object, read_from_state, template};
use chiron_model::{Mechanism, RootCause, marker};
use serde_json::{Value, json};

/// What is to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// The field gets its former value.
    SetBack,
    /// The object is made again as it was.
    MadeAgain,
    /// The node takes pods again.
    Uncordoned,
    /// The quota is raised to what is needed.
    Raised,
    /// Nothing, with this in the reason.
    Declined(&'static str),
}

/// The typical cause of a mechanism, and what is to be decided.
pub(crate) fn case(mechanism: Mechanism) -> (RootCause, Expected) {
    let (cause, expected) = typical(mechanism);
    (RootCause { mechanism, ..cause }, expected)
}

#[allow(clippy::too_many_lines, reason = "a table")]
fn typical(mechanism: Mechanism) -> (RootCause, Expected) {
    use Expected::{Declined, MadeAgain, Raised, SetBack, Uncordoned};
    match mechanism {
        Mechanism::MemoryLimitBelowNeed => (memory(), SetBack),
        Mechanism::MemoryNeedRaised | Mechanism::ImageBroken | Mechanism::ImageNotPullable => {
            (image("web"), SetBack)
        }
        Mechanism::StorageLimitBelowNeed => {
            (container("resources.limits.ephemeral-storage", json!("200Mi"), json!("5Mi")), SetBack)
        }
        Mechanism::DependencyUnavailable => (image("db"), SetBack),
        Mechanism::RegistryAccessDenied => (credential(), Declined("is a credential that is not recorded")),
        Mechanism::CommandNotRunnable => (container("command", json!(["serve"]), json!(["sevre"])), SetBack),
        Mechanism::CommandChanged => (container("args", json!(["-p", "1"]), json!(["-x"])), SetBack),
        Mechanism::EnvironmentChanged => (container("env[MODE].value", json!("a"), json!("b")), SetBack),
        Mechanism::ConfigurationKeyRemoved => (settings(json!("tcp://db:5432"), Value::Null), SetBack),
        Mechanism::ConfigurationValueChanged => {
            (settings(json!("tcp://db:5432"), json!("tcp://bd:5432")), SetBack)
        }
        Mechanism::ConfigurationObjectMissing => (gone("ConfigMap", "settings"), MadeAgain),
        Mechanism::ReferenceToMissingConfiguration => {
            (container("envFrom[0].configMapRef.name", json!("settings"), json!("setings")), SetBack)
        }
        Mechanism::SecurityContextChanged | Mechanism::AdmissionDenied => {
            (container("securityContext.runAsNonRoot", Value::Null, json!(true)), SetBack)
        }
        Mechanism::VolumeNotMountable => {
            (template("spec.volumes[data].configMap.name", json!("a"), json!("b")), SetBack)
        }
        Mechanism::ReadinessProbeWrong => (probe("readinessProbe"), SetBack),
        Mechanism::LivenessProbeWrong => (probe("livenessProbe"), SetBack),
        Mechanism::StartupProbeWrong => (probe("startupProbe"), SetBack),
        Mechanism::RequestAboveCapacity => {
            (container("resources.requests.cpu", json!("10m"), json!("64")), SetBack)
        }
        Mechanism::PlacementUnsatisfiable => {
            (template("spec.nodeSelector.disk", Value::Null, json!("fast")), SetBack)
        }
        Mechanism::NodeCordoned => (node("spec.unschedulable", json!(true)), Uncordoned),
        Mechanism::NodeTainted => {
            (node("spec.taints", json!([{"key": "gpu", "effect": "NoSchedule"}])), SetBack)
        }
        Mechanism::NodeNotReady => (
            read_from_state(node("status.conditions[Ready]", json!("Unknown"))),
            Declined("no earlier value"),
        ),
        Mechanism::QuotaExhausted => (made("ResourceQuota", "tight"), Raised),
        Mechanism::LimitRangeViolated => (
            changed(
                object("LimitRange", "limits"),
                "spec.limits[Container].max.memory",
                json!("1Gi"),
                json!("1Mi"),
            ),
            SetBack,
        ),
        Mechanism::ServiceAccountMissing => (gone("ServiceAccount", "web"), MadeAgain),
        Mechanism::ServiceSelectorMismatch => {
            (service("spec.selector.app", json!("web"), json!("webb")), SetBack)
        }
        Mechanism::WorkloadLabelsChanged => {
            (template("metadata.labels.app", json!("web"), json!("webb")), SetBack)
        }
        Mechanism::ServicePortMismatch => {
            (service("spec.ports[80].targetPort", json!(8080), json!(9090)), SetBack)
        }
        Mechanism::ServiceDeleted => (gone("Service", "db"), MadeAgain),
        Mechanism::NetworkPolicyBlocks => {
            (made("NetworkPolicy", "deny"), Declined("was created and is in the way"))
        }
        Mechanism::StorageClassMissing => {
            (made("PersistentVolumeClaim", "data"), Declined("was created and is in the way"))
        }
        Mechanism::AutoscalerCannotCompute => {
            (container("resources.requests.cpu", json!("100m"), Value::Null), SetBack)
        }
        Mechanism::AutoscalerTargetWrong => (
            changed(
                object("HorizontalPodAutoscaler", "web"),
                "spec.metrics[0].resource.target.averageUtilization",
                json!(70),
                json!(1),
            ),
            SetBack,
        ),
        Mechanism::RouteBackendMissing => (
            changed(
                object("VirtualService", "web"),
                "spec.http[0].route[1].destination.subset",
                json!("v1"),
                json!("v9"),
            ),
            SetBack,
        ),
        Mechanism::MeshPolicyBlocks => {
            (made("PeerAuthentication", "strict"), Declined("was created and is in the way"))
        }
        Mechanism::WebhookUnavailable => (gone("Service", "hook"), MadeAgain),
        Mechanism::VolumeHeldElsewhere => {
            (read_from_state(made("VolumeAttachment", "csi-1")), Declined("no earlier value"))
        }
        Mechanism::FinalizerStuck => {
            (read_from_state(made("Namespace", "old")), Declined("no earlier value"))
        }
        Mechanism::CertificateExpired => {
            (read_from_state(made("Certificate", "web")), Declined("no earlier value"))
        }
        Mechanism::DisruptionBudgetBlocks => {
            (changed(object("PodDisruptionBudget", "web"), "spec.minAvailable", json!(1), json!(2)), SetBack)
        }
        Mechanism::ScheduleInvalid => (
            changed(object("CronJob", "report"), "spec.schedule", json!("0 3 * * *"), json!("0 3 31 2 *")),
            SetBack,
        ),
        Mechanism::ControllerReportsFailure => {
            (changed(object("Application", "web"), "spec.source.path", json!("a"), json!("b")), SetBack)
        }
        Mechanism::ScaledToZero => {
            (changed(object("Deployment", "db"), "spec.replicas", json!(2), json!(0)), SetBack)
        }
        Mechanism::JobRetriesExhausted => (made("Job", "import"), Declined("was created and is in the way")),
        Mechanism::ApplicationExits => (made("Deployment", "web"), Declined("was created and is in the way")),
    }
}

fn container(field: &str, from: Value, to: Value) -> RootCause {
    template(&format!("spec.containers[web].{field}"), from, to)
}

fn image(name: &str) -> RootCause {
    let field = format!("spec.template.spec.containers[{name}].image");
    changed(object("Deployment", name), &field, json!("shop:1"), json!("shop:2"))
}

fn probe(name: &str) -> RootCause {
    container(&format!("{name}.httpGet.port"), json!(8080), json!(9090))
}

fn settings(from: Value, to: Value) -> RootCause {
    changed(object("ConfigMap", "settings"), "data.DATABASE_URL", from, to)
}

fn service(field: &str, from: Value, to: Value) -> RootCause {
    changed(object("Service", "web"), field, from, to)
}

fn node(field: &str, to: Value) -> RootCause {
    changed(object("Node", "node-a"), field, Value::Null, to)
}

fn credential() -> RootCause {
    let mark = |hash: &str| json!(marker("data", hash));
    changed(object("Secret", "pull"), "data['.dockerconfigjson']", mark("0a1b2c"), mark("3d4e5f"))
}
