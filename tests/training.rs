//! `chiron train sequence` and `chiron bench sequence`: what is learned can be read back, and is the same each time.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use chiron_aws::{DataFolder, Embedded, S3Objects};
use chiron_model::{Digest, Timestamp};
use chiron_store::ObjectStore;
use chiron_streaming::{Learner, SequenceDetector, SequenceStep, Snapshot};
use serde_json::Value;
use std::{collections::BTreeMap, fs};
use support::{
    desk::{Desk, hints_exist},
    recordings::{lines, recording},
};

const LATEST: &str = "models/sequence/recording/latest.json";

/// All models that a desk has stored, by their keys.
async fn models(desk: &Desk) -> BTreeMap<String, Vec<u8>> {
    let folder = DataFolder::take(&desk.folder().join("data")).unwrap();
    let embedded = Embedded::start(folder).await.unwrap();
    let bucket = S3Objects::new(embedded.clients());
    let mut found = BTreeMap::new();
    for object in bucket.list("models/").await.unwrap() {
        let bytes = bucket.get(&object.key, None).await.unwrap();
        found.insert(object.key, bytes.to_vec());
    }
    found
}

fn unpacked(model: &[u8]) -> Snapshot {
    serde_json::from_slice(&zstd::stream::decode_all(model).unwrap()).unwrap()
}

