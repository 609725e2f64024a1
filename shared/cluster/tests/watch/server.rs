//! An API server as far as a watch sees it: objects with versions, a log of changes, and faults on demand.

use axum::Router;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// What the server holds and does.
#[derive(Default)]
pub(crate) struct State {
    /// Kinds by path of the collection: group, kind.
    pub(crate) kinds: BTreeMap<String, (String, String)>,
    pub(crate) objects: BTreeMap<(String, String), Value>,
    /// Version, path, line of a watch.
    pub(crate) log: Vec<(u64, String, Value)>,
    pub(crate) version: u64,
    /// Changes up to this version are forgotten.
    pub(crate) compacted: u64,
    /// Paths that may not be read.
    pub(crate) forbidden: BTreeSet<String>,
    /// No credential is accepted.
    pub(crate) is_locked: bool,
    /// So many requests are answered 429 first.
    pub(crate) refusals: u32,
    /// So many tokens of lists are too old first.
    pub(crate) expired_tokens: u32,
    /// The next line of a watch breaks off, and the connection with it.
    pub(crate) is_cut: bool,
    /// Requests, in order.
    pub(crate) requests: Vec<String>,
    /// Grows when all connections are to be cut.
    pub(crate) epoch: u64,
}

/// A server on loopback.
pub(crate) struct Server {
    pub(crate) state: Arc<Mutex<State>>,
    pub(crate) changed: watch::Sender<u64>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves pods, secrets and leases.
    pub(crate) async fn start() -> Self {
        let state = State { version: 10, ..State::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (state, changed) = (Arc::new(Mutex::new(state)), watch::channel(0).0);
        let task = serve(&state, &changed, listener);
        let server = Self { state, changed, address, task };
        server.define("/api/v1/pods", "", "Pod");
        server.define("/api/v1/secrets", "", "Secret");
        server.define("/apis/coordination.k8s.io/v1/leases", "coordination.k8s.io", "Lease");
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Serves a kind from now on.
    pub(crate) fn define(&self, path: &str, group: &str, kind: &str) {
        self.state().kinds.insert(path.to_owned(), (group.to_owned(), kind.to_owned()));
    }

    /// Writes an object and gives its version.
    pub(crate) fn put(&self, path: &str, name: &str, mut object: Value) -> u64 {
        let mut state = self.state();
        state.version += 1;
        let version = state.version;
        let key = (path.to_owned(), name.to_owned());
        let old = state.objects.get(&key).map(|it| it["metadata"]["uid"].clone());
        let ty = if old.is_some() { "MODIFIED" } else { "ADDED" };
        object["metadata"]["name"] = name.into();
        object["metadata"]["namespace"] = "n".into();
        object["metadata"]["uid"] = old.unwrap_or_else(|| format!("u-{version}").into());
        object["metadata"]["resourceVersion"] = version.to_string().into();
        state.log.push((version, path.to_owned(), json!({"type": ty, "object": object})));
        state.objects.insert(key, object);
        drop(state);
        self.changed.send_modify(|it| *it += 1);
        version
    }

    pub(crate) fn delete(&self, path: &str, name: &str) {
        let mut state = self.state();
        let mut object = state.objects.remove(&(path.to_owned(), name.to_owned())).unwrap();
        state.version += 1;
        let version = state.version;
        object["metadata"]["resourceVersion"] = version.to_string().into();
        state.log.push((version, path.to_owned(), json!({"type": "DELETED", "object": object})));
        drop(state);
        self.changed.send_modify(|it| *it += 1);
    }

    /// Sends any line to the watches of a kind.
    pub(crate) fn say(&self, path: &str, line: Value) -> u64 {
        let mut state = self.state();
        state.version += 1;
        let version = state.version;
        state.log.push((version, path.to_owned(), line));
        drop(state);
        self.changed.send_modify(|it| *it += 1);
        version
    }

    pub(crate) fn bookmark(&self, path: &str) -> u64 {
        let version = self.state().version + 1;
        self.say(
            path,
            json!({"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": version.to_string()}}}),
        )
    }

    /// Forgets all changes so far: whoever watches from before is too late.
    pub(crate) fn compact(&self) {
        let mut state = self.state();
        state.version += 1;
        state.compacted = state.version;
    }

    /// Cuts all connections.
    pub(crate) fn cut(&self) {
        self.state().epoch += 1;
        self.changed.send_modify(|it| *it += 1);
    }

    /// Stops listening, and cuts all connections.
    pub(crate) fn stop(&self) {
        self.task.abort();
        self.cut();
    }

    /// Listens again at the same address.
    pub(crate) async fn resume(&mut self) {
        for _ in 0..100 {
            if let Ok(listener) = TcpListener::bind(self.address).await {
                self.task = serve(&self.state, &self.changed, listener);
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("the address is taken");
    }
}

fn serve(state: &Arc<Mutex<State>>, changed: &watch::Sender<u64>, listener: TcpListener) -> JoinHandle<()> {
    let shared = (Arc::clone(state), changed.clone());
    let app = Router::new().fallback(crate::serving::answer).with_state(shared);
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() })
}
