//! Group commit: deliveries that come while others are being handled are handled together.

use chiron_function::Failure;
use cloudevents::{AttributesReader, Event};
use std::{collections::HashMap, future::Future, sync::Arc, time::Duration};
use tokio::sync::{mpsc, oneshot};

/// Events that are handled at once.
const MAX_BATCH: usize = 1_000;
/// Deliveries that wait; more are turned away.
const MAX_WAITING: usize = 4_096;
/// Under load, so long a batch waits for more to come.
const LINGER: Duration = Duration::from_millis(20);

type Outcome = Result<Vec<Event>, Arc<Failure>>;

/// Collects deliveries into batches.
pub struct Collector {
    waiting: mpsc::Sender<Delivery>,
}

struct Delivery {
    event: Event,
    answer: oneshot::Sender<Outcome>,
}

/// Why a delivery has no answer of its own.
#[derive(Debug)]
pub(crate) enum Undelivered {
    /// The function failed.
    Failed(Arc<Failure>),
    /// Too many wait.
    Busy,
}

impl Collector {
    /// Collects for `handle`, which is called with one batch at a time.
    pub fn new<H, F>(handle: H) -> Self
    where
        H: Fn(Vec<Event>) -> F + Send + 'static,
        F: Future<Output = Vec<Result<Vec<Event>, Failure>>> + Send + 'static,
    {
        let (waiting, deliveries) = mpsc::channel(MAX_WAITING);
        tokio::spawn(work(deliveries, handle));
        Self { waiting }
    }

    /// Delivers one event and waits for what it leads to.
    pub(crate) async fn deliver(&self, event: Event) -> Result<Vec<Event>, Undelivered> {
        let (answer, answered) = oneshot::channel();
        if self.waiting.try_send(Delivery { event, answer }).is_err() {
            return Err(Undelivered::Busy);
        }
        match answered.await {
            Ok(Ok(outputs)) => Ok(outputs),
            Ok(Err(failure)) => Err(Undelivered::Failed(failure)),
            Err(_) => Err(Undelivered::Busy),
        }
    }
}

async fn work<H, F>(mut deliveries: mpsc::Receiver<Delivery>, handle: H)
where
    H: Fn(Vec<Event>) -> F + Send + 'static,
    F: Future<Output = Vec<Result<Vec<Event>, Failure>>> + Send + 'static,
{
    let mut was_busy = false;
    while let Some(first) = deliveries.recv().await {
        let batch = gather(first, &mut deliveries, was_busy).await;
        was_busy = batch.len() > 1;
        let (events, waiters) = join_twins(batch);
        let results = handle(events).await;
        for (result, waiters) in results.into_iter().zip(waiters) {
            tell(result, waiters);
        }
    }
}

/// Everything that waits; under load a little more.
async fn gather(first: Delivery, deliveries: &mut mpsc::Receiver<Delivery>, was_busy: bool) -> Vec<Delivery> {
    let mut batch = vec![first];
    let until = tokio::time::Instant::now() + LINGER;
    while batch.len() < MAX_BATCH {
        match deliveries.try_recv() {
            Ok(delivery) => batch.push(delivery),
            Err(_) if !was_busy => break,
            Err(_) => match tokio::time::timeout_at(until, deliveries.recv()).await {
                Ok(Some(delivery)) => batch.push(delivery),
                Ok(None) | Err(_) => break,
            },
        }
    }
    batch
}

/// The same event, delivered several times at once, is handled once and answered to all.
fn join_twins(batch: Vec<Delivery>) -> (Vec<Event>, Vec<Vec<oneshot::Sender<Outcome>>>) {
    let mut events: Vec<Event> = Vec::with_capacity(batch.len());
    let mut waiters: Vec<Vec<oneshot::Sender<Outcome>>> = Vec::with_capacity(batch.len());
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    for Delivery { event, answer } in batch {
        let name = (event.source().to_owned(), event.id().to_owned());
        match places.get(&name) {
            Some(place) if events[*place] == event => waiters[*place].push(answer),
            _ => {
                places.insert(name, events.len());
                events.push(event);
                waiters.push(vec![answer]);
            }
        }
    }
    (events, waiters)
}

fn tell(result: Result<Vec<Event>, Failure>, waiters: Vec<oneshot::Sender<Outcome>>) {
    let outcome = result.map_err(Arc::new);
    for waiter in waiters {
        // A sender that has gone away is delivered again by whoever sent it.
        let _ = waiter.send(outcome.clone());
    }
}
