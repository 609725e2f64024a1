//! The stores of production over DynamoDB and S3 in the test: the promises that every function builds on.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use bytes::Bytes;
use chiron::ports::Ports;
use chiron_model::{Digest, Lane, Timestamp};
use chiron_store::{
    Commit, CommitError, MAX_INLINE_BYTES, ObjectStore, Order, Query, Record, Seen, StateWrite, StoreError,
    Versioned,
};
use serde_json::json;
use std::fs;
use support::{cloud::Cloud, process::until};

fn write(key: &str, expected: Option<u64>, body: impl Into<Bytes>) -> StateWrite {
    StateWrite { key: key.to_owned(), expected, body: body.into(), expires_at: None, is_joined: false }
}

fn of_states(states: impl IntoIterator<Item = StateWrite>) -> Commit {
    Commit { states: states.into_iter().collect(), ..Commit::default() }
}

fn of_records(records: &[Record]) -> Commit {
    Commit { records: records.to_vec(), ..Commit::default() }
}

/// What lies under keys, as another process finds it.
async fn load(cloud: &Cloud, keys: &[String]) -> Vec<Option<Versioned>> {
    cloud.ports().states.load(keys).await.unwrap()
}

fn names(kind: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{kind}-{number}")).collect()
}

fn seen(key: String) -> Seen {
    Seen { key, hash: "h".to_owned(), outputs: Bytes::from_static(b"[]"), expires_at: Timestamp::MAX }
}

/// Records in the order of their time, of which two at a time share one.
fn record(number: u32) -> Record {
    let is_even = number.is_multiple_of(2);
    Record {
        kind: "incident".to_owned(),
        id: format!("{number:04}"),
        schema_version: 1,
        status: if is_even { "open" } else { "closed" }.to_owned(),
        at: Timestamp::from_secs(1_795_000_000 + i64::from(number / 2)),
        object: "lab/shop/Deployment/web".to_owned(),
        lane: if number.is_multiple_of(3) { Lane::sealed() } else { Lane::live() },
        body: json!({"number": number}),
    }
}

/// A record that can hardly be compressed: of thirty a page is full.
fn bulky(number: u32) -> Record {
    let noise = (0..1_000).map(|line| Digest::of(format!("{number}/{line}").as_bytes()).to_string());
    Record { body: json!({"noise": noise.collect::<String>()}), ..record(number) }
}

fn ids(records: &[Record]) -> Vec<&str> {
    records.iter().map(|it| it.id.as_str()).collect()
}

#[tokio::test]
async fn the_loser_of_a_race_is_told() {
    let cloud = Cloud::start().await;
    let (one, other) = (cloud.ports().states, cloud.ports().states);
    one.commit(of_states([write("k", None, "begun")])).await.unwrap();

    let race = tokio::join!(
        one.commit(of_states([write("k", Some(1), "one")])),
        other.commit(of_states([write("k", Some(1), "other")])),
    );

    let (winner, told) = match race {
        (Ok(()), Err(told)) => ("one", told),
        (Err(told), Ok(())) => ("other", told),
        (Ok(()), Ok(())) => panic!("both won"),
        (Err(one), Err(other)) => panic!("nobody won: {one}; {other}"),
    };
    assert!(matches!(&told, CommitError::Conflict(keys) if keys[..] == ["k"]), "{told}");
    let found = load(&cloud, &["k".to_owned()]).await.remove(0).unwrap();
    assert_eq!((&found.body[..], found.version), (winner.as_bytes(), 2));
    other.commit(of_states([write("k", Some(found.version), "again")])).await.unwrap();
}

#[tokio::test]
async fn writers_that_try_again_lose_no_change() {
    let cloud = Cloud::start().await;
    let writers = (0..6).map(|_| add_five(cloud.ports()));

    futures::future::join_all(writers).await;

    let found = load(&cloud, &["k".to_owned()]).await.remove(0).unwrap();
    assert_eq!((&found.body[..], found.version), (&[30][..], 30));
}

