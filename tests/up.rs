//! `chiron up` as a process of its own: what it acknowledges it keeps, whatever becomes of the process.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use support::{
    http::{STRUCTURED, request},
    platform::{LOCAL, Platform, change, incident, kept, story, up},
    process::{Process, page, post, until, within},
    recordings::files,
};

/// Sends events until one is not acknowledged; counts those that are.
async fn send(url: String, events: Vec<String>, acknowledged: Arc<AtomicUsize>) {
    for event in &events {
        if post(&url, event).await != Some(202) {
            return;
        }
        acknowledged.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn events_are_taken_on_both_paths() {
    let (folder, story) = (tempfile::tempdir().unwrap(), story());
    let platform = Platform::start(folder.path()).await;

    for (path, event, expected) in [("", 0, 202), ("/default/chiron", 1, 202), ("/elsewhere", 2, 404)] {
        let url = format!("{}{path}", platform.url);
        assert_eq!(post(&url, &story[event]).await, Some(expected), "{path}");
    }

    let taken: BTreeSet<_> = story[..2].iter().map(|event| change(event)).collect();
    assert_eq!(kept(folder.path()).await, taken);
}

#[tokio::test]
async fn whatever_was_acknowledged_survives_a_kill() {
    let (folder, story) = (tempfile::tempdir().unwrap(), story());
    let mut first = Platform::start(folder.path()).await;
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let sender = tokio::spawn(send(first.url.clone(), story.clone(), Arc::clone(&acknowledged)));
    let count = || acknowledged.load(Ordering::SeqCst);
    until("forty events", async || (count() >= 40).then_some(())).await;

    first.process.kill();

    within("the sender", sender).await.unwrap();
    assert!(count() < story.len(), "the kill came too late");
    let second = Platform::start(folder.path()).await;
    let kept = kept(folder.path()).await;
    let lost: Vec<_> = story[..count()].iter().filter(|event| !kept.contains(&change(event))).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    second.accept(&story[count()..]).await;
    assert_eq!(incident(folder.path()).await["root_cause"]["mechanism"], "memory-limit-below-need");
}

#[tokio::test]
async fn a_restart_works_off_what_was_in_flight() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Platform::start(folder.path()).await;
    first.accept(&story()).await;

    first.process.kill();

    let _second = Platform::start(folder.path()).await;
    let incident = incident(folder.path()).await;
    assert_eq!(incident["namespace"], "shop-oom");
    assert_eq!(incident["root_cause"]["mechanism"], "memory-limit-below-need");
}

#[tokio::test]
async fn a_stop_works_off_what_was_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let mut platform = Platform::start(folder.path()).await;
    platform.accept(&story()).await;

    platform.process.terminate();

    assert_eq!(platform.process.end().await.code, Some(0));
    assert_eq!(incident(folder.path()).await["namespace"], "shop-oom");
}

#[tokio::test]
async fn a_second_process_is_refused_and_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let first = Platform::start(folder.path()).await;

    let second = Process::start(&mut up(folder.path(), LOCAL)).end().await;

    let pid = format!("(pid {})", first.process.pid());
    second.fails_with(&[
        "belongs to another chiron process",
        &pid,
        folder.path().to_str().unwrap(),
        "--data-dir",
    ]);
    first.accept(&story()[..1]).await;
    assert_eq!(page(&format!("{}/readyz", first.url)).await.unwrap().0, 200);
    assert_eq!(kept(folder.path()).await.len(), 1, "commands still find it");
}

#[tokio::test]
async fn another_address_needs_a_token() {
    let folder = tempfile::tempdir().unwrap();

    let ended = Process::start(&mut up(folder.path(), "0.0.0.0:0")).end().await;

    ended.fails_with(&["0.0.0.0:0 can be reached by others", "--token", "CHIRON_TOKEN", "127.0.0.1"]);
    assert!(files(folder.path()).is_empty(), "nothing was begun");
}

#[tokio::test]
async fn with_a_token_nobody_sends_without_it() {
    let (folder, story) = (tempfile::tempdir().unwrap(), story());
    let platform = Platform::listen(up(folder.path(), "0.0.0.0:0").env("CHIRON_TOKEN", "sesame")).await;
    let shows = async |token: &str| {
        let sent = request(&platform.url, STRUCTURED, story[0].clone()).header("authorization", token).send();
        within("an answer", sent).await.unwrap().status().as_u16()
    };

    assert_eq!(post(&platform.url, &story[0]).await, Some(401));
    for wrong in ["sesame", "Bearer sesam", "Bearer sesame2", "Bearer "] {
        assert_eq!(shows(wrong).await, 401, "{wrong}");
    }
    assert!(kept(folder.path()).await.is_empty());
    assert_eq!(shows("Bearer sesame").await, 202);
}
