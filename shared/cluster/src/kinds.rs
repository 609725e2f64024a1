//! The kinds we read. Discovery says which of them a cluster serves, and in which version.

use crate::Body;
use chiron_model::is_kubernetes_group;
use std::str::FromStr;

/// A kind of Kubernetes itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// API group; empty for the core group.
    pub group: &'static str,
    /// Name in paths and in RBAC rules.
    pub plural: &'static str,
    /// How much of its objects is read.
    pub body: Body,
}

const fn full(group: &'static str, plural: &'static str) -> Kind {
    Kind { group, plural, body: Body::Full }
}

/// The kinds of Kubernetes that are read, by group.
pub const KINDS: &[Kind] = &[
    full("", "configmaps"),
    full("", "limitranges"),
    full("", "namespaces"),
    full("", "nodes"),
    full("", "persistentvolumeclaims"),
    full("", "persistentvolumes"),
    full("", "pods"),
    full("", "replicationcontrollers"),
    full("", "resourcequotas"),
    Kind { group: "", plural: "secrets", body: Body::Metadata },
    full("", "serviceaccounts"),
    full("", "services"),
    full("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
    full("admissionregistration.k8s.io", "validatingadmissionpolicies"),
    full("admissionregistration.k8s.io", "validatingadmissionpolicybindings"),
    full("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
    full("apiextensions.k8s.io", "customresourcedefinitions"),
    full("apiregistration.k8s.io", "apiservices"),
    full("apps", "controllerrevisions"),
    full("apps", "daemonsets"),
    full("apps", "deployments"),
    full("apps", "replicasets"),
    full("apps", "statefulsets"),
    full("autoscaling", "horizontalpodautoscalers"),
    full("batch", "cronjobs"),
    full("batch", "jobs"),
    full("coordination.k8s.io", "leases"),
    full("discovery.k8s.io", "endpointslices"),
    full("events.k8s.io", "events"),
    full("networking.k8s.io", "ingressclasses"),
    full("networking.k8s.io", "ingresses"),
    full("networking.k8s.io", "networkpolicies"),
    full("node.k8s.io", "runtimeclasses"),
    full("policy", "poddisruptionbudgets"),
    full("scheduling.k8s.io", "priorityclasses"),
    full("storage.k8s.io", "csidrivers"),
    full("storage.k8s.io", "csinodes"),
    full("storage.k8s.io", "storageclasses"),
    full("storage.k8s.io", "volumeattachments"),
];

/// Groups of widely used extensions: each kind that such a group serves is read.
pub const EXTENSIONS: &[&str] = &[
    "acme.cert-manager.io",
    "addons.cluster.x-k8s.io",
    "argoproj.io",
    "autoscaling.internal.knative.dev",
    "autoscaling.k8s.io",
    "bootstrap.cluster.x-k8s.io",
    "cert-manager.io",
    "cluster.x-k8s.io",
    "controlplane.cluster.x-k8s.io",
    "eventing.knative.dev",
    "extensions.istio.io",
    "external-secrets.io",
    "flows.knative.dev",
    "gateway.networking.k8s.io",
    "helm.toolkit.fluxcd.io",
    "image.toolkit.fluxcd.io",
    "infrastructure.cluster.x-k8s.io",
    "karpenter.sh",
    "keda.sh",
    "kustomize.toolkit.fluxcd.io",
    "messaging.knative.dev",
    "monitoring.coreos.com",
    "networking.internal.knative.dev",
    "networking.istio.io",
    "notification.toolkit.fluxcd.io",
    "operator.knative.dev",
    "security.istio.io",
    "serving.knative.dev",
    "sinks.knative.dev",
    "snapshot.storage.k8s.io",
    "source.toolkit.fluxcd.io",
    "sources.knative.dev",
    "telemetry.istio.io",
];

/// Further kinds that are read, by configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Custom {
    /// `*`: every kind of every group that is no part of Kubernetes.
    All,
    /// `group/*`: every kind of a group.
    Group(String),
    /// `group/Kind`: one kind.
    Kind(String, String),
}

/// A text names no custom kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected \"group/Kind\", \"group/*\" or \"*\", such as \"example.com/Widget\", got {0:?}")]
pub struct NoKind(String);

impl FromStr for Custom {
    type Err = NoKind;

    fn from_str(text: &str) -> Result<Self, NoKind> {
        let refused = || NoKind(text.to_owned());
        if text == "*" {
            return Ok(Self::All);
        }
        let (group, kind) = text.split_once('/').ok_or_else(refused)?;
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        match kind {
            _ if group.is_empty() || kind.is_empty() || !group.chars().all(legal) => Err(refused()),
            "*" => Ok(Self::Group(group.to_owned())),
            kind if kind.chars().all(legal) => Ok(Self::Kind(group.to_owned(), kind.to_owned())),
            _ => Err(refused()),
        }
    }
}

/// Which kinds are wanted: those of [`KINDS`] and [`EXTENSIONS`], and these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Further kinds.
    pub custom: Vec<Custom>,
}

