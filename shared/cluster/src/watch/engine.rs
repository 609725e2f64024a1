//! All watches of one cluster.

use super::{Clock, Feed, Health, Memory, WatchConfig, outlet::Outlet, stream::Stream};
use crate::{Cluster, Resource, Wanted};
use futures::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use std::{collections::BTreeSet, sync::Arc};
use tokio::sync::{Notify, Semaphore, mpsc};
use tracing::{info, warn};

/// What an engine is made of.
pub struct EngineParts {
    /// The connection. Each cluster has its own engine.
    pub cluster: Cluster,
    /// What is watched, where it is served.
    pub wanted: Wanted,
    /// Settings.
    pub config: WatchConfig,
    /// Where it is kept how far each kind was told.
    pub memory: Arc<dyn Memory>,
    /// Tells the time.
    pub clock: Clock,
}

/// All watches of one cluster. Does nothing until it is run.
pub struct Engine {
    shared: Arc<Shared>,
    wanted: Wanted,
}

/// What all watches of a cluster share.
pub(super) struct Shared {
    pub(super) cluster: Cluster,
    pub(super) config: WatchConfig,
    pub(super) memory: Arc<dyn Memory>,
    pub(super) clock: Clock,
    pub(super) health: Health,
    pub(super) outlet: Outlet,
    /// So many lists at the same time.
    pub(super) listing: Semaphore,
    /// A definition of a kind changed.
    pub(super) defined: Notify,
}

impl Engine {
    /// The watches of a cluster, and where what they tell comes out.
    #[must_use]
    pub fn new(parts: EngineParts) -> (Self, Feed) {
        let EngineParts { cluster, wanted, config, memory, clock } = parts;
        let (outlet, receiver) = Outlet::new(config.waiting);
        let feed = Feed::new(receiver, Arc::clone(&memory), clock, config.saving);
        let shared = Shared {
            health: Health::new(cluster.name(), config.behind),
            listing: Semaphore::new(config.listing.max(1)),
            defined: Notify::new(),
            cluster,
            config,
            memory,
            clock,
            outlet,
        };
        (Self { shared: Arc::new(shared), wanted }, feed)
    }

    /// How fresh what is known is; stays valid while the engine runs.
    #[must_use]
    pub fn health(&self) -> Health {
        self.shared.health.clone()
    }

    /// Watches until it is dropped, or the feed is.
    pub async fn run(self) {
        let (found, mut served) = mpsc::channel(1);
        let shared = Arc::clone(&self.shared);
        let mut running: FuturesUnordered<BoxFuture<'static, Arc<str>>> = FuturesUnordered::new();
        let mut names: BTreeSet<Arc<str>> = BTreeSet::new();
        let watching = async {
            loop {
                tokio::select! {
                    Some(resources) = served.recv() => {
                        for stream in streams(&shared, resources) {
                            if names.insert(Arc::clone(&stream.0)) {
                                let (resource, namespace) = stream.1;
                                running.push(Box::pin(Stream::new(Arc::clone(&shared), resource, namespace).run()));
                            }
                        }
                    }
                    Some(ended) = running.next() => drop(names.remove(&ended)),
                    () = shared.outlet.closed() => break,
                }
            }
        };
        tokio::select! {
            () = watching => {}
            () = self.discover(found) => {}
        }
    }

    /// Finds kinds that appear, without end.
    async fn discover(&self, found: mpsc::Sender<Vec<Resource>>) {
        let shared = &self.shared;
        let mut broken = BTreeSet::new();
        loop {
            match shared.cluster.discover(&self.wanted).await {
                Ok(discovery) => {
                    shared.health.set_problem(None);
                    for group in &discovery.broken {
                        if broken.insert(group.group_version.clone()) {
                            warn!(group = group.group_version, error = group.why, "a group does not answer");
                        }
                    }
                    if found.send(discovery.served).await.is_err() {
                        return;
                    }
                }
                Err(error) => {
                    info!(cluster = shared.cluster.name(), error = %error, "kinds are not known");
                    shared.health.set_problem(Some(error.to_string()));
                }
            }
            tokio::select! {
                () = tokio::time::sleep(shared.config.rediscovery) => {}
                () = shared.defined.notified() => tokio::time::sleep(shared.config.settling).await,
            }
        }
    }
}

/// What is listed after all others: whoever hears of a pod should have heard of what owns it.
const LAST: [&str; 2] = ["pods", "events"];

/// What a watch is about: a kind, and a namespace where not all are watched.
type Target = (Arc<Resource>, Option<String>);

/// The watches that these kinds need, by name.
fn streams(shared: &Shared, mut resources: Vec<Resource>) -> Vec<(Arc<str>, Target)> {
    let mut found = Vec::new();
    resources
        .sort_by_key(|resource| LAST.iter().position(|it| *it == resource.plural).map_or(0, |at| at + 1));
    for resource in resources.into_iter().filter(|resource| resource.watchable).map(Arc::new) {
        let namespaces = &shared.config.namespaces;
        let places: Vec<Option<String>> = if resource.namespaced && !namespaces.is_empty() {
            namespaces.iter().cloned().map(Some).collect()
        } else {
            vec![None]
        };
        for place in places {
            found.push((Stream::name_of(&resource, place.as_deref()), (Arc::clone(&resource), place)));
        }
    }
    found
}
