//! A consumer that is slow: what waits for it is bounded, and nothing is lost.

use crate::{
    rig::{PODS, Rig, quick},
    server::Server,
};
use chiron_cluster::watch::WatchConfig;
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc, time::Duration};

#[tokio::test]
async fn a_slow_consumer_is_waited_for() {
    let server = Server::start().await;
    let config = WatchConfig { waiting: 64 * 1024, ..quick() };
    let mut rig = Rig::with(&server, config, Arc::default()).await;
    rig.live().await;

    let blob = "x".repeat(8 * 1024);
    let versions: BTreeSet<u64> = (0..100)
        .map(|number| server.put(PODS, &format!("p-{}", number % 7), json!({"spec": blob})))
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let told = rig.kind("pods").changes;
    assert!(told < 20, "{told} changes of 8 KB are more than 64 KB");
    rig.until(|rig| rig.changes().count() >= 100).await;

    let found: BTreeSet<u64> = rig
        .changes()
        .map(|change| change.object["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap())
        .collect();
    assert_eq!(found, versions);
}

#[tokio::test]
async fn an_object_larger_than_all_the_room_passes() {
    let server = Server::start().await;
    let config = WatchConfig { waiting: 1024, ..quick() };
    let mut rig = Rig::with(&server, config, Arc::default()).await;
    rig.live().await;

    server.put(PODS, "large", json!({"spec": "x".repeat(100_000)}));
    server.put(PODS, "small", json!({}));
    rig.until(|rig| rig.told.len() == 2).await;

    assert_eq!(rig.short(), ["add large", "add small"]);
}

#[tokio::test]
async fn a_line_that_is_too_long_leads_to_a_list() {
    let server = Server::start().await;
    let config = WatchConfig { longest: 10_000, ..quick() };
    let mut rig = Rig::with(&server, config, Arc::default()).await;
    rig.live().await;

    server.put(PODS, "large", json!({"spec": "x".repeat(100_000)}));
    rig.until(|rig| !rig.lapses().is_empty()).await;

    assert_eq!(rig.short(), ["add large late"]);
}
