//! One kind of object as a cluster serves it.

use crate::path::value;
use std::fmt;

/// How much of the objects of a kind is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// All of it.
    Full,
    /// Only `metadata`: what the objects hold is secret.
    Metadata,
}

/// One kind that a cluster serves, in the version it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// API group; empty for the core group.
    pub group: String,
    /// Version, such as `v1`.
    pub version: String,
    /// Name in paths, such as `deployments`.
    pub plural: String,
    /// Kind, such as `Deployment`.
    pub kind: String,
    /// Whether the objects live in namespaces.
    pub namespaced: bool,
    /// Whether the kind can be watched; some can only be listed.
    pub watchable: bool,
    /// How much of its objects is read.
    pub body: Body,
}

impl Resource {
    /// Group and version as objects name them, such as `apps/v1`.
    #[must_use]
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// Whether this is a kind of the core group.
    #[must_use]
    pub fn is_core(&self, kind: &str) -> bool {
        self.group.is_empty() && self.kind == kind
    }

    /// The path of the collection: of one namespace, or with `None` of the whole cluster. A namespace means nothing
    /// to a kind of the cluster.
    #[must_use]
    pub fn path(&self, namespace: Option<&str>) -> String {
        let root = if self.group.is_empty() {
            format!("/api/{}", self.version)
        } else {
            format!("/apis/{}/{}", self.group, self.version)
        };
        match namespace {
            Some(namespace) if self.namespaced => {
                format!("{root}/namespaces/{}/{}", value(namespace), self.plural)
            }
            Some(_) | None => format!("{root}/{}", self.plural),
        }
    }
}

impl fmt::Display for Resource {
    /// `deployments.apps`, as kubectl and RBAC rules name it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.group.is_empty() {
            f.write_str(&self.plural)
        } else {
            write!(f, "{}.{}", self.plural, self.group)
        }
    }
}
