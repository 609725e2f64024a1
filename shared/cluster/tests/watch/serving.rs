//! How the server of a test answers: discovery, pages of lists, watches.

use crate::server::State;
use axum::{
    body::Body,
    extract::State as Shared,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex},
};
use tokio::sync::watch;

type Parts = (Arc<Mutex<State>>, watch::Sender<u64>);

/// One watch: what it is of, and how far it was sent.
struct Watching {
    shared: Parts,
    changes: watch::Receiver<u64>,
    path: String,
    at: u64,
    epoch: u64,
    is_cut: bool,
}

/// Answers any request. Each answer closes its connection, so that a server that stopped is not there any more.
pub(crate) async fn answer(Shared(shared): Shared<Parts>, uri: Uri) -> Response {
    let mut response = choose(&shared, &uri);
    response.headers_mut().insert("connection", "close".parse().unwrap());
    response
}

fn choose(shared: &Parts, uri: &Uri) -> Response {
    let mut state = shared.0.lock().unwrap();
    state.requests.push(uri.to_string());
    let path = uri.path().to_owned();
    let query = query(uri);
    let asks = |name: &str| query.get(name).map(String::as_str);
    if state.is_locked {
        return failure(401, "the token has expired");
    }
    if path == "/api" || path == "/apis" {
        return discovery(&state, path == "/api").to_string().into_response();
    }
    if state.refusals > 0 {
        state.refusals -= 1;
        return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")], "too many requests").into_response();
    }
    if !state.kinds.contains_key(&path) {
        return failure(404, "the server could not find the requested resource");
    }
    if state.forbidden.contains(&path) {
        return failure(403, "forbidden: no right to list");
    }
    if asks("watch") != Some("true") {
        return list(&mut state, &path, asks("limit"), asks("continue"));
    }
    let at: u64 = asks("resourceVersion").unwrap().parse().unwrap();
    if at < state.compacted {
        return failure(410, "too old resource version");
    }
    let epoch = state.epoch;
    drop(state);
    let changes = shared.1.subscribe();
    let watching = Watching { shared: shared.clone(), changes, path, at, epoch, is_cut: false };
    let lines = stream::unfold(watching, next_line);
    // The first bytes say that the watch is open.
    Body::from_stream(stream::once(async { Ok("\n".to_owned()) }).chain(lines)).into_response()
}

async fn next_line(mut watching: Watching) -> Option<(io::Result<String>, Watching)> {
    if watching.is_cut {
        return Some((Err(io::Error::other("cut")), watching));
    }
    loop {
        watching.changes.borrow_and_update();
        let found = {
            let mut state = watching.shared.0.lock().unwrap();
            if state.epoch != watching.epoch {
                drop(state);
                watching.is_cut = true;
                return Some((Err(io::Error::other("cut")), watching));
            }
            let start = state.log.partition_point(|entry| entry.0 <= watching.at);
            let next = state.log[start..].iter().find(|entry| entry.1 == watching.path).cloned();
            let is_cut = next.is_some() && std::mem::take(&mut state.is_cut);
            next.map(|next| (next, is_cut))
        };
        if let Some(((version, _, line), is_cut)) = found {
            watching.at = version;
            let text = format!("{line}\n");
            watching.is_cut = is_cut;
            let text = if is_cut { text[..text.len() / 2].to_owned() } else { text };
            return Some((Ok(text), watching));
        }
        watching.changes.changed().await.ok()?;
    }
}

fn list(state: &mut State, path: &str, limit: Option<&str>, token: Option<&str>) -> Response {
    if token.is_some() && state.expired_tokens > 0 {
        state.expired_tokens -= 1;
        return failure(410, "the provided continue parameter is too old");
    }
    let limit: usize = limit.and_then(|it| it.parse().ok()).unwrap_or(usize::MAX);
    let begin: usize = token.map_or(0, |it| it.parse().unwrap());
    let all: Vec<&Value> = state.objects.iter().filter(|(key, _)| key.0 == path).map(|(_, it)| it).collect();
    let end = begin.saturating_add(limit).min(all.len());
    let next = if end < all.len() { end.to_string() } else { String::new() };
    let metadata = json!({"resourceVersion": state.version.to_string(), "continue": next});
    json!({"kind": "List", "metadata": metadata, "items": all[begin.min(end)..end]})
        .to_string()
        .into_response()
}

fn discovery(state: &State, is_core: bool) -> Value {
    let mut groups: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (path, (group, kind)) in &state.kinds {
        let resource = json!({
            "resource": path.rsplit('/').next(), "responseKind": {"group": group, "version": "v1", "kind": kind},
            "scope": "Namespaced", "singularResource": "", "verbs": ["get", "list", "watch"],
        });
        groups.entry(group).or_default().push(resource);
    }
    let groups = groups.into_iter().filter(|(group, _)| group.is_empty() == is_core);
    let items = groups.map(|(group, resources)| {
        let versions = json!([{"version": "v1", "resources": resources, "freshness": "Current"}]);
        json!({"metadata": {"name": group}, "versions": versions})
    });
    json!({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": items.collect::<Vec<_>>()})
}

fn failure(code: u16, message: &str) -> Response {
    let status = json!({"kind": "Status", "code": code, "message": message});
    (StatusCode::from_u16(code).unwrap(), status.to_string()).into_response()
}

fn query(uri: &Uri) -> BTreeMap<String, String> {
    let pairs = uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
