//! What is told of objects, whatever they look like.

use crate::{
    rig::{PODS, Rig, SECRETS},
    server::Server,
};
use serde_json::json;

#[tokio::test]
async fn what_exists_is_told_and_then_each_change() {
    let server = Server::start().await;
    for name in ["a", "b", "c"] {
        server.put(PODS, name, json!({}));
    }
    let mut rig = Rig::start(&server).await;
    rig.live().await;

    server.put(PODS, "b", json!({"spec": 1}));
    server.put(PODS, "d", json!({}));
    server.delete(PODS, "a");
    rig.until(|rig| rig.told.len() >= 6).await;

    assert_eq!(rig.short(), ["add a", "add b", "add c", "update b", "add d", "delete a"]);
    assert!(rig.lapses().is_empty(), "a first look is no gap");
    let change = rig.changes().next().unwrap();
    assert_eq!((&change.object["kind"], &change.object["apiVersion"]), (&json!("Pod"), &json!("v1")));
}

#[tokio::test]
async fn an_object_that_was_deleted_and_made_anew_is_another_one() {
    let server = Server::start().await;
    server.put(PODS, "a", json!({}));
    let mut rig = Rig::start(&server).await;
    rig.live().await;

    server.stop();
    server.delete(PODS, "a");
    server.put(PODS, "a", json!({}));
    server.compact();
    let mut server = server;
    server.resume().await;
    rig.until(|rig| !rig.lapses().is_empty()).await;

    assert_eq!(rig.short(), ["add a", "delete a late", "add a late"]);
    assert_eq!(rig.lapses()[0].late, 1);
}

#[tokio::test]
async fn objects_may_be_odd_and_large() {
    let server = Server::start().await;
    let large = "x".repeat(1_000_000);
    let mut rig = Rig::start(&server).await;
    rig.live().await;

    server.put(PODS, "large", json!({"metadata": {"annotations": {"blob": large}}}));
    server.put(PODS, "status-is-text", json!({"status": "Ready"}));
    server.put(PODS, "status-is-a-list", json!({"status": [1, {"phase": null}], "spec": null}));
    server.put(PODS, "system:a b \"ü\".c", json!({"metadata": {"managedFields": [{"manager": "m"}]}}));
    rig.until(|rig| rig.told.len() >= 4).await;

    let objects: Vec<_> = rig.changes().map(|it| it.object.clone()).collect();
    assert_eq!(objects[0]["metadata"]["annotations"]["blob"].as_str().unwrap().len(), 1_000_000);
    assert_eq!(objects[1]["status"], "Ready");
    assert_eq!(objects[2]["status"][0], 1);
    assert_eq!(objects[3]["metadata"]["name"], "system:a b \"ü\".c");
    assert_eq!(objects[3]["metadata"]["managedFields"][0]["manager"], "m");
}

#[tokio::test]
async fn of_secrets_nothing_but_metadata_is_told() {
    let server = Server::start().await;
    server.put(SECRETS, "listed", json!({"data": {"password": "aHVudGVyMg=="}}));
    let mut rig = Rig::start(&server).await;
    rig.live().await;

    server.put(SECRETS, "watched", json!({"data": {"password": "aHVudGVyMg=="}}));
    rig.until(|rig| rig.told.len() >= 2).await;

    let text = format!("{:?}", rig.told);
    assert!(!text.contains("aHVudGVyMg"), "{text}");
    assert_eq!(rig.changes().next().unwrap().object["kind"], "Secret");
}

#[tokio::test]
async fn what_is_no_object_stops_nothing() {
    let server = Server::start().await;
    let mut rig = Rig::start(&server).await;
    rig.live().await;

    server.say(PODS, json!({"type": "ADDED", "object": {"metadata": {"name": "no-uid"}}}));
    server.say(PODS, json!({"type": "ADDED", "object": "text"}));
    server.say(PODS, json!({"type": "NEWS", "object": {}}));
    server.put(PODS, "a", json!({}));
    rig.until(|rig| !rig.told.is_empty()).await;

    assert_eq!(rig.short(), ["add a"]);
    assert_eq!(rig.kind("pods").skipped, 3);
}
