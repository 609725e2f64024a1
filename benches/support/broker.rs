//! A stand-in for a Knative broker, with a Trigger for each type that some functions take.

use super::http::{STRUCTURED, client, listen};
use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use chiron::registry::descriptors;
use futures::{StreamExt, stream};
use reqwest::Client;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Semaphore, time::sleep};

/// Before an event that was turned away is delivered again.
const PAUSE: Duration = Duration::from_millis(50);
/// Deliveries of one event, at most.
const TRIES: usize = 100;

/// Takes what the functions emit, and delivers it to those of them that take it.
pub(crate) struct Broker {
    shared: Arc<Shared>,
    pub(crate) url: String,
}

struct Shared {
    client: Client,
    taken: BTreeSet<&'static str>,
    functions: OnceLock<String>,
    /// So many deliveries of what follows are under way at once.
    gate: Semaphore,
    waiting: AtomicUsize,
    followed: AtomicUsize,
}

impl Broker {
    /// A broker for functions of these names, with so many deliveries at once.
    pub(crate) async fn listen(names: &[&str], at_once: usize) -> Self {
        let all = descriptors().into_iter().filter(|it| names.contains(&it.about.name));
        let shared = Arc::new(Shared {
            client: client(),
            taken: all.flat_map(|it| it.inputs).copied().collect(),
            functions: OnceLock::new(),
            gate: Semaphore::new(at_once),
            waiting: AtomicUsize::new(0),
            followed: AtomicUsize::new(0),
        });
        let app = Router::new().route("/", post(take)).with_state(Arc::clone(&shared));
        Self { shared, url: listen(app).await }
    }

    /// Delivers source events to the functions at `url`, so many at once, and waits until everything that follows from
    /// them is worked off. Gives the number of events that followed.
    pub(crate) async fn feed(&self, url: &str, lines: &[String], at_once: usize) -> usize {
        let shared = &self.shared;
        shared.functions.set(url.to_owned()).unwrap();
        stream::iter(lines)
            .for_each_concurrent(at_once, |line| shared.deliver(Bytes::from(line.clone())))
            .await;
        // What an event leads to is counted here before the event itself is answered.
        while shared.waiting.load(Ordering::SeqCst) > 0 {
            sleep(Duration::from_millis(5)).await;
        }
        shared.followed.load(Ordering::SeqCst)
    }
}

async fn take(State(shared): State<Arc<Shared>>, body: Bytes) -> StatusCode {
    let event: Value = serde_json::from_slice(&body).unwrap();
    if event["type"].as_str().is_some_and(|ty| shared.taken.contains(ty)) {
        shared.waiting.fetch_add(1, Ordering::SeqCst);
        shared.followed.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            let permit = shared.gate.acquire().await;
            shared.deliver(body).await;
            drop(permit);
            shared.waiting.fetch_sub(1, Ordering::SeqCst);
        });
    }
    StatusCode::ACCEPTED
}

impl Shared {
    /// Delivers an event as Knative does: again when it is turned away, never when it is refused.
    async fn deliver(&self, body: Bytes) {
        let url = self.functions.get().map_or("", String::as_str);
        for _ in 0..TRIES {
            let request = self.client.post(url).header("content-type", STRUCTURED).body(body.clone());
            let answer = request.send().await.unwrap();
            match answer.status().as_u16() {
                200..=299 => return,
                409 | 429 | 503 => sleep(PAUSE).await,
                status => {
                    eprintln!("{status}: {}", answer.text().await.unwrap_or_default());
                    return;
                }
            }
        }
        eprintln!("an event was turned away {TRIES} times");
    }
}
