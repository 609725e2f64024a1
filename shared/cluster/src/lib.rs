//! Reading Kubernetes clusters: which cluster, what it serves, a snapshot of its objects, its logs, the rights it takes.
//!
//! The only crate that speaks to an API server. It only reads: every request is a GET. Objects are plain JSON, as the
//! API server sent them.

mod access;
mod answer;
mod certificate;
mod cluster;
mod discovery;
mod error;
mod groups;
mod kinds;
mod list;
mod logs;
mod path;
mod rbac;
mod reach;
mod request;
mod resource;
mod snapshot;
mod status;
pub mod watch;

pub use access::{Access, AccessError};
pub use answer::{Answer, Opened};
pub use cluster::{Accept, Cluster, Limits};
pub use discovery::{BrokenGroup, Discovery};
pub use error::Error;
pub use kinds::{Custom, EXTENSIONS, KINDS, Kind, NoKind, Wanted};
pub use list::{LARGE, Page, PageQuery};
pub use logs::{Log, LogQuery};
pub use rbac::{Rights, cluster_role};
pub use resource::{Body, Resource};
pub use snapshot::{List, Piece, Problem, Scope, Snapshot};
