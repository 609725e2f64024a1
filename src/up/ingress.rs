//! Takes CloudEvents like the ingress of a Knative broker: 202 once they are stored, on `/` and `/{namespace}/{broker}`.

use super::worker::Job;
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chiron_events::cluster_of;
use chiron_function::Failure;
use chiron_runtime::{Broker, Collector, Http, Metrics, Outbox, Problem};
use cloudevents::{AttributesReader, Event};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::sync::mpsc;

/// What the ingress is made of.
pub(super) struct Ingress {
    pub broker: Arc<Broker>,
    pub outbox: Arc<Outbox>,
    pub jobs: mpsc::Sender<Job>,
    pub metrics: Arc<Metrics>,
    /// The cluster of events that do not say.
    pub cluster: String,
    /// What senders must show.
    pub token: Option<String>,
}

struct Shared {
    broker: Arc<Broker>,
    collector: Collector,
    http: Http,
    metrics: Arc<Metrics>,
    cluster: String,
    token: Option<String>,
}

/// The HTTP service.
pub(super) fn router(ingress: Ingress) -> Router {
    let Ingress { broker, outbox, jobs, metrics, cluster, token } = ingress;
    let http = Http::new(Arc::clone(&metrics));
    let handlers = Arc::clone(&broker);
    let collector = Collector::new(move |events| {
        let (broker, outbox, jobs) = (Arc::clone(&handlers), Arc::clone(&outbox), jobs.clone());
        async move { accept(&broker, &outbox, &jobs, events).await }
    });
    let shared = Arc::new(Shared { broker, collector, http, metrics, cluster, token });
    let alive = || async { StatusCode::OK };
    let take = || post(receive).options(options);
    Router::new()
        .route("/", take())
        .route("/{namespace}/{broker}", take())
        .route("/healthz", get(alive))
        .route("/readyz", get(alive))
        .route("/metrics", get(metrics_text))
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

async fn receive(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if !is_allowed(shared.token.as_deref(), &parts.headers) {
        return shared.http.refuse(&Problem::new(
            401,
            "not allowed",
            "expected Authorization: Bearer with the token",
        ));
    }
    let mut event = match shared.http.read(&parts.headers, body, shared.broker.couriers().first()).await {
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
