//! An API server that has pods, changes of them, and one answer for all logs.

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{net::TcpListener, sync::watch};

/// A line of a log that has no end.
const LINE: &[u8] =
    b"all work and no play makes a long log that nobody wants to read to its very end in memory at all\n";
/// Lines of such a log in a piece.
const PIECE: usize = 640;
/// Pieces of 100 MB.
const PIECES: usize = 100_000_000 / (LINE.len() * PIECE);

/// What comes for a log.
#[derive(Clone)]
pub(crate) enum Answer {
    Text(Bytes),
    Status(u16),
    /// 100 MB, whatever the limits of the request.
    Endless,
    Never,
}

pub(crate) struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
}

struct Shared {
    answer: Answer,
    asked: Mutex<Vec<String>>,
    sent: Arc<AtomicUsize>,
    pods: Mutex<BTreeMap<String, Value>>,
    /// Lines of the watch of pods.
    log: Mutex<Vec<String>>,
    changed: watch::Sender<usize>,
}

impl Server {
    pub(crate) async fn start(answer: Answer) -> Self {
        let shared = Arc::new(Shared {
            answer,
            asked: Mutex::default(),
            sent: Arc::default(),
            pods: Mutex::default(),
            log: Mutex::default(),
            changed: watch::channel(0).0,
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(answer_to).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { shared, address }
    }

    pub(crate) fn kubeconfig(&self) -> String {
        format!(
            "{{apiVersion: v1, kind: Config, current-context: lab, clusters: [{{name: lab, cluster: {{server: 'http://{}'}}}}], \
             users: [{{name: lab, user: {{}}}}], contexts: [{{name: lab, context: {{cluster: lab, user: lab}}}}]}}",
            self.address
        )
    }

    /// A pod whose container `web` has this status.
    pub(crate) fn put(&self, name: &str, status: &Value) {
        let mut status = status.clone();
        status["name"] = json!("web");
        let mut log = self.shared.log.lock().unwrap();
        let version = (log.len() + 1).to_string();
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": "n", "uid": format!("u-{name}"), "resourceVersion": version},
            "spec": {"containers": [{"name": "web"}], "restartPolicy": "Always"},
            "status": {"phase": "Running", "containerStatuses": [status]},
        });
        log.push(format!("{}\n", json!({"type": "MODIFIED", "object": pod})));
        self.shared.pods.lock().unwrap().insert(name.to_owned(), pod);
        self.shared.changed.send_replace(log.len());
    }

    /// A pod whose container crashed and was restarted so often before.
    pub(crate) fn crash(&self, name: &str, restarts: u64) {
        let ended = json!({"terminated": {"exitCode": 1, "reason": "Error"}});
        let waits = json!({"waiting": {"reason": "CrashLoopBackOff"}});
        self.put(name, &json!({"state": waits, "lastState": ended, "restartCount": restarts}));
    }

    /// Requests with this in them.
    pub(crate) fn asked(&self, part: &str) -> Vec<String> {
        self.shared.asked.lock().unwrap().iter().filter(|it| it.contains(part)).cloned().collect()
    }

    /// Bytes of logs without end that were given to connections.
    pub(crate) fn sent(&self) -> usize {
        self.shared.sent.load(Ordering::Relaxed)
    }
}

async fn answer_to(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    shared.asked.lock().unwrap().push(uri.to_string());
    let query = uri.query().unwrap_or_default();
    match uri.path() {
        "/api" => discovery().into_response(),
        "/apis" => json!({"kind": "APIGroupDiscoveryList", "items": []}).to_string().into_response(),
        "/api/v1/pods" if query.contains("watch=true") => changes(&shared, query),
        "/api/v1/pods" => {
            let log = shared.log.lock().unwrap();
            let pods: Vec<Value> = shared.pods.lock().unwrap().values().cloned().collect();
            let metadata = json!({"resourceVersion": log.len().to_string()});
            json!({"kind": "List", "metadata": metadata, "items": pods}).to_string().into_response()
        }
        path if path.ends_with("/log") => container_log(&shared),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn discovery() -> String {
    let pods = json!({"resource": "pods", "responseKind": {"group": "", "version": "v1", "kind": "Pod"}, "scope": "Namespaced", "verbs": ["get", "list", "watch"]});
    let versions = json!([{"version": "v1", "resources": [pods]}]);
    json!({"kind": "APIGroupDiscoveryList", "items": [{"metadata": {"name": ""}, "versions": versions}]})
        .to_string()
}

/// All changes after the version of the query, as they come.
fn changes(shared: &Arc<Shared>, query: &str) -> Response {
    let version = query.split('&').find_map(|it| it.strip_prefix("resourceVersion="));
    let from: usize = version.and_then(|it| it.parse().ok()).unwrap_or(0);
    let state = (Arc::clone(shared), shared.changed.subscribe(), from);
    let lines = stream::unfold(state, |(shared, mut changed, at)| async move {
        loop {
            changed.borrow_and_update();
            let line = shared.log.lock().unwrap().get(at).cloned();
            if let Some(line) = line {
                return Some((Ok::<_, Infallible>(line), (shared, changed, at + 1)));
            }
            changed.changed().await.ok()?;
        }
    });
    // The first bytes say that the watch is open.
    Body::from_stream(stream::once(async { Ok("\n".to_owned()) }).chain(lines)).into_response()
}

fn container_log(shared: &Shared) -> Response {
    match &shared.answer {
        Answer::Text(text) => text.clone().into_response(),
        Answer::Status(status) => {
            let body = json!({"kind": "Status", "code": status, "message": "no"}).to_string();
            (StatusCode::from_u16(*status).unwrap(), body).into_response()
        }
        Answer::Endless => {
            let (piece, sent) = (Bytes::from(LINE.repeat(PIECE)), Arc::clone(&shared.sent));
            let pieces = stream::iter(0..PIECES).map(move |_| {
                sent.fetch_add(piece.len(), Ordering::Relaxed);
                Ok::<_, Infallible>(piece.clone())
            });
            Body::from_stream(pieces).into_response()
        }
        Answer::Never => Body::from_stream(stream::pending::<Result<Bytes, Infallible>>()).into_response(),
    }
}
