//! Functions behind a real socket, a sink that remembers, and a client.

use axum::{Router, extract::State, http::StatusCode, routing::post};
use chiron::{
    ports::Ports,
    registry::{Setup, courier},
};
use chiron_runtime::{Courier, Sink, SinkSettings, router, wire::from_json};
use cloudevents::{AttributesReader, Event};
use reqwest::{Client, Method, RequestBuilder, Response};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::net::TcpListener;

pub(crate) const STRUCTURED: &str = "application/cloudevents+json";

/// Serves a router on a free port and gives its URL.
pub(crate) async fn listen(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("http://{address}")
}

/// A sink: keeps what it is sent, and answers what it is told to.
#[derive(Clone, Default)]
pub(crate) struct Inbox {
    events: Arc<Mutex<Vec<Event>>>,
    /// Statuses to answer next; afterwards 202.
    answers: Arc<Mutex<VecDeque<u16>>>,
    is_down: Arc<AtomicBool>,
}

impl Inbox {
    pub(crate) async fn listen(&self) -> String {
        listen(Router::new().route("/", post(Self::take)).with_state(self.clone())).await
    }

    #[expect(clippy::unused_async, reason = "handlers of axum are async")]
    async fn take(State(inbox): State<Self>, body: axum::body::Bytes) -> StatusCode {
        if inbox.is_down.load(Ordering::SeqCst) {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        if let Some(status) = inbox.answers.lock().unwrap().pop_front() {
            return StatusCode::from_u16(status).unwrap();
        }
        inbox.events.lock().unwrap().push(from_json(&body).unwrap());
        StatusCode::ACCEPTED
    }

    pub(crate) fn set_down(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::SeqCst);
    }

    pub(crate) fn answer_next(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    /// Names of the events, each once, in order.
    pub(crate) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.events().iter().map(|it| it.id().to_owned()).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    pub(crate) fn clear(&self) {
        self.events.lock().unwrap().clear();
    }
}

/// Serves functions as Knative calls them and gives their URL.
pub(crate) async fn serve(names: &[&str], ports: &Ports, sink: Option<&str>) -> String {
    let setup = Setup { default_cluster: Some("lab".to_owned()), ..Setup::default() };
    let couriers: Vec<Courier> = names.iter().map(|name| courier(name, ports, &setup).unwrap()).collect();
    let sink = sink.map(|url| Sink::new(SinkSettings { url: url.to_owned(), ..SinkSettings::default() }));
    let ready = Arc::new(AtomicBool::new(true));
    listen(router(couriers, sink, Arc::clone(&ports.metrics), ready)).await
}

pub(crate) fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only(Vec::new()).build().unwrap()
}

pub(crate) fn request(url: &str, content_type: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    client().request(Method::POST, url).header("content-type", content_type).body(body)
}

/// Posts an event in structured mode.
pub(crate) async fn send(url: &str, event: &serde_json::Value) -> Response {
    request(url, STRUCTURED, event.to_string()).send().await.unwrap()
}

/// Posts an event and gives the status.
pub(crate) async fn status(url: &str, event: &serde_json::Value) -> u16 {
    send(url, event).await.status().as_u16()
}
