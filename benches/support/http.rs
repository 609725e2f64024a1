//! HTTP on the loopback interface.

use axum::Router;
use reqwest::Client;
use tokio::net::TcpListener;

/// The media type of events in structured mode.
pub(crate) const STRUCTURED: &str = "application/cloudevents+json";

/// Serves a router on a free port and gives its URL.
pub(crate) async fn listen(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

/// A client that needs no certificates.
pub(crate) fn client() -> Client {
    // A second provider cannot be installed, and need not be.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only(Vec::new()).build().unwrap()
}
