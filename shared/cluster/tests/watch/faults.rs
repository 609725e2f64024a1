//! Servers that refuse: nothing is told as deleted because of it.

use crate::{
    rig::{PODS, Rig, SECRETS, now},
    server::Server,
};
use chiron_cluster::watch::{ClusterState, KindState};
use serde_json::json;
use std::time::Duration;
use tokio::time::Instant;

fn is_unknown(rig: &Rig) -> bool {
    matches!(rig.health.summary(now()), ClusterState::Unknown { .. })
}

#[tokio::test]
async fn an_expired_credential_makes_the_cluster_unknown_and_deletes_nothing() {
    let server = Server::start().await;
    server.put(PODS, "a", json!({}));
    let mut rig = Rig::start(&server).await;
    rig.live().await;

    server.state().is_locked = true;
    server.cut();
    rig.until(is_unknown).await;
    server.put(PODS, "b", json!({}));
    server.state().is_locked = false;
    rig.live().await;
    rig.until(|rig| rig.told.len() >= 2).await;

    assert_eq!(rig.short(), ["add a", "add b"]);
    assert!(rig.lapses().is_empty(), "nothing was lost");
    assert!(rig.kind("pods").trouble.unwrap().contains("expired"));
}

#[tokio::test]
async fn a_refused_connection_makes_the_cluster_unknown_and_deletes_nothing() {
    let mut server = Server::start().await;
    server.put(PODS, "a", json!({}));
    let mut rig = Rig::start(&server).await;
    rig.live().await;

    server.stop();
    rig.until(is_unknown).await;
    server.resume().await;
    rig.live().await;

    assert_eq!(rig.short(), ["add a"]);
}

#[tokio::test]
async fn a_kind_that_may_not_be_read_stops_no_other() {
    let server = Server::start().await;
    server.put(PODS, "a", json!({}));
    server.put(SECRETS, "s", json!({}));
    server.state().forbidden.insert(SECRETS.to_owned());
    let mut rig = Rig::start(&server).await;

    rig.until(|rig| rig.told.len() == 1 && rig.kind("secrets").state == KindState::Forbidden).await;
    assert_eq!(rig.short(), ["add a"]);
    assert!(rig.kind("secrets").trouble.unwrap().contains("may not"));

    let tries = |server: &Server| server.state().requests.iter().filter(|it| it.starts_with(SECRETS)).count();
    let before = tries(&server);
    rig.until(|_| tries(&server) > before).await;
    assert_eq!(rig.sight_of("secrets"), ["lost", "given up"], "it is told once, not at each try");
    server.state().forbidden.clear();
    rig.until(|rig| rig.told.len() == 2).await;
    assert_eq!(rig.short()[1], "add s", "it is tried again");
    rig.until(|rig| rig.sight_of("secrets").last() == Some(&"known")).await;
}

#[tokio::test]
async fn who_asks_to_wait_is_given_the_time() {
    let server = Server::start().await;
    server.put(PODS, "a", json!({}));
    server.state().refusals = 3;
    let begun = Instant::now();
    let mut rig = Rig::start(&server).await;

    rig.live().await;

    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(rig.short(), ["add a"]);
    let asked = server.state().requests.iter().filter(|it| it.contains("limit=")).count();
    assert!(asked < 10, "{asked} requests");
}
