//! What commands answer: 0 yes, 1 the answer is no, 2 error; and what a cluster that is not well itself does to them.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "../shared/cluster/tests/support/mod.rs"]
mod server;
mod support;

use chiron_model::is_kubernetes_group;
use serde_json::{Value, json};
use server::{Asked, Reply, failure, found, kubeconfig, list, serve};
use support::{
    desk::{Desk, example},
    process::{Ended, run},
};

const EVICTED: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\n\
                       status: {phase: Failed, reason: Evicted, message: out of disk}\n";

#[tokio::test]
async fn yes_is_0_no_is_1_and_an_error_is_2() {
    let desk = Desk::new();
    let (sick, calm) = (desk.file("sick.yaml", EVICTED), desk.file("calm.yaml", "kind: List\nitems: []\n"));
    let (event, noise) = (desk.file("event.json", &example("diagnosis")), desk.file("noise.ndjson", "no\n"));
    let rules = desk.file("rules.yaml", "rules: 7\n");
    let nowhere = desk.path("nowhere");
    let cases: [(i32, &[&str]); 19] = [
        (0, &["analyze", &calm, "--exit-code"]),
        (0, &["analyze", &sick]),
        (1, &["analyze", &sick, "--exit-code"]),
        (1, &["analyze", &sick, "--health", "--exit-code"]),
        (2, &["analyze", &nowhere, "--exit-code"]),
        (2, &["analyze", &sick, "--exit-code", "--rules", &rules]),
        (2, &["analyze", "--kubeconfig", &nowhere]),
        (2, &["record", "--kubeconfig", &nowhere, "--out", &nowhere]),
        (2, &["lab", "list", "--scenarios", &nowhere]),
        (0, &["events", "validate", &event]),
        (1, &["events", "validate", &noise]),
        (2, &["events", "validate", &nowhere]),
        (1, &["rule", "check", &rules]),
        (2, &["rule", "check", &nowhere]),
        (2, &["rule", "explain", "nonsense"]),
        (0, &["rbac", "print"]),
        (2, &["rbac", "print", "--nonsense"]),
        (2, &["nonsense"]),
        (2, &[]),
    ];
    for (code, args) in cases {
        let ended = run(args).await;

        assert_eq!(ended.code, Some(code), "{args:?}: {ended:?}");
        assert_eq!(
            ended.err.is_empty(),
            code == 0 || (code == 1 && !ended.out.is_empty()),
            "{args:?}: {ended:?}"
        );
    }
}

#[tokio::test]
async fn answers_of_commands_with_data_are_the_same() {
    let desk = Desk::new();
    let (event, noise) = (desk.file("event.json", &example("diagnosis")), desk.file("noise.ndjson", "no\n"));
    let cases: [(i32, &[&str]); 5] = [
        (0, &["function", "invoke", "plan", "--event", &event]),
        (0, &["plan", "list"]),
        (2, &["plan", "show", "nonsense"]),
        (1, &["replay", &noise]),
        (2, &["replay", &desk.path("nowhere")]),
    ];
    for (code, args) in cases {
        let ended = desk.run(args).await;

        assert_eq!(ended.code, Some(code), "{args:?}: {ended:?}");
    }
}

/// A cluster of pods, Secrets and Services, of which `script` answers what it likes.
async fn look(script: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> Ended {
    let server = serve(move |asked| {
        script(asked).or_else(|| server::discovery(&asked.path, &json!([]))).unwrap_or_else(|| list(&[], ""))
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let config = kubeconfig(folder.path(), &server.address, &json!({}));
    run(&["analyze", "--kubeconfig", config.to_str().unwrap(), "-o", "json", "--exit-code"]).await
}

fn evicted() -> Value {
    json!({"metadata": {"name": "a", "namespace": "shop", "uid": "a", "resourceVersion": "3"},
        "status": {"phase": "Failed", "reason": "Evicted", "message": "out of disk"}})
}

fn pods(next: &str, items: &[Value]) -> Reply {
    found(&json!({"metadata": {"resourceVersion": "7", "continue": next}, "items": items}))
}

fn has_evicted(ended: &Ended) -> bool {
    assert_eq!(ended.code, Some(1), "{ended:?}");
    ended.json().as_array().unwrap().iter().filter(|it| it["condition"] == "Evicted").count() == 1
}

#[tokio::test]
async fn right_that_is_missing_is_a_warning_and_the_rest_is_examined() {
    let ended = look(|asked| match asked.path.as_str() {
        "/api/v1/pods" => Some(pods("", &[evicted()])),
        "/api/v1/services" => Some(failure(403, "services is forbidden: User \"eve\" cannot list it")),
        _ => None,
    })
    .await;

    assert!(has_evicted(&ended));
    assert!(ended.err.contains("warning: services: not read: may not list services"), "{}", ended.err);
    assert!(ended.err.lines().all(|it| it.starts_with("warning: ")), "{}", ended.err);
}

#[tokio::test]
async fn list_that_expires_halfway_is_read_anew_and_tells_nothing_twice() {
    let ended = look(|asked| match (asked.path.as_str(), asked.value("continue"), asked.before) {
        ("/api/v1/pods", "", _) => Some(pods("more", &[evicted()])),
        ("/api/v1/pods", _, 0) => Some(failure(410, "The provided continue parameter is too old")),
        ("/api/v1/pods", ..) => Some(pods("", &[])),
        _ => None,
    })
    .await;

    assert!(has_evicted(&ended) && ended.err.is_empty(), "{ended:?}");
}

#[tokio::test]
async fn server_that_asks_to_wait_is_waited_for() {
    let ended = look(|asked| match (asked.path.as_str(), asked.before) {
        ("/api/v1/pods", 0) => {
            let wait = vec![("retry-after", "1".to_owned())];
            Some(Reply { headers: wait, ..failure(429, "too many requests") })
        }
        ("/api/v1/pods", _) => Some(pods("", &[evicted()])),
        _ => None,
    })
    .await;

    assert!(has_evicted(&ended) && ended.err.is_empty(), "{ended:?}");
}

#[tokio::test]
async fn server_that_accepts_nobody_is_an_error() {
    let ended = look(|_| Some(failure(401, "Unauthorized"))).await;

    ended.fails_with(&["error: "]);
    assert!(ended.out.is_empty(), "{ended:?}");
}

#[tokio::test]
async fn rights_that_are_printed_are_the_least() {
    let ended = run(&["rbac", "print", "--name", "eyes"]).await;

    assert_eq!(ended.code, Some(0));
    let role: Value = serde_yaml_ng::from_str(&ended.out).unwrap();
    assert_eq!((&role["kind"], &role["metadata"]["name"]), (&json!("ClusterRole"), &json!("eyes")));
    let rules = role["rules"].as_array().unwrap();
    for rule in rules {
        let verbs = rule["verbs"].as_array().unwrap();
        assert!(verbs.iter().all(|it| ["get", "list"].contains(&it.as_str().unwrap())), "{rule}");
        // Kinds that were added to Kubernetes are not known by name.
        let is_ours = |it: &Value| is_kubernetes_group(it.as_str().unwrap()) || it == "*";
        let is_wide = rule["resources"].to_string().contains('*');
        assert!(!is_wide || !rule["apiGroups"].as_array().unwrap().iter().any(is_ours), "{rule}");
        assert!(!rule["resources"].to_string().contains("\"secrets\""), "{rule}");
    }
    assert!(rules.iter().any(|it| it["resources"].to_string().contains("\"pods\"")), "{role}");
}
