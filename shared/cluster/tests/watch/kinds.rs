//! Kinds that come and go.

use crate::{
    rig::{Rig, quick},
    server::Server,
};
use chiron_cluster::watch::{KindState, WatchConfig};
use serde_json::json;
use std::{sync::Arc, time::Duration};

const ROLLOUTS: &str = "/apis/argoproj.io/v1/rollouts";
const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

#[tokio::test]
async fn a_kind_that_appears_is_watched() {
    let server = Server::start().await;
    let mut rig = Rig::start(&server).await;
    rig.live().await;

    server.define(ROLLOUTS, "argoproj.io", "Rollout");
    server.put(ROLLOUTS, "a", json!({"status": "not an object"}));
    rig.until(|rig| rig.told.len() == 1).await;

    assert_eq!(rig.changes().next().unwrap().object["kind"], "Rollout");
    rig.until(|rig| rig.kind("rollouts.argoproj.io").state == KindState::Live).await;
    assert!(rig.lapses_of("rollouts").is_empty());
}

#[tokio::test]
async fn a_new_definition_is_looked_at_at_once() {
    let server = Server::start().await;
    server.define(DEFINITIONS, "apiextensions.k8s.io", "CustomResourceDefinition");
    let config = WatchConfig { rediscovery: Duration::from_hours(1), ..quick() };
    let mut rig = Rig::with(&server, config, Arc::default()).await;
    rig.live().await;

    server.define(ROLLOUTS, "argoproj.io", "Rollout");
    server.put(ROLLOUTS, "a", json!({}));
    server.put(DEFINITIONS, "rollouts.argoproj.io", json!({}));
    rig.until(|rig| rig.short().contains(&"add a".to_owned())).await;
}

#[tokio::test]
async fn a_kind_that_goes_away_is_absent_and_not_deleted() {
    let server = Server::start().await;
    server.define(ROLLOUTS, "argoproj.io", "Rollout");
    server.put(ROLLOUTS, "a", json!({}));
    let mut rig = Rig::start(&server).await;
    rig.until(|rig| rig.changes().count() == 1).await;
    rig.live().await;

    server.state().kinds.remove(ROLLOUTS);
    server.cut();
    rig.until(|rig| rig.kind("rollouts.argoproj.io").state == KindState::Absent).await;
    assert_eq!(rig.short(), ["add a"]);

    server.define(ROLLOUTS, "argoproj.io", "Rollout");
    server.delete(ROLLOUTS, "a");
    rig.until(|rig| rig.changes().count() == 2).await;
    assert_eq!(rig.short()[1], "delete a");
}

#[tokio::test]
async fn only_some_namespaces_may_be_watched() {
    let server = Server::start().await;
    server.define("/api/v1/namespaces/n/pods", "", "Pod");
    server.put("/api/v1/namespaces/n/pods", "a", json!({}));
    server.put("/api/v1/pods", "elsewhere", json!({}));
    let config = WatchConfig { namespaces: vec!["n".to_owned()], ..quick() };
    let mut rig = Rig::with(&server, config, Arc::default()).await;

    rig.until(|rig| rig.told.len() == 1).await;

    assert_eq!(rig.short(), ["add a"]);
}