async fn add_five(ports: Ports) {
    for _ in 0..5 {
        until("a moment when nobody is in the way", async || add_one(&ports).await.ok()).await;
    }
}

async fn add_one(ports: &Ports) -> Result<(), CommitError> {
    let found = ports.states.load(&["k".to_owned()]).await?.remove(0);
    let (number, version) = found.map_or((0, None), |it| (it.body[0], Some(it.version)));
    ports.states.commit(of_states([write("k", version, vec![number + 1])])).await
}

#[tokio::test]
async fn a_large_state_comes_back_from_the_bucket() {
    let (cloud, keys) = (Cloud::start().await, names("state", 2));
    let (states, bucket) = (cloud.ports().states, cloud.objects());
    let (small, large) = (vec![1_u8; MAX_INLINE_BYTES], vec![2_u8; MAX_INLINE_BYTES + 1]);
    let writes = [write(&keys[0], None, small.clone()), write(&keys[1], None, large.clone())];

    states.commit(of_states(writes)).await.unwrap();

    let found: Vec<Bytes> = load(&cloud, &keys).await.into_iter().map(|it| it.unwrap().body).collect();
    assert!(found[0] == small && found[1] == large, "not what was written");
    let spilled = bucket.list("states/").await.unwrap();
    assert_eq!(spilled.len(), 1);
    assert_eq!(spilled[0].key, format!("states/{}", Digest::of(&large)));
    states.commit(of_states([write(&keys[1], Some(1), "small again")])).await.unwrap();
    assert!(bucket.list("states/").await.unwrap().is_empty(), "nobody names it any more");
}

#[tokio::test]
async fn a_commit_of_hundreds_of_items_is_taken_whole() {
    let (cloud, keys) = (Cloud::start().await, names("state", 120));
    let commit = Commit {
        states: keys.iter().map(|key| write(key, None, key.clone())).collect(),
        seen: names("seen", 60).into_iter().map(seen).collect(),
        records: (0..150).map(record).collect(),
    };

    cloud.ports().states.commit(commit).await.unwrap();

    let Ports { states, records, .. } = cloud.ports();
    let found: Vec<Bytes> = load(&cloud, &keys).await.into_iter().map(|it| it.unwrap().body).collect();
    assert!(found.iter().zip(&keys).all(|(body, key)| body == key.as_bytes()));
    assert_eq!(states.seen(&names("seen", 60)).await.unwrap().len(), 60);
    assert_eq!(records.query(Query::of("incident")).await.unwrap().len(), 150);
}

#[tokio::test]
async fn a_commit_of_many_megabytes_is_taken_whole() {
    let (cloud, keys) = (Cloud::start().await, names("state", 20));

    let large = keys.iter().map(|key| write(key, None, vec![7_u8; 290 << 10]));
    cloud.ports().states.commit(of_states(large)).await.unwrap();

    let found = load(&cloud, &keys).await;
    assert!(found.iter().flatten().all(|it| it.body.len() == 290 << 10));
    assert_eq!(found.iter().flatten().count(), 20);
}

#[tokio::test]
async fn what_is_joined_changes_together_or_not_at_all() {
    let (cloud, keys) = (Cloud::start().await, names("state", 2));
    let stale = StateWrite { is_joined: true, ..write(&keys[1], Some(5), "page") };
    // One more item would fit into the first transaction, but not both.
    let records: Vec<Record> = (0..99).map(record).collect();
    let commit = Commit { states: vec![write(&keys[0], None, "state"), stale], ..of_records(&records) };

    let told = cloud.ports().states.commit(commit).await.unwrap_err();

    assert!(matches!(&told, CommitError::Conflict(stale) if stale[..] == keys[1..]), "{told}");
    assert_eq!(load(&cloud, &keys).await, [None, None]);
}

