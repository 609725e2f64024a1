//! Knative: CloudEvents over HTTP, binary or structured.

use crate::{
    collector::Collector,
    courier::Courier,
    delivery::{deliver, refuse_stranger},
    http::Http,
    metrics::Metrics,
    problem::Problem,
    sink::Sink,
};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use cloudevents::Event;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// What a request needs.
struct Shared {
    couriers: Arc<Vec<Courier>>,
    collector: Collector,
    sink: Option<Sink>,
    metrics: Arc<Metrics>,
    http: Http,
    ready: Arc<AtomicBool>,
}

/// The HTTP service of some functions. Events are routed to them by type; outputs go to the sink, or one of them is the
/// reply.
pub fn router(
    couriers: Vec<Courier>,
    sink: Option<Sink>,
    metrics: Arc<Metrics>,
    ready: Arc<AtomicBool>,
) -> Router {
    let couriers = Arc::new(couriers);
    let handlers = Arc::clone(&couriers);
    let collector = Collector::new(move |events| {
        let handlers = Arc::clone(&handlers);
        async move { deliver(&handlers, &events).await }
    });
    let http = Http::new(Arc::clone(&metrics));
    let shared = Arc::new(Shared { couriers, collector, sink, metrics, http, ready });
    let alive = || async { StatusCode::OK };
    Router::new()
        .route("/", post(receive).options(options))
        .route("/healthz", get(alive))
        .route("/readyz", get(readiness))
        .route("/metrics", get(metrics_text))
        .route("/health/liveness", get(alive))
        .route("/health/readiness", get(readiness))
        .with_state(shared)
}

async fn options() -> impl IntoResponse {
    (StatusCode::OK, [(header::ALLOW, "POST, OPTIONS")])
}

async fn readiness(State(shared): State<Arc<Shared>>) -> StatusCode {
    if shared.ready.load(Ordering::Relaxed) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

async fn metrics_text(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], shared.metrics.text())
}

// The SDK's own extractor ignores the body limit, so the event is read from bytes here.
async fn receive(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    accept(&shared, &parts.headers, body).await.unwrap_or_else(|problem| shared.http.refuse(&problem))
}

async fn accept(shared: &Shared, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
    let event = shared.http.read(headers, body, shared.couriers.first()).await?;
    refuse_stranger(&shared.couriers, &event).await.map_err(|failure| Problem::of(&failure))?;
    let outputs = shared.http.deliver(&shared.collector, event).await?;
    answer(shared, outputs).await
}

/// With a sink all outputs are sent there before the event is acknowledged; without one, the only output is the reply.
async fn answer(shared: &Shared, mut outputs: Vec<Event>) -> Result<Response, Problem> {
    let Some(sink) = &shared.sink else {
        return Ok(match (outputs.pop(), outputs.is_empty()) {
            (None, _) => StatusCode::ACCEPTED.into_response(),
            (Some(event), true) => reply(&event),
            (Some(_), false) => {
                let detail = "the event led to several others and there is no K_SINK to send them to";
                return Err(Problem::new(503, "no sink", detail));
            }
        });
    };
    sink.send(&outputs).await.map_err(|error| Problem {
        retry_after: Some(Duration::from_secs(1)),
        ..Problem::new(503, "outputs could not be sent", error.to_string())
    })?;
    shared.metrics.count_sent(outputs.len());
    Ok(StatusCode::ACCEPTED.into_response())
}

/// A reply in structured mode, which survives every broker.
fn reply(event: &Event) -> Response {
    let body = serde_json::to_vec(event).unwrap_or_default();
    let kind = HeaderValue::from_static("application/cloudevents+json; charset=utf-8");
    (StatusCode::OK, [(header::CONTENT_TYPE, kind)], body).into_response()
}
