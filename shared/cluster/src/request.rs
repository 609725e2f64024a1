//! One GET: with limits of time and size, and asked again only where that is of use.

use crate::{Accept, Answer, Cluster, Error, Opened, reach, status};
use bytes::{Bytes, BytesMut};
use chiron_model::Timestamp;
use futures::StreamExt;
use http::{HeaderMap, Request, Response, header};
use http_body_util::BodyExt;
use kube::client::Body;
use std::time::Duration;

/// The pause where the API server names none.
const PAUSE: Duration = Duration::from_millis(200);
/// The most attempts where the API server does not say when to come back: a broken part stays broken for long.
const UNASKED: u32 = 2;

/// The whole answer.
pub(crate) async fn fetch(cluster: &Cluster, path: &str, accept: Accept) -> Result<Answer, Error> {
    patiently(cluster, path, || async move {
        let response = once(cluster, path, accept).await?;
        let at = server_time(response.headers());
        Ok(Answer { at, body: collected(cluster, path, response.into_body()).await? })
    })
    .await
}

/// The start of the answer, and its body as a stream.
pub(crate) async fn open(cluster: &Cluster, path: &str, accept: Accept) -> Result<Opened, Error> {
    let response = patiently(cluster, path, || once(cluster, path, accept)).await?;
    let at = server_time(response.headers());
    let cluster = cluster.clone();
    let pieces = response
        .into_body()
        .into_data_stream()
        .map(move |piece| piece.map_err(|error| reach::unanswered(&cluster, &error)));
    Ok(Opened { at, pieces: pieces.boxed() })
}

async fn patiently<T, F>(cluster: &Cluster, path: &str, attempt: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let limits = cluster.limits;
    let mut last = None;
    let all = async {
        for number in 1_u32.. {
            let tried = tokio::time::timeout(limits.attempt, attempt()).await;
            let error = match tried {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(error)) => error.after(number),
                Err(_) => return Err(Error::TimedOut { path: path.to_owned(), limit: limits.attempt }),
            };
            let Some(pause) = pause_after(&error, number, limits.attempts) else { return Err(error) };
            last = Some(error.clone());
            // A wait that leaves no time for the answer is no use.
            if pause >= limits.total {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
        }
        Err(Error::TimedOut { path: path.to_owned(), limit: limits.total })
    };
    let done = tokio::time::timeout(limits.total, all).await;
    done.unwrap_or_else(|_| {
        Err(last.unwrap_or(Error::TimedOut { path: path.to_owned(), limit: limits.total }))
    })
}

/// How long to wait before the next attempt; `None` when there shall be none.
fn pause_after(error: &Error, attempts: u32, most: u32) -> Option<Duration> {
    match error {
        Error::Unavailable { retry_after: Some(wait), .. } => (attempts < most).then_some(*wait),
        Error::Unavailable { retry_after: None, .. } => (attempts < UNASKED.min(most)).then_some(PAUSE),
        Error::Unauthorized { .. }
        | Error::Forbidden { .. }
        | Error::NotFound { .. }
        | Error::Expired { .. }
        | Error::Refused { .. }
        | Error::Unreachable { .. }
        | Error::Untrusted { .. }
        | Error::TimedOut { .. }
        | Error::TooLarge { .. }
        | Error::Malformed { .. } => None,
    }
}

async fn once(cluster: &Cluster, path: &str, accept: Accept) -> Result<Response<Body>, Error> {
    let request = Request::get(path).header(header::ACCEPT, accept.media_types()).body(Body::empty());
    let request = request.map_err(|error| Error::Malformed {
        path: path.to_owned(),
        expected: "a path",
        got: error.to_string(),
    })?;
    let response = cluster.client.send(request).await.map_err(|error| reach::unanswered(cluster, &error))?;
    if response.status().is_success() {
        Ok(response)
    } else {
        Err(status::refusal(cluster, path, response).await)
    }
}

async fn collected(cluster: &Cluster, path: &str, body: Body) -> Result<Bytes, Error> {
    let limit = cluster.limits.body;
    let mut pieces = body.into_data_stream();
    let mut all = BytesMut::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| reach::unanswered(cluster, &error))?;
        if all.len().saturating_add(piece.len()) > limit {
            return Err(Error::TooLarge { path: path.to_owned(), limit });
        }
        all.extend_from_slice(&piece);
    }
    Ok(all.freeze())
}

/// The time of the API server's `Date` header. Source: RFC 9110, section 5.6.7.
pub(crate) fn server_time(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(header::DATE)?.to_str().ok()?;
    let time = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    Some(Timestamp::from_secs(time.timestamp()))
}

impl Accept {
    const fn media_types(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::MetadataList => "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
            Self::Metadata => "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
            Self::Discovery => {
                "application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io,application/json"
            }
            Self::Any => "*/*",
        }
    }
}