impl Wanted {
    /// How much is read of a kind; `None` when it is not wanted.
    pub(crate) fn body(&self, group: &str, plural: &str, kind: &str) -> Option<Body> {
        if let Some(known) = KINDS.iter().find(|known| known.group == group && known.plural == plural) {
            return Some(known.body);
        }
        let wanted = self.custom.iter().any(|custom| match custom {
            Custom::All => !is_kubernetes_group(group),
            Custom::Group(wanted) => wanted == group,
            Custom::Kind(wanted, name) => wanted == group && (name == kind || name == plural),
        });
        (wanted || EXTENSIONS.contains(&group)).then_some(Body::Full)
    }

    /// Whether any kind of the group is wanted.
    pub(crate) fn has_group(&self, group: &str) -> bool {
        let named = self.custom.iter().any(|custom| match custom {
            Custom::All => !is_kubernetes_group(group),
            Custom::Group(wanted) | Custom::Kind(wanted, _) => wanted == group,
        });
        named || EXTENSIONS.contains(&group) || KINDS.iter().any(|kind| kind.group == group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_kind_is_a_group_and_a_kind() {
        assert_eq!("a.example/Widget".parse(), Ok(Custom::Kind("a.example".to_owned(), "Widget".to_owned())));
        assert_eq!("a.example/*".parse(), Ok(Custom::Group("a.example".to_owned())));
        assert_eq!("*".parse(), Ok(Custom::All));
    }

    #[test]
    fn a_custom_kind_without_a_group_is_refused() {
        for text in ["", "Widget", "/Widget", "a.example/", "a.example/v1/Widget", "a b/Widget"] {
            assert!(text.parse::<Custom>().is_err(), "{text}");
        }
    }

    #[test]
    fn all_custom_kinds_are_not_the_kinds_of_kubernetes() {
        let wanted = Wanted { custom: vec![Custom::All] };

        assert_eq!(wanted.body("example.com", "widgets", "Widget"), Some(Body::Full));
        assert_eq!(wanted.body("rbac.authorization.k8s.io", "roles", "Role"), None);
        assert_eq!(wanted.body("", "endpoints", "Endpoints"), None);
    }

    #[test]
    fn the_content_of_secrets_is_never_wanted() {
        let everything = Wanted { custom: vec![Custom::All, Custom::Group(String::new())] };

        assert_eq!(everything.body("", "secrets", "Secret"), Some(Body::Metadata));
    }

    #[test]
    fn the_table_is_sorted_and_names_each_kind_once() {
        assert!(
            KINDS.windows(2).all(|pair| (pair[0].group, pair[0].plural) < (pair[1].group, pair[1].plural))
        );
        assert!(EXTENSIONS.is_sorted());
    }
}
