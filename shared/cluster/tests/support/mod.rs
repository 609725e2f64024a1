//! An API server of which each test scripts the answers.
#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{Response, StatusCode, header},
};
use chiron_cluster::{Access, Cluster, Limits};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

/// One request, as the script sees it.
pub struct Asked {
    /// Path without the query.
    pub path: String,
    /// The query, not decoded.
    pub query: BTreeMap<String, String>,
    /// The `Accept` header.
    pub accept: String,
    /// How often this path and query was asked for before.
    pub before: usize,
}

impl Asked {
    /// A value of the query, or nothing.
    pub fn value(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }
}

/// An answer of the script.
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// A success.
pub fn found(body: &Value) -> Reply {
    Reply { status: 200, headers: Vec::new(), body: body.to_string() }
}

/// A failure with a message, as API servers send it.
pub fn failure(status: u16, message: &str) -> Reply {
    let body = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": status});
    Reply { status, headers: Vec::new(), body: body.to_string() }
}

/// A list of objects with these names.
pub fn list(names: &[&str], next: &str) -> Reply {
    let items: Vec<Value> =
        names.iter().map(|name| json!({"metadata": {"name": name, "uid": name}})).collect();
    found(&json!({"metadata": {"resourceVersion": "7", "continue": next}, "items": items}))
}

/// A running server.
pub struct Server {
    pub address: String,
    pub asked: Arc<Mutex<Vec<String>>>,
}

/// Serves until the test ends.
pub async fn serve(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Server {
    let script = Arc::new(script);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let app = Router::new().fallback(move |request: Request| {
        let (script, seen) = (Arc::clone(&script), Arc::clone(&seen));
        async move { answer(&*script, &seen, &request) }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    Server { address, asked }
}

fn answer(script: &dyn Fn(&Asked) -> Reply, seen: &Mutex<Vec<String>>, request: &Request) -> Response<Body> {
    let line = request.uri().to_string();
    let before = {
        let mut seen = seen.lock().unwrap();
        seen.push(line.clone());
        seen.iter().filter(|one| **one == line).count() - 1
    };
    let query = request.uri().query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    let accept = request.headers().get(header::ACCEPT).map(|accept| accept.to_str().unwrap().to_owned());
    let reply = script(&Asked {
        path: request.uri().path().to_owned(),
        query: query.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        accept: accept.unwrap_or_default(),
        before,
    });
    let mut response = Response::builder().status(StatusCode::from_u16(reply.status).unwrap());
    response = response.header(header::DATE, "Sat, 21 Nov 2026 16:00:00 GMT");
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}

/// Short limits, so that tests take no time.
pub fn limits() -> Limits {
    Limits { attempt: Duration::from_secs(2), total: Duration::from_secs(4), attempts: 3, body: 64 << 10 }
}

/// A kubeconfig with one context, `lab`, and what its user is.
pub fn kubeconfig(folder: &std::path::Path, address: &str, user: &Value) -> std::path::PathBuf {
    let path = folder.join("config");
    let text = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "lab",
        "clusters": [{"name": "c", "cluster": {"server": address}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "lab", "context": {"cluster": "c", "user": "u"}}],
    });
    std::fs::write(&path, text.to_string()).unwrap();
    path
}

/// A connection to the server.
pub async fn connected(address: &str, limits: Limits) -> Cluster {
    let folder = tempfile::tempdir().unwrap();
    let path = kubeconfig(folder.path(), address, &json!({}));
    Cluster::connect(&Access { kubeconfig: Some(path), limits, ..Access::default() }).await.unwrap()
}

/// Discovery of pods and services, and whatever the named groups are.
pub fn discovery(path: &str, groups: &Value) -> Option<Reply> {
    let kind = |plural: &str, kind: &str| json!({"resource": plural, "responseKind": {"kind": kind}, "scope": "Namespaced", "verbs": ["get", "list", "watch"]});
    let core = json!([kind("pods", "Pod"), kind("secrets", "Secret"), kind("services", "Service")]);
    match path {
        "/api" => Some(found(&json!({"kind": "APIGroupDiscoveryList",
            "items": [{"metadata": {"creationTimestamp": null}, "versions": [{"version": "v1", "resources": core}]}]}))),
        "/apis" => Some(found(&json!({"kind": "APIGroupDiscoveryList", "items": groups}))),
        _ => None,
    }
}
