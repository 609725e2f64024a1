//! The clusters that the local platform watches itself.

use super::ingress::Door;
use crate::ports::{Ports, now};
use chiron_cluster::Cluster;
use chiron_function::Failure;
use chiron_store::Pending;
use chiron_watch::{Config, Ports as WatchPorts, Sink, Watch};
use cloudevents::Event;
use std::sync::Arc;
use tokio::{sync::watch, task::JoinHandle};
use tracing::info;

/// Gives what a watch tells to the functions of this process.
struct Inside(Door);

impl Sink for Inside {
    fn accept(&self, events: Vec<Event>) -> Pending<'_, Vec<Result<(), Failure>>> {
        Box::pin(async move {
            let results = self.0.take(events).await;
            results.into_iter().map(|result| result.map(|_| ())).collect()
        })
    }
}

/// Watches that run, and how to end them.
pub(super) struct Watching {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts a watch for each cluster.
pub(super) fn start(clusters: Vec<Cluster>, door: &Door, ports: &Ports) -> Watching {
    let (stop, _) = watch::channel(false);
    let sink: Arc<dyn Sink> = Arc::new(Inside(door.clone()));
    let tasks = clusters
        .into_iter()
        .map(|cluster| {
            let parts = WatchPorts {
                states: Arc::clone(&ports.states),
                sink: Arc::clone(&sink),
                redactor: Arc::clone(&ports.redactor),
                clock: now,
            };
            info!(cluster = cluster.name(), server = cluster.server(), "watching");
            let watch = Watch::new(cluster, Config::default(), parts);
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
    Watching { stop, tasks }
}

impl Watching {
    /// Ends all watches; what they told is saved.
    pub(super) async fn end(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}
