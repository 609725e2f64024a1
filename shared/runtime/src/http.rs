//! What the HTTP host and the ingress of the local platform have in common: reading, delivering, refusing.

use crate::{
    collector::{Collector, Undelivered},
    courier::Courier,
    metrics::Metrics,
    problem::Problem,
    trace,
    type_finder::TypeFinder,
    wire::{NotAnEvent, from_http},
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chiron_model::Digest;
use cloudevents::Event;
use futures::StreamExt;
use sha2::{Digest as _, Sha256};
use std::{sync::Arc, time::Duration};

/// Limits of the HTTP hosts.
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

/// Of a body that is too large, so much is read to know its fingerprint.
const MAX_READ: u64 = 256 << 20;

/// Reads events from requests, delivers them, and writes what went wrong.
pub struct Http {
    limits: Limits,
    metrics: Arc<Metrics>,
}

impl Http {
    /// With the usual limits.
    #[must_use]
    pub fn new(metrics: Arc<Metrics>) -> Self {
        Self { limits: Limits::default(), metrics }
    }

    /// Reads the event of a request. The loss of one that is too large is noted by `courier`.
    ///
    /// # Errors
    /// When there is no event in it.
    pub async fn read(
        &self,
        headers: &HeaderMap,
        body: Body,
        courier: Option<&Courier>,
    ) -> Result<Event, Problem> {
        let limit = self.limits.max_body_bytes;
        match read(body, limit).await? {
            Read::Whole(bytes) => {
                let mut event = from_http(headers, &bytes).map_err(|error| unreadable(&error))?;
                trace::begin(&mut event);
                Ok(event)
            }
            Read::TooLarge { digest, bytes, ty } => {
                let header = headers.get("ce-type").and_then(|it| it.to_str().ok()).map(str::to_owned);
                let ty = header.or(ty).unwrap_or_else(|| "unknown".to_owned());
                if let Some(courier) = courier {
                    courier.note_loss(&ty, &digest, bytes, "body over the limit").await;
                }
                let detail = format!("{bytes} bytes, at most {limit} are taken; sha256 {digest}");
                Err(Problem::new(413, "event is too large", detail))
            }
        }
    }

    /// Delivers an event and waits for what it leads to.
    ///
    /// # Errors
    /// When it is not handled.
    pub async fn deliver(&self, collector: &Collector, event: Event) -> Result<Vec<Event>, Problem> {
        collector.deliver(event).await.map_err(|error| match error {
            Undelivered::Failed(failure) => Problem::of(&failure),
            Undelivered::Busy => Problem {
                retry_after: Some(Duration::from_secs(1)),
                ..Problem::new(429, "event cannot be handled now", "too many events wait here")
            },
        })
    }

    /// Writes a problem as a response.
    #[must_use]
    pub fn refuse(&self, problem: &Problem) -> Response {
        self.metrics.count_refused();
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (status, [(header::CONTENT_TYPE, kind)], problem.body()).into_response();
        if let Some(after) = problem.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, after.as_secs().max(1).into());
        }
        response
    }
}

fn unreadable(error: &NotAnEvent) -> Problem {
    let status = if *error == NotAnEvent::Batch { 415 } else { 400 };
    Problem::new(status, "not a CloudEvent", error.to_string())
}

/// A body that was read.
enum Read {
    /// It fits.
    Whole(Bytes),
    /// It does not; only its fingerprint and its type are kept.
    TooLarge { digest: Digest, bytes: u64, ty: Option<String> },
}

/// Reads a body. One that is too large is read on, so that its fingerprint and its type are known, but not kept.
async fn read(body: Body, limit: usize) -> Result<Read, Problem> {
    let mut stream = body.into_data_stream();
    let (mut kept, mut digest, mut ty) = (Vec::new(), Sha256::new(), TypeFinder::default());
    let mut total: u64 = 0;
    while total <= MAX_READ {
        let Some(chunk) = stream.next().await else { break };
        let chunk = chunk.map_err(|error| Problem::new(400, "body is not complete", error.to_string()))?;
        total += chunk.len() as u64;
        digest.update(&chunk);
        ty.feed(&chunk);
        if total <= limit as u64 {
            kept.extend_from_slice(&chunk);
        } else {
            kept = Vec::new();
        }
    }
    Ok(if total <= limit as u64 {
        Read::Whole(kept.into())
    } else {
        Read::TooLarge { digest: Digest::from_raw(&digest.finalize()), bytes: total, ty: ty.found() }
    })
}