#[tokio::test]
async fn a_handled_input_stops_the_commit() {
    let (cloud, keys) = (Cloud::start().await, names("state", 1));
    let states = cloud.ports().states;
    states.commit(Commit { seen: vec![seen("s".to_owned())], ..Commit::default() }).await.unwrap();
    let writes = [write(&keys[0], None, "state")];

    let told =
        states.commit(Commit { seen: vec![seen("s".to_owned())], ..of_states(writes) }).await.unwrap_err();

    assert!(matches!(&told, CommitError::Seen(again) if again[0].outputs == "[]"), "{told}");
    assert_eq!(load(&cloud, &keys).await, [None]);
}

#[tokio::test]
async fn a_key_over_the_limit_is_no_conflict() {
    let (cloud, keys) = (Cloud::start().await, names("state", 1));
    let long = "x".repeat(2_049);

    let commit = of_states([write(&keys[0], None, "state"), write(&long, None, "state")]);
    let told = cloud.ports().states.commit(commit).await.unwrap_err();

    assert_eq!(load(&cloud, &keys).await, [None], "all or nothing");
    assert!(!matches!(told, CommitError::Conflict(_)), "nobody else wrote it: {told}");
    assert!(told.to_string().contains("2048"), "{told}");
}

#[tokio::test]
async fn a_list_of_many_pages_keeps_its_order() {
    let cloud = Cloud::start().await;
    let all: Vec<Record> = (0..60).map(bulky).collect();
    let Ports { states, records, .. } = cloud.ports();
    states.commit(of_records(&all)).await.unwrap();

    let newest = records.query(Query::of("incident")).await.unwrap();
    let oldest = Query { order: Order::OldestFirst, limit: Some(7), ..Query::of("incident") };
    let oldest = records.query(oldest).await.unwrap();

    assert!(newest.iter().eq(all.iter().rev()), "{:?}", ids(&newest));
    assert!(oldest == all[..7], "{:?}", ids(&oldest));
}

#[tokio::test]
async fn a_list_holds_only_what_was_asked_for() {
    let cloud = Cloud::start().await;
    let Ports { states, records, .. } = cloud.ports();
    let mut all: Vec<Record> = (0..12).map(record).collect();
    all.push(Record { kind: "plan".to_owned(), ..record(12) });
    states.commit(of_records(&all)).await.unwrap();
    states.commit(of_records(&[Record { status: "closed".to_owned(), ..record(6) }])).await.unwrap();

    let open = Query { status: Some("open".to_owned()), ..Query::of("incident") };
    let sealed = Query { lane: Some(Lane::sealed()), limit: Some(2), ..open.clone() };

    assert_eq!(ids(&records.query(open).await.unwrap()), ["0010", "0008", "0004", "0002", "0000"]);
    assert_eq!(ids(&records.query(sealed).await.unwrap()), ["0000"]);
    assert_eq!(records.get("incident", "0007").await.unwrap(), Some(record(7)));
    assert_eq!(records.get("incident", "0012").await.unwrap(), None, "it is a plan");
}

#[tokio::test]
async fn a_range_is_read_without_the_rest() {
    let cloud = Cloud::start().await;
    let bucket = cloud.objects();
    bucket.put("raw/a", Bytes::from_static(b"0123456789")).await.unwrap();

    for (range, expected) in [(0..4, "0123"), (4..10, "456789"), (8..99, "89")] {
        assert_eq!(bucket.get("raw/a", Some(range)).await.unwrap(), expected);
    }

    let missing = bucket.get("raw/b", Some(0..4)).await.unwrap_err();
    assert!(matches!(&missing, StoreError::Missing { key, .. } if key == "raw/b"), "{missing}");
    bucket.delete("raw/b").await.unwrap();
}

#[tokio::test]
async fn a_list_of_thousands_is_whole() {
    let cloud = Cloud::start().await;
    let folder = cloud.folder().join("s3").join(&cloud.clients().settings().bucket).join("many");
    fs::create_dir(&folder).unwrap();
    for number in 0..2_345 {
        fs::write(folder.join(format!("{number:04}")), "x").unwrap();
    }

    let found = cloud.objects().list("many/").await.unwrap();

    assert_eq!(found.len(), 2_345);
    assert!(found.is_sorted());
}
