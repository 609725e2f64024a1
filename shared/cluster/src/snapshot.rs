//! One look at a whole cluster, or at some namespaces of it. What cannot be read is told; the rest is read.

use crate::{Cluster, Discovery, Error, PageQuery, Resource, Wanted};
use chiron_model::Timestamp;
use futures::{FutureExt, StreamExt, stream};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// How often one list is begun again after a 410 in the middle of it.
const BEGINNINGS: u32 = 4;
/// Lists that are long in most clusters. They are begun first, so that no long one is left for the end.
const LONG: [&str; 4] = ["events", "pods", "replicasets", "endpointslices"];

/// What to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Which kinds.
    pub wanted: Wanted,
    /// Only objects of these namespaces, and those of the cluster itself; all namespaces when empty.
    pub namespaces: Vec<String>,
    /// The most objects of a page. Default 500.
    pub page: u32,
    /// How many lists are read at a time. Default 8.
    pub at_once: usize,
}

impl Default for Scope {
    fn default() -> Self {
        Self { wanted: Wanted::default(), namespaces: Vec::new(), page: 500, at_once: 8 }
    }
}

/// What a snapshot hands over, as it comes. Objects of one list come in its order; lists come side by side.
#[derive(Debug)]
pub enum Piece<'a> {
    /// An object.
    Object(Value),
    /// The list of this kind begins again, since the API server has forgotten where we were: what came of it is void.
    Again(List<'a>),
}

/// One list of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List<'a> {
    /// What is listed.
    pub resource: &'a Resource,
    /// Of which namespace; `None` for all, and for kinds of the cluster.
    pub namespace: Option<&'a str>,
}

/// A list that could not be read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What could not be listed, such as `deployments.apps`.
    pub resource: String,
    /// The namespace; empty for all.
    pub namespace: String,
    /// How many of its objects had been handed over before.
    pub objects: usize,
    /// Why.
    pub error: Error,
}

/// What a snapshot has read and what it has not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The API server's own time at the beginning.
    pub at: Option<Timestamp>,
    /// What the cluster serves, what it does not, and which of its groups are broken.
    pub discovery: Discovery,
    /// How many objects of each kind were handed over, by names such as `deployments.apps`.
    pub objects: BTreeMap<String, usize>,
    /// Lists that could not be read, in the order of their kinds.
    pub problems: Vec<Problem>,
}

impl Cluster {
    /// Reads every wanted object of the scope and hands it to `consume`. Fails only when the cluster as a whole cannot
    /// be read; then nothing may be concluded from what was handed over.
    pub async fn snapshot<F>(&self, scope: &Scope, consume: F) -> Result<Snapshot, Error>
    where
        F: FnMut(Piece<'_>) + Send,
    {
        let discovery = self.discover(&scope.wanted).await?;
        let consume = Mutex::new(consume);
        let work = lists(&discovery, &scope.namespaces);
        let reader = Reader { cluster: self, page: scope.page, consume: &consume };
        // Futures in a list of their own: made lazily inside the stream, they would tie it to one thread.
        let reads: Vec<_> = work.iter().map(|list| reader.read(*list).boxed()).collect();
        let mut ends = stream::iter(reads).buffer_unordered(scope.at_once.max(1));
        let (mut objects, mut problems) = (BTreeMap::new(), Vec::new());
        while let Some((list, count, end)) = ends.next().await {
            *objects.entry(list.resource.to_string()).or_default() += count;
            match end {
                // The kind went away after discovery, or the namespace is not there.
                Ok(()) | Err(Error::NotFound { .. }) => {}
                Err(error) if error.is_of_the_cluster() => return Err(error),
                Err(error) => problems.push(list.problem(count, error)),
            }
        }
        drop(ends);
        problems.sort_by(|a, b| (&a.resource, &a.namespace).cmp(&(&b.resource, &b.namespace)));
        Ok(Snapshot { at: discovery.at, discovery, objects, problems })
    }
}

/// The lists of a scope.
fn lists<'a>(discovery: &'a Discovery, namespaces: &'a [String]) -> Vec<List<'a>> {
    let mut lists: Vec<List<'a>> = Vec::new();
    for resource in &discovery.served {
        if resource.namespaced && !namespaces.is_empty() {
            lists.extend(namespaces.iter().map(|namespace| List { resource, namespace: Some(namespace) }));
        } else {
            lists.push(List { resource, namespace: None });
        }
    }
    lists.sort_by_key(|list| !LONG.contains(&list.resource.plural.as_str()));
    lists
}

impl List<'_> {
    fn problem(&self, objects: usize, error: Error) -> Problem {
        let namespace = self.namespace.unwrap_or_default().to_owned();
        Problem { resource: self.resource.to_string(), namespace, objects, error }
    }
}

struct Reader<'a, F> {
    cluster: &'a Cluster,
    page: u32,
    consume: &'a Mutex<F>,
}

impl<F: FnMut(Piece<'_>) + Send> Reader<'_, F> {
    /// Reads one list; also says how many objects were handed over.
    async fn read<'l>(&self, list: List<'l>) -> (List<'l>, usize, Result<(), Error>) {
        let mut count = 0;
        for beginning in 1..=BEGINNINGS {
            count = 0;
            match self.pages(list, &mut count).await {
                Err(Error::Expired { .. }) if beginning < BEGINNINGS => self.hand(Piece::Again(list)),
                end => return (list, count, end),
            }
        }
        (list, count, Ok(()))
    }

    async fn pages(&self, list: List<'_>, count: &mut usize) -> Result<(), Error> {
        let (mut after, mut limit) = (None, self.page);
        loop {
            let List { resource, namespace } = list;
            let query = PageQuery { resource, namespace, limit, after: after.as_deref() };
            let page = self
                .cluster
                .page(&query, |object| {
                    *count += 1;
                    self.hand(Piece::Object(object));
                })
                .await?;
            let Some(next) = page.next else { return Ok(()) };
            (after, limit) = (Some(next), page.limit);
        }
    }

    fn hand(&self, piece: Piece<'_>) {
        let mut consume = self.consume.lock().unwrap_or_else(PoisonError::into_inner);
        consume(piece);
    }
}
