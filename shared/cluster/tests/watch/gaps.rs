//! Gaps: what is resumed without loss, and what must be found by listing again.

use crate::{
    rig::{PODS, Rig, now, quick},
    server::Server,
};
use chiron_cluster::watch::WatchConfig;
use serde_json::json;
use std::{sync::Arc, time::Duration};

async fn with_three() -> (Server, Rig) {
    let server = Server::start().await;
    for name in ["a", "b", "c"] {
        server.put(PODS, name, json!({}));
    }
    let mut rig = Rig::start(&server).await;
    rig.live().await;
    (server, rig)
}

#[tokio::test]
async fn a_short_cut_is_resumed_and_is_no_lapse() {
    let (server, mut rig) = with_three().await;

    server.cut();
    server.put(PODS, "d", json!({}));
    server.delete(PODS, "a");
    rig.until(|rig| rig.told.len() >= 5).await;

    assert_eq!(rig.short()[3..], ["add d", "delete a"]);
    assert_eq!((rig.lapses().len(), rig.kind("pods").lists), (0, 1));
}

#[tokio::test]
async fn a_bookmark_is_where_a_watch_goes_on() {
    let (server, mut rig) = with_three().await;

    let before = now();
    let version = server.bookmark(PODS);
    server.state().compacted = version;
    rig.until(|rig| rig.kind("pods").newest.is_some_and(|it| it > before)).await;
    server.cut();
    server.put(PODS, "d", json!({}));
    rig.until(|rig| rig.told.len() >= 4).await;

    assert_eq!((rig.lapses().len(), rig.kind("pods").lists), (0, 1));
    let asked = format!("resourceVersion={version}&");
    assert!(server.state().requests.iter().any(|it| it.starts_with(PODS) && it.contains(&asked)));
}

#[tokio::test]
async fn after_410_all_is_compared_and_the_lapse_is_told() {
    let (mut server, mut rig) = with_three().await;
    let before = rig.kind("pods").newest.unwrap();

    server.stop();
    server.delete(PODS, "a");
    server.put(PODS, "b", json!({"spec": 2}));
    server.put(PODS, "d", json!({}));
    server.compact();
    server.resume().await;
    rig.until(|rig| !rig.lapses().is_empty()).await;

    assert_eq!(rig.short()[3..], ["update b late", "add d late", "delete a late"]);
    let gone = rig.changes().last().unwrap();
    assert_eq!(gone.object["metadata"]["uid"], "u-11");
    assert_eq!(gone.object["metadata"]["resourceVersion"], "11");
    let lapse = rig.lapses()[0];
    assert_eq!(lapse.late, 3);
    assert!(lapse.from >= Some(before) && lapse.from < lapse.until && lapse.until <= Some(now()));
    assert!(!lapse.reason.is_empty());
}

#[tokio::test]
async fn a_410_inside_a_watch_is_one_too() {
    let (server, mut rig) = with_three().await;

    server
        .say(PODS, json!({"type": "ERROR", "object": {"kind": "Status", "code": 410, "message": "too old"}}));
    rig.until(|rig| !rig.lapses().is_empty()).await;

    assert_eq!(rig.lapses()[0].late, 0);
    assert_eq!(rig.lapses()[0].reason, "too old");
    assert_eq!(rig.short().len(), 3, "nothing changed, so nothing is told again");
}

#[tokio::test]
async fn a_list_that_expires_halfway_is_begun_anew_and_tells_nothing_twice() {
    let server = Server::start().await;
    for name in ["a", "b", "c", "d", "e"] {
        server.put(PODS, name, json!({}));
    }
    server.state().expired_tokens = 2;
    let mut rig = Rig::start(&server).await;
    rig.live().await;

    assert_eq!(rig.short(), ["add a", "add b", "add c", "add d", "add e"]);
    assert_eq!((rig.lapses().len(), rig.kind("pods").lists), (0, 1));
}

#[tokio::test]
async fn half_a_line_is_read_again_and_whole() {
    let (server, mut rig) = with_three().await;

    server.state().is_cut = true;
    server.put(PODS, "d", json!({"spec": {"text": "a long enough one"}}));
    rig.until(|rig| rig.told.len() >= 4).await;

    assert_eq!(rig.short()[3..], ["add d"]);
    assert_eq!(rig.changes().last().unwrap().object["spec"]["text"], "a long enough one");
    assert!(rig.lapses().is_empty());
}

#[tokio::test]
async fn a_cluster_that_went_back_in_time_is_listed_again() {
    let (mut server, mut rig) = with_three().await;

    server.stop();
    {
        let mut state = server.state();
        state.version = 5;
        state.log.clear();
        let name = (PODS.to_owned(), "a".to_owned());
        state.objects.get_mut(&name).unwrap()["metadata"]["resourceVersion"] = "4".into();
    }
    server.resume().await;
    rig.until(|rig| !rig.lapses().is_empty()).await;

    assert_eq!(rig.short()[3..], ["update a late"]);
}

#[tokio::test]
async fn a_kind_that_is_not_seen_for_long_is_told_as_lost_and_as_found() {
    let server = Server::start().await;
    server.put(PODS, "a", json!({}));
    let config = WatchConfig { patience: Duration::from_millis(50), ..quick() };
    let mut rig = Rig::with(&server, config, Arc::default()).await;
    rig.live().await;
    assert_eq!(rig.sight_of("pods"), ["lost", "known"], "a first list begins with nothing known");

    let mut server = server;
    server.stop();
    rig.until(|rig| rig.sight_of("pods").len() == 3).await;
    server.resume().await;
    rig.until(|rig| rig.sight_of("pods").len() == 4).await;

    assert_eq!(rig.sight_of("pods")[2..], ["lost", "known"]);
    assert_eq!(rig.kind("pods").lists, 1, "the watch went on where it was");
    assert_eq!(rig.lapses()[0].late, 0);
}
