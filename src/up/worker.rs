//! Works off what was accepted: one cascade at a time, everything that waits at once.

use chiron_runtime::{Broker, Metrics, Outbox};
use cloudevents::Event;
use std::{sync::Arc, time::Duration};
use tokio::{sync::mpsc, task::JoinHandle};

/// Under load, so long a cascade waits for more to come: fewer cascades, fewer writes.
const LINGER: Duration = Duration::from_millis(100);
/// Batches that are worked off at once.
const AT_ONCE: usize = 256;

/// A batch of the outbox.
pub(super) struct Job {
    /// Its name in the outbox.
    pub key: String,
    /// Its events.
    pub events: Vec<Event>,
}

/// Starts the worker. It ends when all senders are gone and everything is worked off.
pub(super) fn start(
    broker: Arc<Broker>,
    outbox: Arc<Outbox>,
    metrics: Arc<Metrics>,
    mut jobs: mpsc::Receiver<Job>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut was_busy = false;
        while let Some(first) = jobs.recv().await {
            if was_busy {
                tokio::time::sleep(LINGER).await;
            }
            let mut batch = vec![first];
            while batch.len() < AT_ONCE {
                let Ok(job) = jobs.try_recv() else { break };
                batch.push(job);
            }
            was_busy = batch.len() > 1;
            let (keys, events): (Vec<String>, Vec<Vec<Event>>) =
                batch.into_iter().map(|job| (job.key, job.events)).unzip();
            broker.drain(events.into_iter().flatten().collect()).await;
            for key in keys {
                outbox.done(&key).await;
            }
            metrics.set_pending(outbox.pending());
        }
    })
}
