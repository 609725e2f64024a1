//! Ways to a cluster that do not work, and what the user is told.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use chiron_cluster::{Access, AccessError, Cluster, Error, Limits, Wanted};
use serde_json::json;
use std::time::Duration;
use support::{connected, discovery, kubeconfig, limits, serve};

async fn refusal(access: Access) -> AccessError {
    Cluster::connect(&access).await.unwrap_err()
}

#[tokio::test]
async fn a_kubeconfig_that_is_not_there_is_named() {
    let error = refusal(Access { kubeconfig: Some("/no/such/config".into()), ..Access::default() }).await;

    assert_eq!(
        error.to_string(),
        "cannot read the kubeconfig /no/such/config; check the path and who may read it"
    );
}

#[tokio::test]
async fn an_unknown_context_is_told_with_the_known_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = kubeconfig(folder.path(), "http://127.0.0.1:1", &json!({}));

    let error =
        refusal(Access { kubeconfig: Some(path), context: Some("prod".into()), ..Access::default() }).await;

    let text = error.to_string();
    assert!(text.ends_with("has no context \"prod\"; it has lab"), "{text}");
}

#[tokio::test]
async fn a_file_that_is_no_kubeconfig_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    std::fs::write(&path, "contexts: {a: [").unwrap();

    let error = refusal(Access { kubeconfig: Some(path), ..Access::default() }).await;

    assert!(matches!(error, AccessError::Unusable { .. }), "{error:?}");
}

#[tokio::test]
async fn nothing_at_all_says_where_was_looked() {
    let error = refusal(Access { home: Some("/no/such/folder".into()), ..Access::default() }).await;

    let text = error.to_string();
    assert!(text.contains("/no/such/folder/.kube/config") && text.contains("--kubeconfig"), "{text}");
}

#[tokio::test]
async fn files_of_the_environment_are_merged_and_absent_ones_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let path = kubeconfig(folder.path(), "http://127.0.0.1:1", &json!({}));
    let environment = std::env::join_paths(["/no/such/config".into(), path]).unwrap();

    let cluster =
        Cluster::connect(&Access { environment: Some(environment), ..Access::default() }).await.unwrap();

    assert_eq!((cluster.name(), cluster.server()), ("lab", "http://127.0.0.1:1"));
}

#[tokio::test]
async fn a_name_of_ours_wins_over_the_context() {
    let folder = tempfile::tempdir().unwrap();
    let path = kubeconfig(folder.path(), "http://127.0.0.1:1", &json!({}));
    let access = Access { kubeconfig: Some(path), name: Some("shop-eu".into()), ..Access::default() };

    let cluster = Cluster::connect(&access).await.unwrap();

    assert_eq!((cluster.name(), cluster.context()), ("shop-eu", "lab"));
}

#[tokio::test]
async fn a_credential_program_that_fails_is_told_with_its_last_line() {
    let folder = tempfile::tempdir().unwrap();
    let run = json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "interactiveMode": "Never",
        "args": ["-c", "echo token-on-stdout; echo session ended >&2; exit 3"]}});
    let path = kubeconfig(folder.path(), "http://127.0.0.1:1", &run);

    let error = refusal(Access { kubeconfig: Some(path), ..Access::default() }).await;

    let text = error.to_string();
    assert!(text.contains("\"lab\"") && text.contains("session ended"), "{text}");
    assert!(!text.contains("token-on-stdout"), "{text}");
}

#[tokio::test]
async fn a_credential_program_that_is_missing_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let run =
        json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-program"}});
    let path = kubeconfig(folder.path(), "http://127.0.0.1:1", &run);

    let error = refusal(Access { kubeconfig: Some(path), ..Access::default() }).await;

    assert!(error.to_string().contains("is it installed?"), "{error}");
}

#[tokio::test]
async fn a_credential_program_that_hangs_ends_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let run =
        json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "sleep", "args": ["3"]}});
    let path = kubeconfig(folder.path(), "http://127.0.0.1:1", &run);
    let limits = Limits { attempt: Duration::from_millis(100), ..limits() };

    let error = refusal(Access { kubeconfig: Some(path), limits, ..Access::default() }).await;

    assert!(error.to_string().contains("no answer within 100ms"), "{error}");
}

#[tokio::test]
async fn an_address_where_nothing_listens_is_told() {
    let error =
        connected("http://127.0.0.1:1", limits()).await.discover(&Wanted::default()).await.unwrap_err();

    let text = error.to_string();
    assert!(text.starts_with("cannot reach http://127.0.0.1:1: connection refused"), "{text}");
}

#[tokio::test]
async fn a_server_that_never_answers_costs_one_limit() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let limits = Limits { attempt: Duration::from_millis(200), ..limits() };

    let error = connected(&address, limits).await.discover(&Wanted::default()).await.unwrap_err();

    assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
}

#[tokio::test]
async fn an_address_that_speaks_no_tls_is_not_trusted_or_not_reached() {
    let server = serve(|asked| discovery(&asked.path, &json!([])).unwrap()).await;
    let address = server.address.replace("http:", "https:");

    let error = connected(&address, limits()).await.discover(&Wanted::default()).await.unwrap_err();

    assert!(error.is_of_the_cluster(), "{error:?}");
}
