//! Takes CloudEvents like the ingress of a Knative broker: 202 once they are stored, on `/` and `/{namespace}/{broker}`.

use super::{remote_write, worker::Job};
use crate::watching::freshness;
use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chiron_cluster::watch::Health;
use chiron_events::cluster_of;
use chiron_function::Failure;
use chiron_prometheus::remote_write::{Decoder, Limits};
use chiron_runtime::{Broker, Collector, Http, Metrics, Outbox, Problem};
use chiron_store::ObjectStore;
use cloudevents::{AttributesReader, Event};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::mpsc;

/// What the ingress is made of.
pub(super) struct Ingress {
    pub door: Door,
    pub objects: Arc<dyn ObjectStore>,
    pub metrics: Arc<Metrics>,
    /// The cluster of events that do not say.
    pub cluster: String,
    /// What senders must show.
    pub token: Option<String>,
    /// How the clusters are seen that are watched here.
    pub healths: Arc<[Health]>,
}

pub(super) struct Shared {
    pub door: Door,
    pub objects: Arc<dyn ObjectStore>,
    pub decoder: Mutex<Decoder>,
    collector: Collector,
    http: Http,
    metrics: Arc<Metrics>,
    pub cluster: String,
    token: Option<String>,
    healths: Arc<[Health]>,
}

/// Where events come in: the functions that take them, and what waits to be worked off.
#[derive(Clone)]
pub(super) struct Door {
    pub broker: Arc<Broker>,
    pub outbox: Arc<Outbox>,
    pub jobs: mpsc::Sender<Job>,
}

impl Door {
    /// Takes events. A result for each, when what the functions made of them is written down.
    pub(super) async fn take(&self, events: Vec<Event>) -> Vec<Result<Vec<Event>, Failure>> {
        accept(&self.broker, &self.outbox, &self.jobs, events).await
    }
}

impl Shared {
    /// Whether a sender shows what he must.
    pub(super) fn is_allowed(&self, headers: &HeaderMap) -> bool {
        is_allowed(self.token.as_deref(), headers)
    }
}

/// The HTTP service.
pub(super) fn router(ingress: Ingress) -> Router {
    let Ingress { door, objects, metrics, cluster, token, healths } = ingress;
    let http = Http::new(Arc::clone(&metrics));
    let behind = door.clone();
    let collector = Collector::new(move |events| {
        let door = behind.clone();
        async move { door.take(events).await }
    });
    let decoder = Mutex::new(Decoder::new(Limits::default()));
    let shared =
        Arc::new(Shared { door, objects, decoder, collector, http, metrics, cluster, token, healths });
    let alive = || async { StatusCode::OK };
    let take = || post(receive).options(options);
    Router::new()
        .route("/", take())
        .route("/{namespace}/{broker}", take())
        .route("/api/v1/write", post(remote_write::receive))
        .route("/healthz", get(alive))
        .route("/readyz", get(alive))
        .route("/metrics", get(metrics_text))
        .route("/clusters", get(clusters))
        .with_state(shared)
}

/// Gives events to the functions that take them first, writes down what those emit, and leaves the rest to the worker.
async fn accept(
    broker: &Broker,
    outbox: &Outbox,
    jobs: &mpsc::Sender<Job>,
    events: Vec<Event>,
) -> Vec<Result<Vec<Event>, Failure>> {
    let Ok(permit) = jobs.try_reserve() else {
        let busy = || Failure::Transient {
            reason: "too much waits to be worked off".to_owned(),
            retry_after: Duration::from_secs(2),
            source: None,
        };
        return events.iter().map(|_| Err(busy())).collect();
    };
    let mut results = broker.accept(events).await;
    // Events of one batch that come again each bring the same outputs.
    let mut known = HashSet::new();
    let mut outputs: Vec<Event> = results.iter_mut().flatten().flat_map(std::mem::take).collect();
    outputs.retain(|event| known.insert((event.source().clone(), event.id().to_owned())));
    if outputs.is_empty() {
        return results;
    }
    match outbox.put(&outputs).await {
        Ok(key) => permit.send(Job { key, events: outputs }),
        Err(error) => {
            let reason = error.to_string();
            for result in results.iter_mut().filter(|it| it.is_ok()) {
                *result = Err(Failure::transient(reason.clone()));
            }
        }
    }
    results
}

async fn options() -> impl IntoResponse {
    (StatusCode::OK, [(header::ALLOW, "POST, OPTIONS")])
}

async fn metrics_text(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], shared.metrics.text())
}

/// How the clusters are seen that are watched here: a cluster that cannot be read is unknown.
async fn clusters(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    Json(freshness(&shared.healths))
}

async fn receive(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if !shared.is_allowed(&parts.headers) {
        return shared.http.refuse(&Problem::new(
            401,
            "not allowed",
            "expected Authorization: Bearer with the token",
        ));
    }
    let mut event = match shared.http.read(&parts.headers, body, shared.door.broker.couriers().first()).await
    {
        Ok(event) => event,
        Err(problem) => return shared.http.refuse(&problem),
    };
    if cluster_of(&event).is_none() {
        event.set_extension("cluster", shared.cluster.clone());
    }
    match shared.http.deliver(&shared.collector, event).await {
        Ok(_) => StatusCode::ACCEPTED.into_response(),
        Err(problem) => shared.http.refuse(&problem),
    }
}

/// Compares without telling by the time it takes how much of a guess was right.
fn is_allowed(token: Option<&str>, headers: &HeaderMap) -> bool {
    let Some(token) = token else { return true };
    let shown = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok()).unwrap_or("");
    let shown = shown.strip_prefix("Bearer ").unwrap_or("");
    let differences = token.bytes().zip(shown.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    token.len() == shown.len() && differences == 0
}
