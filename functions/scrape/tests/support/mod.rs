//! What tests share: servers on the loopback interface, and calls of the function.
#![allow(dead_code, reason = "each test uses its part of it")]
#![allow(clippy::unwrap_used, reason = "test support")]

use axum::Router;
use chiron_events::Context;
use chiron_function::Call;
use chiron_model::Timestamp;
use chiron_prometheus::client::{Client, ClientConfig};
use chiron_scrape::Ping;
use std::{path::PathBuf, time::Duration};
use tokio::net::TcpListener;

/// Serves a router on a free port and gives its URL.
pub(crate) async fn listen(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("http://{address}")
}

/// A URL that nobody listens on.
pub(crate) fn nowhere() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Settings with little patience.
pub(crate) fn hasty(url: &str) -> ClientConfig {
    ClientConfig { timeout: Duration::from_millis(400), max_bytes: 1 << 20, ..ClientConfig::at(url) }
}

pub(crate) fn client(url: &str) -> Client {
    Client::new(hasty(url)).unwrap()
}

/// A tick of the cluster `lab`.
pub(crate) fn tick(at: i64) -> Call<Ping> {
    call(at, Ping::default())
}

pub(crate) fn call(at: i64, input: Ping) -> Call<Ping> {
    let context = Context {
        id: at.to_string(),
        cluster: "lab".to_owned(),
        time: Some(Timestamp::from_secs(at)),
        ..Context::default()
    };
    Call { context, input }
}

/// A path in the folder of data beside the project, if it is there.
pub(crate) fn data(below: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(below);
    path.exists().then_some(path)
}

/// The parameter of that name in a form.
pub(crate) fn parameter(form: &str, name: &str) -> Option<String> {
    let url = reqwest::Url::parse(&format!("http://form/?{form}")).unwrap();
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