/// Trains on a recording and gives what was printed as JSON.
async fn train(desk: &Desk, name: &str) -> Value {
    let file = recording(name);
    let ended = desk.run(&["train", "sequence", file.to_str().unwrap(), "-o", "json"]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended.json()
}

#[tokio::test]
async fn what_is_learned_from_a_recording_can_be_read_back() {
    let desk = Desk::new();

    let told = train(&desk, "shop-oom").await;

    let models = models(&desk).await;
    let latest: Value = serde_json::from_slice(&models[LATEST]).unwrap();
    for field in ["key", "name", "version", "steps", "from", "until", "bits"] {
        assert_eq!(latest[field], told[field], "{field}");
    }
    let key = latest["key"].as_str().unwrap();
    let digest = Digest::of(&models[key]);
    assert_eq!(key, format!("models/sequence/recording/sequence-detector-v1/{digest}.json.zst"));
    let snapshot = unpacked(&models[key]);
    let learner = SequenceDetector::restore(&snapshot).unwrap();
    assert_eq!(learner.snapshot(), snapshot);
    let after = latest["until"].as_str().unwrap().parse::<Timestamp>().unwrap();
    let surprise = |token| learner.score_one(SequenceStep { entity: "Pod/new", token, at: after }).transition;
    assert!(surprise("Pod/Pending/New") < surprise("Pod/NeverSeen"), "it knows how lives of pods begin");
}

#[tokio::test]
async fn the_same_recording_gives_the_same_bytes() {
    let (one, other) = (Desk::new(), Desk::new());

    let told =
        [train(&one, "shop-env").await, train(&one, "shop-env").await, train(&other, "shop-env").await];

    assert!(told.iter().all(|it| *it == told[0]), "{told:?}");
    let models = [models(&one).await, models(&other).await];
    assert_eq!(models[0].len(), 2, "the model, and which is the newest");
    assert!(models[0] == models[1]);
}

#[tokio::test]
async fn changes_that_come_again_teach_nothing() {
    let desk = Desk::new();
    let mut lines = lines("shop-calm");
    let once = desk.file("once.ndjson", &lines.join("\n"));
    lines.extend(lines.clone().into_iter().rev());
    let twice = desk.file("twice.ndjson", &lines.join("\n"));

    let once = desk.run(&["train", "sequence", &once, "-o", "json"]).await.json();
    let twice = desk.run(&["train", "sequence", &twice, "-o", "json"]).await.json();

    assert_eq!(once, twice);
}

#[tokio::test]
async fn without_paths_it_learns_what_the_platform_has_stored() {
    let desk = Desk::new();
    let event = desk.file("event.json", &lines("shop-oom")[0]);
    let invoked = desk.run(&["function", "invoke", "observe", "--event", &event, "--cluster", "lab"]).await;
    assert_eq!(invoked.code, Some(0), "{invoked:?}");

    let learned = desk.run(&["train", "sequence", "--cluster", "lab", "-o", "json"]).await.json();
    let elsewhere = desk.run(&["train", "sequence"]).await;
    let later = desk.run(&["train", "sequence", "--cluster", "lab", "--since", "2030-01-01T00:00:00Z"]).await;

    assert_eq!(learned["steps"], 1, "{learned}");
    assert_eq!(learned["cluster"], "lab");
    assert!(models(&desk).await.contains_key("models/sequence/lab/latest.json"));
    elsewhere.fails_with(&["nothing is stored of cluster \"local\"", "--cluster"]);
    later.fails_with(&["found none", "--since"]);
}

#[tokio::test]
async fn what_cannot_be_learned_from_is_told_and_leaves_nothing() {
    let desk = Desk::new();
    let (empty, nowhere) = (desk.file("empty.ndjson", ""), desk.path("nowhere"));
    let oom = recording("shop-oom").to_str().unwrap().to_owned();
    let named = desk.file("named.ndjson", &of_cluster("east", &lines("shop-calm")[..20]));
    let cases: [(&[&str], &[&str]); 5] = [
        (&["train", "sequence", &empty], &["expected changes of objects", "found none", "recordings"]),
        (&["train", "sequence", &nowhere], &[&nowhere, "check the path"]),
        (&["train", "sequence", &named, &oom], &["expected changes of one cluster", "\"east\"", "--cluster"]),
        (&["train", "sequence", &named, "--cluster", "west"], &["\"west\"", "\"east\"", "--cluster"]),
        (&["train", "sequence"], &["no data in", "`chiron up`"]),
    ];
    for (args, words) in cases {
        let ended = desk.run(args).await;

        ended.fails_with(words);
        hints_exist(&ended).await;
        assert!(!desk.folder().join("data").exists(), "{args:?}");
    }
}

/// Events that say their cluster.
fn of_cluster(name: &str, lines: &[String]) -> String {
    let marked = lines.iter().map(|line| {
        let mut event: Value = serde_json::from_str(line).unwrap();
        event["cluster"] = name.into();
        event.to_string()
    });
    marked.collect::<Vec<_>>().join("\n")
}

#[cfg(not(feature = "neural"))]
#[tokio::test]
async fn a_network_needs_a_program_that_is_built_for_it() {
    let file = recording("shop-oom");

    let ended = Desk::new().run(&["train", "sequence", file.to_str().unwrap(), "--model", "gru"]).await;

    ended.fails_with(&["cargo build --release --features neural"]);
}

#[cfg(feature = "neural")]
#[tokio::test]
async fn a_network_with_the_same_seed_is_the_same() {
    use chiron_streaming::GruSequence;

    let desks = [Desk::new(), Desk::new()];
    let file = recording("shop-oom");
    for desk in &desks {
        let args = ["train", "sequence", file.to_str().unwrap(), "--model", "gru", "--epochs", "1"];
        assert_eq!(desk.run(&args).await.code, Some(0));
    }

    let [one, other] = [models(&desks[0]).await, models(&desks[1]).await];

    assert!(one == other);
    let latest: Value = serde_json::from_slice(&one[LATEST]).unwrap();
    assert!(GruSequence::restore(&unpacked(&one[latest["key"].as_str().unwrap()])).is_ok());
}

#[tokio::test]
async fn learners_are_compared_on_recordings_that_are_known() {
    let desk = Desk::new();
    for name in ["shop-calm", "shop-oom", "shop-env"] {
        fs::copy(recording(name), desk.folder().join(format!("{name}.ndjson.zst"))).unwrap();
    }
    desk.file("mine.ndjson", "");
    let folder = desk.folder().to_str().unwrap();

    let table = desk.run(&["bench", "sequence", folder]).await;
    let figures = desk.run(&["bench", "sequence", folder, "-o", "json"]).await.json();

    assert!(table.out.contains("sequence-detector") && table.out.contains("mine"), "{table:?}");
    let first = &figures[0];
    assert_eq!(first["detector"], "sequence-detector");
    assert_eq!(first["faults"], 2);
    assert!(first["auc"].as_f64().unwrap() > 0.5, "{first}");
    desk.run(&["bench", "sequence", &desk.path("nowhere")]).await.fails_with(&["nowhere", "cannot be read"]);
}
