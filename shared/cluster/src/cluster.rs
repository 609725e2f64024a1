//! A connection to one cluster.

use crate::{Access, AccessError, Answer, Error, Opened, certificate, reach, request};
use chiron_model::Timestamp;
use kube::Client;
use std::{fmt, time::Duration};

/// Limits of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest one attempt may take: the whole answer, or of a stream the first line of the answer. Default 30 s.
    pub attempt: Duration,
    /// The longest a request may take with all its attempts and the waits between them. Default 60 s.
    pub total: Duration,
    /// The most attempts, where the API server says when to come back. Default 5.
    pub attempts: u32,
    /// The largest answer that is read at once, in bytes. Default 32 MiB.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { attempt: Duration::from_secs(30), total: Duration::from_mins(1), attempts: 5, body: 32 << 20 }
    }
}

/// In which form an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// JSON, as it is stored.
    Json,
    /// A list of which each object is `metadata` only (`PartialObjectMetadataList`).
    MetadataList,
    /// Objects, or the objects of a watch, as `metadata` only (`PartialObjectMetadata`).
    Metadata,
    /// All groups in one answer (`APIGroupDiscoveryList`), or what older servers have.
    Discovery,
    /// Whatever there is: logs are text.
    Any,
}

/// A connection to one cluster. Cheap to clone; clones share their connections. It only reads.
#[derive(Clone)]
pub struct Cluster {
    name: String,
    context: String,
    pub(crate) server: String,
    default_namespace: String,
    pub(crate) client: Client,
    pub(crate) limits: Limits,
    pub(crate) certificate_ends: Option<Timestamp>,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("name", &self.name)
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

impl Cluster {
    /// Finds the way to a cluster and prepares the connection. Asks the API server nothing yet; a credential program
    /// that the kubeconfig names is run. Needs a running tokio runtime.
    pub async fn connect(access: &Access) -> Result<Self, AccessError> {
        let mut way = access.way().await?;
        way.config.connect_timeout = Some(Duration::from_secs(10).min(access.limits.attempt));
        // The client's own retry waits up to 1,000 s, on every verb: ours is bounded.
        way.config.default_retry = false;
        let server = way.config.cluster_url.to_string().trim_end_matches('/').to_owned();
        let default_namespace = way.config.default_namespace.clone();
        let certificate_ends = certificate::end_of(&way.config.auth_info);
        let client = reach::client(&way.context, way.config, access.limits.attempt).await?;
        Ok(Self {
            name: plain(access.name.as_deref().unwrap_or(&way.context)),
            context: way.context,
            server,
            default_namespace,
            client,
            limits: access.limits,
            certificate_ends,
        })
    }

    /// Our own name for the cluster.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Name of the context, or `in-cluster`.
    #[must_use]
    pub fn context(&self) -> &str {
        &self.context
    }

    /// Address of the API server, with no slash at the end.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The namespace the context names, or `default`.
    #[must_use]
    pub fn default_namespace(&self) -> &str {
        &self.default_namespace
    }

    /// When the client certificate of the kubeconfig ends, where it has one.
    #[must_use]
    pub const fn certificate_ends(&self) -> Option<Timestamp> {
        self.certificate_ends
    }

    /// The client underneath, for what this crate does not offer.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// GET of a path with its query, the whole answer. Asked again where the API server says so, within the limits.
    pub async fn fetch(&self, path: &str, accept: Accept) -> Result<Answer, Error> {
        request::fetch(self, path, accept).await
    }

    /// GET of a path with its query, as a stream. Only the start of the answer has a time limit: put one around each
    /// read of the pieces.
    pub async fn open(&self, path: &str, accept: Accept) -> Result<Opened, Error> {
        request::open(self, path, accept).await
    }
}

/// Names of contexts may hold anything; those of clusters travel in attributes and keys.
fn plain(name: &str) -> String {
    let is_safe = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '%' | '\'' | '#');
    let clean: String = name.chars().take(128).map(|c| if is_safe(c) { c } else { '-' }).collect();
    if clean.is_empty() { "cluster".to_owned() } else { clean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_of_a_context_becomes_one_that_travels() {
        assert_eq!(plain("kubernetes-admin@prod"), "kubernetes-admin@prod");
        assert_eq!(plain("my cluster #1"), "my-cluster--1");
        assert_eq!(plain(""), "cluster");
    }
}
