//! What is damaged, lost or impossible in the stores harms the one thing it belongs to, and is told by its name.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use bytes::Bytes;
use chiron::{
    ports::Ports,
    registry::{Setup, courier},
};
use chiron_function::Failure;
use chiron_model::Digest;
use chiron_runtime::{Answer, wire::from_json};
use chiron_store::{Commit, MAX_INLINE_BYTES, ObjectStore, Query, StateWrite};
use serde_json::{Value, json};
use std::fs;
use support::{
    cloud::Cloud,
    crash::crash,
    raw::{config_map, with},
};

/// The first four bytes of a zstd frame that readers pass over.
const PADDING: u32 = 0x184D_2A50;

const NAMESPACES: [&str; 3] = ["damaged", "large", "small"];

/// Delivers events to a function that has just been started.
async fn deliver(cloud: &Cloud, function: &str, events: &[Value]) -> Vec<Result<Answer, Failure>> {
    let courier = courier(function, &cloud.ports(), &Setup::default()).unwrap();
    let events = events.iter().map(|it| from_json(it.to_string().as_bytes()).unwrap());
    courier.deliver(&events.collect::<Vec<_>>()).await
}

/// An event for each namespace, given to `assess` in one batch.
async fn assess(cloud: &Cloud, id: &str) -> Vec<Result<Answer, Failure>> {
    deliver(cloud, "assess", &NAMESPACES.map(|namespace| crash(id, namespace))).await
}

/// Makes the state of a namespace too large for the table; gives the object that it lies in now.
async fn enlarge(ports: &Ports, namespace: &str) -> String {
    let key = format!("assess#live#lab/{namespace}");
    let state = ports.states.load(std::slice::from_ref(&key)).await.unwrap().remove(0).unwrap();
    let padding = vec![0_u8; MAX_INLINE_BYTES];
    let length = u32::try_from(padding.len()).unwrap();
    let frame = [&PADDING.to_le_bytes()[..], &length.to_le_bytes()[..], &padding[..]].concat();
    let body = [&state.body[..], &frame[..]].concat();
    let object = format!("states/{}", Digest::of(&body));
    let write = StateWrite {
        key,
        expected: Some(state.version),
        body: body.into(),
        expires_at: None,
        is_joined: false,
    };
    ports.states.commit(Commit { states: vec![write], ..Commit::default() }).await.unwrap();
    object
}

/// Two namespaces with large states and one with a small one; gives the object of the one to be damaged.
async fn three_namespaces(cloud: &Cloud) -> String {
    for answer in assess(cloud, "first").await {
        answer.unwrap();
    }
    let ports = cloud.ports();
    enlarge(&ports, "large").await;
    enlarge(&ports, "damaged").await
}

/// Delivers the next event to all namespaces: only one of them may suffer, and says which.
async fn expect_one_loss(cloud: &Cloud, object: &str) {
    let answers = assess(cloud, "second").await;

    let failure = answers[0].as_ref().unwrap_err();
    let told = failure.chain();
    assert!(failure.is_final(), "trying again does not help: {told}");
    assert!(told.contains("lab/damaged") || told.contains(object), "it does not say what: {told}");
    assert!(answers[1].is_ok(), "a large state that is whole: {:?}", answers[1]);
    assert!(answers[2].is_ok(), "a small state: {:?}", answers[2]);
    let letters = cloud.ports().records.query(Query::of("dead-letter")).await.unwrap();
    assert_eq!(letters.len(), 1);
}

#[tokio::test]
async fn a_lost_object_harms_one_key() {
    let cloud = Cloud::start().await;
    let object = three_namespaces(&cloud).await;

    cloud.objects().delete(&object).await.unwrap();

    expect_one_loss(&cloud, &object).await;
}

#[tokio::test]
async fn a_replaced_object_harms_one_key() {
    let cloud = Cloud::start().await;
    let object = three_namespaces(&cloud).await;

    cloud.objects().put(&object, Bytes::from_static(b"something else")).await.unwrap();

    expect_one_loss(&cloud, &object).await;
}

#[tokio::test]
async fn a_flipped_bit_on_the_disk_harms_one_key() {
    let cloud = Cloud::start().await;
    let object = three_namespaces(&cloud).await;
    let file = cloud.folder().join("s3").join(&cloud.clients().settings().bucket).join(&object);

    let mut bytes = fs::read(&file).unwrap();
    bytes[100] ^= 1;
    fs::write(&file, bytes).unwrap();

    expect_one_loss(&cloud, &object).await;
}

#[tokio::test]
async fn a_name_over_the_limit_harms_nobody_else() {
    let cloud = Cloud::start().await;
    let events = [crash("long", &"x".repeat(2_100)), crash("short", "shop")];

    let answers = deliver(&cloud, "assess", &events).await;

    assert!(
        answers[0].as_ref().is_err_and(Failure::is_final),
        "trying again does not help: {:?}",
        answers[0]
    );
    assert!(answers[1].is_ok(), "{:?}", answers[1]);
}

#[tokio::test]
async fn names_as_long_as_they_may_be_are_taken() {
    let cloud = Cloud::start().await;
    let mut change = config_map(&"n".repeat(253), 7, 0, &json!({}));
    change["data"]["metadata"]["namespace"] = "s".repeat(63).into();
    change["cluster"] = "c".repeat(128).into();
    let replayed = with(&change, "lane", json!("replay-0123456789abcdef"));

    let observed = deliver(&cloud, "observe", &[change, replayed]).await;

    let outputs: Vec<_> = observed.into_iter().flat_map(|it| it.unwrap().outputs).collect();
    let recorded = serde_json::to_value(&outputs[0]).unwrap();
    assert_eq!(recorded["type"], "dev.chiron.observations.recorded.v1");
    deliver(&cloud, "assess", &[recorded]).await.remove(0).unwrap();
    assert_eq!(cloud.objects().list("raw/").await.unwrap().len(), 1);
    assert_eq!(cloud.objects().list("replay-0123456789abcdef/raw/").await.unwrap().len(), 1);
}
