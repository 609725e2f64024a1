//! Watches of several clusters in one process, each with its own health.

use crate::{
    args::ClusterArgs,
    ports::{Ports, now},
    settings,
};
use chiron_cluster::{
    Access, AccessError, Cluster,
    watch::{ClusterState, Health, KindHealth, KindState},
};
use chiron_watch::{Config, Ports as WatchPorts, Sink, Watch};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::{sync::watch, task::JoinHandle};
use tracing::info;

/// Watches that run, and how to end them.
pub struct Watching {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    healths: Arc<[Health]>,
}

/// Connects to the clusters that are named; each is called by its context, or by `name` where that is given.
///
/// # Errors
/// When one of them cannot be reached as it is described.
pub async fn connect(args: &ClusterArgs, name: Option<&str>) -> Result<Vec<Cluster>, AccessError> {
    let mut clusters = Vec::new();
    for access in settings::accesses(args) {
        let access = Access { name: name.map(str::to_owned), ..access };
        clusters.push(Cluster::connect(&access).await?);
    }
    Ok(clusters)
}

/// Starts a watch for each cluster; what they tell goes to `sink`.
#[must_use]
pub fn start(clusters: Vec<Cluster>, sink: &Arc<dyn Sink>, ports: &Ports) -> Watching {
    let (stop, _) = watch::channel(false);
    let watches: Vec<Watch> = clusters
        .into_iter()
        .map(|cluster| {
            let parts = WatchPorts {
                states: Arc::clone(&ports.states),
                sink: Arc::clone(sink),
                redactor: Arc::clone(&ports.redactor),
                clock: now,
            };
            info!(cluster = cluster.name(), server = cluster.server(), "watching");
            Watch::new(cluster, Config::default(), parts)
        })
        .collect();
    let healths = watches.iter().map(Watch::health).collect();
    let tasks = watches
        .into_iter()
        .map(|watch| {
            let mut stopped = stop.subscribe();
            tokio::spawn(async move {
                watch
                    .run(async move {
                        // An error means that nobody is left who could ask us to stop.
                        let _ = stopped.wait_for(|it| *it).await;
                    })
                    .await;
            })
        })
        .collect();
    Watching { stop, tasks, healths }
}

impl Watching {
    /// How each cluster is seen; stays valid while the watches run.
    #[must_use]
    pub fn healths(&self) -> Arc<[Health]> {
        Arc::clone(&self.healths)
    }

    /// Ends all watches; what they told is saved.
    pub async fn end(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// How clusters are seen, and how fresh each kind is, as JSON.
#[must_use]
pub fn freshness(healths: &[Health]) -> Value {
    let now = now();
    let cluster = |health: &Health| {
        let (state, reason) = match health.summary(now) {
            ClusterState::Listing => ("listing", None),
            ClusterState::Live => ("live", None),
            ClusterState::Behind => ("behind", None),
            ClusterState::Partial => ("partial", None),
            ClusterState::Unknown { reason } => ("unknown", Some(reason)),
        };
        let kinds: Vec<Value> = health.freshness(now).iter().map(kind).collect();
        json!({"cluster": health.cluster(), "state": state, "reason": reason, "kinds": kinds})
    };
    healths.iter().map(cluster).collect()
}

fn kind(kind: &KindHealth) -> Value {
    let state = match &kind.state {
        KindState::Listing => "listing",
        KindState::Live => "live",
        KindState::Behind => "behind",
        KindState::Forbidden => "forbidden",
        KindState::Absent => "absent",
        KindState::Unknown { .. } => "unknown",
    };
    json!({
        "resource": kind.resource, "namespace": kind.namespace, "state": state, "newest": kind.newest,
        "objects": kind.objects, "changes": kind.changes, "lists": kind.lists, "lapses": kind.lapses,
        "trouble": kind.trouble,
    })
}
