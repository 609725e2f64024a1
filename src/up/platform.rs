//! Puts the parts of the local platform together.

use super::{
    ingress::{Door, Ingress, router},
    scraping,
    watching::Inside,
    worker::{self, Job},
};
use crate::{
    ports::Ports,
    registry::{Setup, broker},
    watching,
};
use chiron_cluster::Cluster;
use chiron_health::UserRules;
use chiron_runtime::{Broker, Outbox, asked_to_stop};
use chiron_scrape::Reader;
use chiron_store::StoreError;
use chiron_watch::Sink;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::mpsc, task::JoinHandle};
use tracing::info;

/// Batches that wait to be worked off; more are turned away.
const MAX_WAITING: usize = 1_024;

/// The platform cannot run.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    /// What was accepted before cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on ({source}): choose another with --listen")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The cause.
        source: std::io::Error,
    },
    /// The server stopped.
    #[error("the HTTP server stopped")]
    Server(#[source] std::io::Error),
}

/// The local platform.
pub struct Platform {
    ports: Ports,
    broker: Arc<Broker>,
    outbox: Arc<Outbox>,
    jobs: mpsc::Sender<Job>,
    worker: JoinHandle<()>,
    cluster: String,
    scraping: Option<Scraping>,
    clusters: Vec<Cluster>,
}

/// What reads metrics, and how often.
pub struct Scraping {
    /// What is read.
    pub reader: Arc<Reader>,
    /// Time between two reads.
    pub interval: Duration,
}

impl Platform {
    /// Starts all functions, and works off what was accepted before the last process ended.
    ///
    /// # Errors
    /// When what was accepted before cannot be read.
    pub async fn start(
        ports: Ports,
        cluster: &str,
        scraping: Option<Scraping>,
        rules: Arc<UserRules>,
    ) -> Result<Self, PlatformError> {
        let reader = scraping.as_ref().map(|it| Arc::clone(&it.reader));
        let setup = Setup { default_cluster: Some(cluster.to_owned()), reader, rules, ..Setup::default() };
        let broker = Arc::new(broker(&ports, &setup));
        let (outbox, left) = Outbox::open(Arc::clone(&ports.states)).await?;
        let outbox = Arc::new(outbox);
        let (jobs, waiting) = mpsc::channel(MAX_WAITING);
        let worker =
            worker::start(Arc::clone(&broker), Arc::clone(&outbox), Arc::clone(&ports.metrics), waiting);
        if !left.is_empty() {
            info!(batches = left.len(), "working off what was accepted before");
        }
        for (key, events) in left {
            // The worker has just been started: it listens.
            let _ = jobs.send(Job { key, events }).await;
        }
        let cluster = cluster.to_owned();
        Ok(Self { ports, broker, outbox, jobs, worker, cluster, scraping, clusters: Vec::new() })
    }

    /// Watches these clusters too.
    #[must_use]
    pub fn watching(mut self, clusters: Vec<Cluster>) -> Self {
        self.clusters = clusters;
        self
    }

    /// Takes events over HTTP until it is asked to stop; what was accepted is worked off first.
    ///
    /// # Errors
    /// When the address cannot be listened on, or the server stops.
    pub async fn serve(self, address: SocketAddr, token: Option<String>) -> Result<(), PlatformError> {
        let listener =
            TcpListener::bind(address).await.map_err(|source| PlatformError::Bind { address, source })?;
        let address = listener.local_addr().unwrap_or(address);
        let door = Door { broker: self.broker, outbox: self.outbox, jobs: self.jobs };
        let ticks = self.scraping.map(|it| scraping::start(door.clone(), self.cluster.clone(), it.interval));
        let watching = {
            // Watches hold the door open, and nobody else may: the worker waits until it is shut.
            let inside: Arc<dyn Sink> = Arc::new(Inside(door.clone()));
            watching::start(self.clusters, &inside, &self.ports)
        };
        let ingress = Ingress {
            door,
            objects: Arc::clone(&self.ports.objects),
            metrics: self.ports.metrics,
            cluster: self.cluster,
            token,
            healths: watching.healths(),
        };
        info!(%address, "taking CloudEvents on / and /{{namespace}}/{{broker}}");
        axum::serve(listener, router(ingress))
            .with_graceful_shutdown(asked_to_stop())
            .await
            .map_err(PlatformError::Server)?;
        watching.end().await;
        if let Some(ticks) = ticks {
            ticks.abort();
            let _ = ticks.await;
        }
        // The ingress is gone with its sender, so the worker ends when it has nothing left.
        let _ = self.worker.await;
        info!("stopped");
        Ok(())
    }
}
