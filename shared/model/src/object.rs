//! Names of Kubernetes objects.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Which object, in which cluster. Cluster-scoped objects have an empty namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectRef {
    /// Name of the cluster.
    pub cluster: String,
    /// Group and version, such as `apps/v1`.
    pub api_version: String,
    /// Kind, such as `Deployment`.
    pub kind: String,
    /// Namespace; empty for objects of the cluster.
    #[serde(default)]
    pub namespace: String,
    /// Name.
    pub name: String,
    /// The one identity that no later object of the same name shares; empty when it is not known.
    #[serde(default)]
    pub uid: String,
}

impl ObjectRef {
    /// `Kind/name`, for people.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }

    /// `cluster/namespace/kind/name`, the CloudEvents subject.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("{}/{}/{}/{}", self.cluster, self.namespace, self.kind, self.name)
    }

    /// Whether both name the same place: kind, namespace and name, whatever the uid.
    #[must_use]
    pub fn is_same_place(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.namespace == other.namespace
            && self.name == other.name
            && self.cluster == other.cluster
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            write!(f, "{}/{}", self.kind, self.name)
        } else {
            write!(f, "{} {}/{}", self.kind, self.namespace, self.name)
        }
    }
}
