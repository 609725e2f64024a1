//! `POST /api/v1/write`: Prometheus writes its samples here.

use super::ingress::Shared;
use axum::{
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chiron_events::{Context, encode};
use chiron_function::Failure;
use chiron_model::{Digest, Lane};
use chiron_prometheus::remote_write::{Decoder, Received, Version};
use chiron_scrape::record;
use std::sync::{Arc, Mutex, PoisonError};

/// Larger requests are refused, in bytes as they are sent. Prometheus sends about 100 KiB.
const MAX_BODY: usize = 8 << 20;
const SOURCE: &str = "/remote-write";

/// Takes remote writes of versions 1.0 and 2.0. 204 when the samples are stored.
pub(super) async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Body) -> Response {
    if !shared.is_allowed(&headers) {
        return text(StatusCode::UNAUTHORIZED, "expected Authorization: Bearer with the token");
    }
    let of_header =
        |name| headers.get(name).and_then(|it: &HeaderValue| it.to_str().ok()).unwrap_or_default();
    let encoding = of_header(header::CONTENT_ENCODING);
    if !encoding.is_empty() && encoding != "snappy" {
        return text(StatusCode::UNSUPPORTED_MEDIA_TYPE, "expected Content-Encoding: snappy");
    }
    let version = match Version::of_content_type(of_header(header::CONTENT_TYPE)) {
        Ok(version) => version,
        Err(error) => return text(status(error.status()), &error.to_string()),
    };
    let Ok(bytes) = to_bytes(body, MAX_BODY).await else {
        return text(StatusCode::PAYLOAD_TOO_LARGE, "expected at most 8 MiB");
    };
    let decoded = lock(&shared.decoder).decode(version, &bytes);
    let received = match decoded {
        Ok(received) => received,
        Err(error) => return text(status(error.status()), &error.to_string()),
    };
    match take(&shared, received, &bytes).await {
        Ok(answer) => answer,
        Err(failure) if failure.is_final() => text(StatusCode::BAD_REQUEST, &failure.to_string()),
        Err(failure) => text(StatusCode::SERVICE_UNAVAILABLE, &failure.to_string()),
    }
}

/// Stores the samples and gives them to the functions.
async fn take(shared: &Shared, received: Received, bytes: &[u8]) -> Result<Response, Failure> {
    let Received { series, written, refusal, .. } = received;
    let cause = Context {
        id: Digest::of(bytes).short().to_owned(),
        source: SOURCE.to_owned(),
        cluster: shared.cluster.clone(),
        lane: Lane::live(),
        ..Context::default()
    };
    let batches = record(shared.objects.as_ref(), &shared.cluster, &cause.lane, series).await?;
    let mut events = Vec::with_capacity(batches.len());
    for (index, batch) in batches.iter().enumerate() {
        events.push(
            encode(SOURCE, &cause, index, batch).map_err(|error| Failure::rejected(error.to_string()))?,
        );
    }
    for result in shared.door.take(events).await {
        result?;
    }
    let answer = match refusal {
        None => StatusCode::NO_CONTENT.into_response(),
        // What was good is stored; what was not would not get better by being sent again.
        Some(refusal) => text(StatusCode::BAD_REQUEST, &refusal.to_string()),
    };
    let (mut parts, body) = answer.into_parts();
    for (name, count) in written.headers() {
        if let Ok(name) = HeaderName::try_from(name) {
            parts.headers.insert(name, HeaderValue::from(count));
        }
    }
    Ok(Response::from_parts(parts, body))
}

fn text(status: StatusCode, what: &str) -> Response {
    (status, what.to_owned()).into_response()
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST)
}

fn lock(decoder: &Mutex<Decoder>) -> std::sync::MutexGuard<'_, Decoder> {
    decoder.lock().unwrap_or_else(PoisonError::into_inner)
}
