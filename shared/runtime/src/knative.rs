//! Knative: CloudEvents over HTTP, binary or structured.

use crate::{
    collector::{Collector, Undelivered},
    courier::Courier,
    delivery::deliver,
    metrics::Metrics,
    problem::Problem,
    sink::Sink,
    trace,
    wire::{NotAnEvent, from_http},
};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chiron_model::Digest;
use cloudevents::{AttributesReader, Event};
use futures::StreamExt;
use sha2::{Digest as _, Sha256};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// Limits of the HTTP host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Larger bodies are refused. Default 2 MiB.
    pub max_body_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_body_bytes: 2 << 20 }
    }
}

/// What a request needs.
struct Shared {
    couriers: Arc<Vec<Courier>>,
    collector: Collector,
    sink: Option<Sink>,
    metrics: Arc<Metrics>,
    limits: Limits,
    ready: Arc<AtomicBool>,
}

/// The HTTP service of some functions. Events are routed to them by type; outputs go to the sink, or one of them is the
/// reply.
pub fn router(
    couriers: Vec<Courier>,
    sink: Option<Sink>,
    metrics: Arc<Metrics>,
    limits: Limits,
    ready: Arc<AtomicBool>,
) -> Router {
    let couriers = Arc::new(couriers);
    let handlers = Arc::clone(&couriers);
    let collector = Collector::new(move |events| {
        let handlers = Arc::clone(&handlers);
        async move { deliver(&handlers, &events).await }
    });
    let shared = Arc::new(Shared { couriers, collector, sink, metrics, limits, ready });
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
    debug_assert_eq!(request.method(), Method::POST);
    let (parts, body) = request.into_parts();
    match accept(&shared, &parts.headers, body).await {
        Ok(response) => response,
        Err(problem) => {
            shared.metrics.count_refused();
            refuse(&problem)
        }
    }
}

async fn accept(shared: &Shared, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
    let body = match read(body, shared.limits.max_body_bytes).await? {
        Read::Whole(bytes) => bytes,
        Read::TooLarge { digest, bytes } => {
            let ty = headers.get("ce-type").and_then(|it| it.to_str().ok()).unwrap_or("unknown");
            let limit = shared.limits.max_body_bytes;
            if let Some(courier) = shared.couriers.first() {
                courier.note_loss(ty, &digest, bytes, "body over the limit").await;
            }
            let detail = format!("{bytes} bytes, at most {limit} are taken; sha256 {digest} is on record");
            return Err(Problem::new(413, "event is too large", detail));
        }
    };
    let mut event = from_http(headers, &body).map_err(|error| unreadable(&error))?;
    let is_taken = shared.couriers.iter().any(|it| it.service().descriptor().inputs.contains(&event.ty()));
    if !is_taken {
        let types: Vec<&str> = shared.couriers.iter().flat_map(|it| it.service().descriptor().inputs).copied().collect();
        let detail = format!("type {} is not taken here; taken are {}", event.ty(), types.join(", "));
        return Err(Problem::new(422, "event is not acceptable", detail));
    }
    trace::begin(&mut event);
    let outputs = shared.collector.deliver(event).await.map_err(undelivered)?;
    answer(shared, outputs).await
}

fn unreadable(error: &NotAnEvent) -> Problem {
    let status = if *error == NotAnEvent::Batch { 415 } else { 400 };
    Problem::new(status, "not a CloudEvent", error.to_string())
}

fn undelivered(error: Undelivered) -> Problem {
    let busy = |status, detail: &str| Problem {
        retry_after: Some(Duration::from_secs(1)),
        ..Problem::new(status, "event cannot be handled now", detail)
    };
    match error {
        Undelivered::Failed(failure) => Problem::of(&failure),
        Undelivered::Busy => busy(429, "too many events wait here"),
        Undelivered::InProgress => busy(409, "the same event is being handled"),
    }
}

/// With a sink all outputs are sent there before the event is acknowledged; without one, the only output is the reply.
async fn answer(shared: &Shared, mut outputs: Vec<Event>) -> Result<Response, Problem> {
    let Some(sink) = &shared.sink else {
        return Ok(match (outputs.pop(), outputs.is_empty()) {
            (None, _) => StatusCode::ACCEPTED.into_response(),
            (Some(event), true) => reply(&event),
            (Some(_), false) => refuse(&Problem::new(
                503,
                "no sink",
                "the event led to several others and there is no K_SINK to send them to",
            )),
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

pub(crate) fn refuse(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let kind = HeaderValue::from_static("application/problem+json");
    let mut response = (status, [(header::CONTENT_TYPE, kind)], problem.body()).into_response();
    if let Some(after) = problem.retry_after {
        let seconds = after.as_secs().max(1);
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// A body that was read.
pub(crate) enum Read {
    /// It fits.
    Whole(Bytes),
    /// It does not; only its fingerprint is kept.
    TooLarge {
        /// SHA-256 of the whole body.
        digest: Digest,
        /// Its size.
        bytes: u64,
    },
}

/// Reads a body. One that is too large is read to its end, so that its fingerprint is known, but not kept.
pub(crate) async fn read(body: Body, limit: usize) -> Result<Read, Problem> {
    let mut stream = body.into_data_stream();
    let mut kept = Vec::new();
    let mut digest = Sha256::new();
    let mut total: u64 = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| Problem::new(400, "body is not complete", error.to_string()))?;
        total += chunk.len() as u64;
        digest.update(&chunk);
        if total <= limit as u64 {
            kept.extend_from_slice(&chunk);
        } else {
            kept = Vec::new();
        }
    }
    Ok(if total <= limit as u64 {
        Read::Whole(kept.into())
    } else {
        Read::TooLarge { digest: Digest::from_raw(&digest.finalize()), bytes: total }
    })
}
