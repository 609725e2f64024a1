//! Answers of the API server that are no success.

use crate::{Cluster, Error, reach, request::server_time};
use futures::StreamExt;
use http::{HeaderMap, Response, header};
use http_body_util::BodyExt;
use kube::client::Body;
use serde::Deserialize;
use std::time::Duration;

/// The most of an error's body that is read, in bytes.
const MOST: usize = 64 << 10;
/// The most of a message that is kept, in characters.
const SHOWN: usize = 500;

/// What the API server says about a failure (`meta/v1` `Status`), as far as it is used.
#[derive(Default, Deserialize)]
struct Status {
    #[serde(default)]
    message: String,
    #[serde(default)]
    details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default, rename = "retryAfterSeconds")]
    retry_after_seconds: Option<u64>,
}

/// The error for an answer that is no success.
pub(crate) async fn refusal(cluster: &Cluster, path: &str, response: Response<Body>) -> Error {
    let code = response.status().as_u16();
    let (head, body) = response.into_parts();
    let status = read(body).await;
    let named = path.to_owned();
    let message = status.message;
    match code {
        401 => reach::unaccepted(cluster, server_time(&head.headers)),
        403 => forbidden(path, message),
        404 => Error::NotFound { path: named, message },
        410 => Error::Expired { path: named, message },
        429 | 500 | 502 | 503 | 504 => {
            let details = status.details.and_then(|details| details.retry_after_seconds);
            let retry_after = asked_wait(&head.headers).or(details.filter(|wait| *wait > 0));
            let retry_after = retry_after.map(Duration::from_secs);
            Error::Unavailable { path: named, status: code, attempts: 1, message, retry_after }
        }
        _ => Error::Refused { path: named, status: code, message },
    }
}

/// `Retry-After` in seconds; the form with a date is not used by API servers.
fn asked_wait(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

async fn read(body: Body) -> Status {
    let mut all = Vec::new();
    let mut pieces = body.into_data_stream();
    while let Some(Ok(piece)) = pieces.next().await {
        all.extend_from_slice(&piece);
        if all.len() >= MOST {
            break;
        }
    }
    let mut status: Status = serde_json::from_slice(&all).unwrap_or_else(|_| Status {
        message: String::from_utf8_lossy(&all).trim().to_owned(),
        details: None,
    });
    status.message = status.message.chars().take(SHOWN).collect();
    status
}

fn forbidden(path: &str, message: String) -> Error {
    let (bare, query) = path.split_once('?').unwrap_or((path, ""));
    let place = Place::of(bare);
    let verb = match (query.split('&').any(|pair| pair == "watch=true" || pair == "watch=1"), place.is_one) {
        (true, _) => "watch",
        (false, true) => "get",
        (false, false) => "list",
    };
    Error::Forbidden { verb, resource: place.resource, namespace: place.namespace, message }
}

/// What a path of the API names.
struct Place {
    resource: String,
    namespace: String,
    is_one: bool,
}

impl Place {
    fn of(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (group, rest) = match parts.as_slice() {
            ["api", _, rest @ ..] => ("", rest),
            ["apis", group, _, rest @ ..] => (*group, rest),
            _ => return Self { resource: path.to_owned(), namespace: String::new(), is_one: true },
        };
        let (namespace, rest) = match rest {
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (*namespace, rest),
            other => ("", other),
        };
        let suffix = if group.is_empty() { String::new() } else { format!(".{group}") };
        let resource = match rest {
            [plural, _, part] => format!("{plural}{suffix}/{part}"),
            [plural, ..] => format!("{plural}{suffix}"),
            [] => path.to_owned(),
        };
        Self { resource, namespace: namespace.to_owned(), is_one: rest.len() != 1 }
    }
}

impl Error {
    /// The same with the number of attempts it took.
    pub(crate) fn after(mut self, number: u32) -> Self {
        if let Self::Unavailable { attempts, .. } = &mut self {
            *attempts = number;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forbidden_list_names_verb_resource_and_namespace() {
        let error = forbidden("/apis/apps/v1/namespaces/shop/deployments?limit=500", "no".to_owned());

        let text = error.to_string();

        assert!(text.starts_with("may not list deployments.apps in namespace shop: no"), "{text}");
    }

    #[test]
    fn a_forbidden_log_names_the_part_of_the_pod() {
        let error = forbidden("/api/v1/namespaces/shop/pods/web-1/log?tailLines=5", "no".to_owned());

        let text = error.to_string();

        assert!(text.starts_with("may not get pods/log in namespace shop"), "{text}");
    }

    #[test]
    fn a_forbidden_watch_of_the_cluster_says_so() {
        let error = forbidden("/api/v1/nodes?watch=true", "no".to_owned());

        let text = error.to_string();

        assert!(text.starts_with("may not watch nodes in the whole cluster"), "{text}");
    }
}
