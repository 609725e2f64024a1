//! One look at a cluster whose API server has a bad day.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use chiron_cluster::{Cluster, Error, Piece, Scope, Snapshot, Wanted};
use serde_json::{Value, json};
use std::time::Duration;
use support::{Asked, Reply, connected, discovery, failure, found, limits, list, serve};

/// Reads all; what is void is forgotten, as a consumer must.
async fn read(cluster: &Cluster, scope: &Scope) -> (Result<Snapshot, Error>, Vec<String>) {
    let mut names: Vec<(String, String)> = Vec::new();
    let end = cluster
        .snapshot(scope, |piece| match piece {
            Piece::Object(object) => names.push((text(&object, "/kind"), text(&object, "/metadata/name"))),
            Piece::Again(list) => names.retain(|(kind, _)| *kind != list.resource.kind),
        })
        .await;
    names.sort();
    (end, names.into_iter().map(|(kind, name)| format!("{kind}/{name}")).collect())
}

fn text(object: &Value, pointer: &str) -> String {
    object.pointer(pointer).and_then(Value::as_str).unwrap().to_owned()
}

/// Pods as the script says, one Service, no Secrets.
async fn with_pods(pods: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> support::Server {
    serve(move |asked| match asked.path.as_str() {
        "/api/v1/pods" => pods(asked),
        "/api/v1/services" => list(&["shop"], ""),
        "/api/v1/secrets" => list(&[], ""),
        path => discovery(path, &json!([])).unwrap_or_else(|| failure(404, "unknown")),
    })
    .await
}

#[tokio::test]
async fn pages_are_read_to_the_end_and_the_time_is_the_servers() {
    let server = with_pods(|asked| match asked.value("continue") {
        "" => list(&["a", "b"], "x%2F="),
        "x%252F%3D" => list(&["c"], ""),
        other => failure(400, other),
    })
    .await;

    let (end, names) = read(&connected(&server.address, limits()).await, &Scope::default()).await;

    let snapshot = end.unwrap();
    assert_eq!(names, ["Pod/a", "Pod/b", "Pod/c", "Service/shop"]);
    assert_eq!(snapshot.problems, []);
    assert_eq!(snapshot.objects["pods"], 3);
    assert_eq!(snapshot.at.unwrap().to_string(), "2026-11-21T16:00:00Z");
}

#[tokio::test]
async fn a_list_that_is_forgotten_in_the_middle_begins_again() {
    let server = with_pods(|asked| match (asked.value("continue"), asked.before) {
        ("", 0) => list(&["gone", "b"], "old"),
        ("", _) => list(&["b"], "new"),
        ("new", _) => list(&["c"], ""),
        _ => failure(410, "The provided continue parameter is too old"),
    })
    .await;

    let (end, names) = read(&connected(&server.address, limits()).await, &Scope::default()).await;

    assert_eq!(names, ["Pod/b", "Pod/c", "Service/shop"]);
    assert_eq!(end.unwrap().objects["pods"], 2);
}

#[tokio::test]
async fn a_list_that_is_always_forgotten_is_told_and_ends() {
    let server = with_pods(|asked| match asked.value("continue") {
        "" => list(&["a"], "old"),
        _ => failure(410, "too old"),
    })
    .await;

    let (end, _) = read(&connected(&server.address, limits()).await, &Scope::default()).await;

    let problems = end.unwrap().problems;
    assert!(
        matches!(&problems[..], [problem] if matches!(problem.error, Error::Expired { .. })),
        "{problems:?}"
    );
}

#[tokio::test]
async fn a_missing_right_is_named_and_the_rest_is_read() {
    let server = with_pods(|_| failure(403, "pods is forbidden")).await;

    let (end, names) = read(&connected(&server.address, limits()).await, &Scope::default()).await;

    let problems = end.unwrap().problems;
    assert_eq!(names, ["Service/shop"]);
    assert_eq!(problems[0].resource, "pods");
    let text = problems[0].error.to_string();
    assert!(text.starts_with("may not list pods in the whole cluster: pods is forbidden"), "{text}");
}

#[tokio::test]
async fn a_busy_server_is_asked_again_after_the_time_it_names() {
    let server = with_pods(|asked| match asked.before {
        0 => Reply { headers: vec![("retry-after", "1".to_owned())], ..failure(429, "too many requests") },
        _ => list(&["a"], ""),
    })
    .await;

    let (end, names) = read(&connected(&server.address, limits()).await, &Scope::default()).await;

    assert_eq!(names, ["Pod/a", "Service/shop"]);
    assert_eq!(end.unwrap().problems, []);
}

#[tokio::test]
async fn a_wait_beyond_the_limit_is_not_begun() {
    let server =
        with_pods(|_| Reply { headers: vec![("retry-after", "1000".to_owned())], ..failure(429, "busy") })
            .await;
    let cluster = connected(&server.address, limits()).await;

    let (end, _) =
        tokio::time::timeout(Duration::from_secs(2), read(&cluster, &Scope::default())).await.unwrap();

    let problem = end.unwrap().problems.remove(0);
    assert!(matches!(problem.error, Error::Unavailable { status: 429, attempts: 1, .. }), "{problem:?}");
}

#[tokio::test]
async fn a_kind_that_went_away_is_passed_over() {
    let server = with_pods(|_| failure(404, "the server could not find the requested resource")).await;

    let (end, names) = read(&connected(&server.address, limits()).await, &Scope::default()).await;

    assert_eq!((end.unwrap().problems, names), (Vec::new(), vec!["Service/shop".to_owned()]));
}

#[tokio::test]
async fn a_page_that_is_too_large_is_asked_for_in_smaller_ones() {
    let server = with_pods(|asked| {
        let (limit, first): (usize, usize) =
            (asked.value("limit").parse().unwrap(), asked.value("continue").parse().unwrap_or(0));
        let last = (first + limit).min(20);
        let note = "x".repeat(10_000);
        let item = |n: usize| json!({"metadata": {"name": n.to_string(), "annotations": {"note": note}}});
        let items: Vec<Value> = (first..last).map(item).collect();
        let next = if last < 20 { last.to_string() } else { String::new() };
        found(&json!({"metadata": {"continue": next}, "items": items}))
    })
    .await;

    let (end, names) = read(&connected(&server.address, limits()).await, &Scope::default()).await;

    assert_eq!(names.len(), 21);
    assert_eq!(end.unwrap().problems, []);
}

#[tokio::test]
async fn a_credential_that_is_not_accepted_ends_the_snapshot() {
    let server = with_pods(|_| failure(401, "Unauthorized")).await;

    let (end, _) = read(&connected(&server.address, limits()).await, &Scope::default()).await;

    assert!(matches!(end, Err(Error::Unauthorized { .. })), "{end:?}");
}

#[tokio::test]
async fn a_broken_kind_costs_two_requests_and_nothing_else() {
    let server = with_pods(|_| Reply { body: "service unavailable\n".to_owned(), ..failure(503, "") }).await;

    let (end, names) = read(&connected(&server.address, limits()).await, &Scope::default()).await;

    let problem = end.unwrap().problems.remove(0);
    assert_eq!(names, ["Service/shop"]);
    assert!(problem.error.to_string().ends_with("503 after 2 attempts: service unavailable"), "{problem:?}");
}

#[tokio::test]
async fn an_answer_that_is_no_list_is_told() {
    let server = with_pods(|_| Reply { status: 200, headers: Vec::new(), body: "<html>".to_owned() }).await;

    let (end, _) = read(&connected(&server.address, limits()).await, &Scope::default()).await;

    assert!(matches!(end.unwrap().problems[0].error, Error::Malformed { .. }));
}

#[tokio::test]
async fn only_the_wanted_namespaces_are_read() {
    let server = serve(|asked| match asked.path.as_str() {
        "/api/v1/namespaces/shop/pods" => list(&["a"], ""),
        "/api/v1/namespaces/shop/services" | "/api/v1/namespaces/shop/secrets" => list(&[], ""),
        path => discovery(path, &json!([])).unwrap_or_else(|| failure(500, "not asked for")),
    })
    .await;
    let scope = Scope { namespaces: vec!["shop".to_owned()], ..Scope::default() };

    let (end, names) = read(&connected(&server.address, limits()).await, &scope).await;

    assert_eq!((end.unwrap().problems, names), (Vec::new(), vec!["Pod/a".to_owned()]));
}

#[tokio::test]
async fn of_secrets_only_metadata_is_asked_for() {
    let server = serve(|asked| match asked.path.as_str() {
        "/api/v1/secrets" if !asked.accept.contains("as=PartialObjectMetadataList") => {
            failure(500, "in full")
        }
        "/api/v1/secrets" => list(&["token"], ""),
        "/api/v1/pods" | "/api/v1/services" => list(&[], ""),
        path => discovery(path, &json!([])).unwrap(),
    })
    .await;

    let (end, names) = read(&connected(&server.address, limits()).await, &Scope::default()).await;

    assert_eq!((end.unwrap().problems, names), (Vec::new(), vec!["Secret/token".to_owned()]));
}

#[tokio::test]
async fn a_broken_group_is_told_and_the_others_are_found() {
    let groups = json!([
        {"metadata": {"name": "keda.sh"}, "versions": [{"version": "v1alpha1", "freshness": "Stale"}]},
        {"metadata": {"name": "metrics.k8s.io"}, "versions": [{"version": "v1beta1", "freshness": "Stale"}]},
        {"metadata": {"name": "apps"}, "versions": [{"version": "v1", "freshness": "Current", "resources": [
            {"resource": "deployments", "responseKind": {"kind": "Deployment"}, "scope": "Namespaced", "verbs": ["list"]}]}]},
    ]);
    let server = serve(move |asked| discovery(&asked.path, &groups).unwrap()).await;

    let found = connected(&server.address, limits()).await.discover(&Wanted::default()).await.unwrap();

    let served: Vec<String> = found.served.iter().map(ToString::to_string).collect();
    assert_eq!(served, ["pods", "secrets", "services", "deployments.apps"]);
    assert_eq!(
        found.broken.iter().map(|one| one.group_version.as_str()).collect::<Vec<_>>(),
        ["keda.sh/v1alpha1"]
    );
    assert!(found.absent.contains(&"leases.coordination.k8s.io".to_owned()));
}

#[tokio::test]
async fn an_older_server_is_asked_group_by_group() {
    let server = serve(|asked| match asked.path.as_str() {
        "/api" => found(&json!({"kind": "APIVersions", "versions": ["v1"]})),
        "/api/v1" => found(&json!({"resources": [
            {"name": "pods", "kind": "Pod", "namespaced": true, "verbs": ["list", "watch"]},
            {"name": "pods/log", "kind": "Pod", "namespaced": true, "verbs": ["get"]}]})),
        "/apis" => found(&json!({"kind": "APIGroupList", "groups": [
            {"name": "autoscaling", "versions": [{"version": "v1"}, {"version": "v2"}], "preferredVersion": {"version": "v2"}},
            {"name": "keda.sh", "versions": [{"version": "v1"}]},
            {"name": "not.wanted", "versions": [{"version": "v1"}]}]})),
        "/apis/autoscaling/v1" | "/apis/autoscaling/v2" => found(&json!({"resources": [
            {"name": "horizontalpodautoscalers", "kind": "HorizontalPodAutoscaler", "namespaced": true, "verbs": ["list"]}]})),
        _ => failure(503, "no backend"),
    })
    .await;

    let found = connected(&server.address, limits()).await.discover(&Wanted::default()).await.unwrap();

    let served: Vec<_> = found.served.iter().map(|one| format!("{one} {}", one.version)).collect();
    assert_eq!(served, ["pods v1", "horizontalpodautoscalers.autoscaling v2"]);
    assert_eq!(found.broken.len(), 1);
    assert!(!server.asked.lock().unwrap().contains(&"/apis/not.wanted/v1".to_owned()));
}
