//! Our own restart: nothing is told twice that was taken, and nothing is missing.

use crate::{
    rig::{Kept, PODS, Rig, quick},
    server::Server,
};
use serde_json::json;
use std::sync::Arc;

async fn first_life(server: &Server) -> Arc<Kept> {
    let memory: Arc<Kept> = Arc::default();
    for name in ["a", "b", "c"] {
        server.put(PODS, name, json!({}));
    }
    let mut rig = Rig::with(server, quick(), Arc::clone(&memory)).await;
    rig.live().await;
    rig.stop().await;
    memory
}

#[tokio::test]
async fn a_short_stop_is_resumed_from_what_was_saved() {
    let server = Server::start().await;
    let memory = first_life(&server).await;

    server.put(PODS, "b", json!({"spec": 1}));
    server.delete(PODS, "c");
    let mut rig = Rig::with(&server, quick(), memory).await;
    rig.until(|rig| rig.changes().count() >= 2).await;

    assert_eq!(rig.short(), ["update b", "delete c"]);
    assert_eq!((rig.lapses().len(), rig.lapses()[0].late), (1, 0), "nobody saw, and nothing was missed");
    assert_eq!(rig.kind("pods").lists, 0);
}

#[tokio::test]
async fn after_a_long_stop_the_difference_is_told() {
    let server = Server::start().await;
    let memory = first_life(&server).await;

    server.delete(PODS, "a");
    server.put(PODS, "d", json!({}));
    server.compact();
    let mut rig = Rig::with(&server, quick(), memory).await;
    rig.until(|rig| !rig.lapses().is_empty()).await;

    assert_eq!(rig.short(), ["add d late", "delete a late"]);
    assert_eq!((rig.lapses()[0].late, rig.lapses()[0].reason.as_str()), (2, "nothing was watching"));
}

#[tokio::test]
async fn what_was_not_taken_is_told_again() {
    let server = Server::start().await;
    let memory = first_life(&server).await;
    let mut rig = Rig::with(&server, quick(), Arc::clone(&memory)).await;
    rig.live().await;
    server.put(PODS, "d", json!({}));
    let told = rig.feed.next(100, std::time::Duration::ZERO).await.unwrap().len();
    assert_eq!(told, 1);

    // It dies before the batch was taken.
    rig.stop().await;
    let mut rig = Rig::with(&server, quick(), memory).await;
    rig.until(|rig| !rig.told.is_empty()).await;

    assert_eq!(rig.short(), ["add d"]);
}
