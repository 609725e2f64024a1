//! `chiron dataset`: what is pulled is what was published, also when the download was interrupted or damaged.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use chiron_model::{Digest, FileEntry, Manifest, Timestamp};
use chiron_publish::MANIFEST;
use chiron_store::ObjectStore;
use std::{collections::BTreeMap, fs};
use support::{
    cloud::Cloud,
    desk::{Desk, list},
    process::{Ended, run},
    recordings::recording,
};

const SHARD: &str = "data/chat/train-00000-of-00001.jsonl";
/// Larger than two of the ranges that are fetched at once.
const BYTES: u32 = 9 << 20;

fn shard() -> Vec<u8> {
    (0..BYTES).map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect()
}

/// Publishes a dataset of one shard; `lies` is what lies in the bucket for it.
async fn publish(cloud: &Cloud, shard: &[u8], lies: Vec<u8>) {
    let entry =
        FileEntry { path: SHARD.to_owned(), bytes: shard.len() as u64, sha256: Digest::of(shard), rows: 1 };
    let manifest = Manifest {
        schema_version: 1,
        name: "made".to_owned(),
        version: "v1".to_owned(),
        sealed_at: Timestamp::from_secs(1_795_235_000),
        labels: 1,
        by_type: BTreeMap::new(),
        by_split: BTreeMap::new(),
        files: vec![entry],
    };
    let bucket = cloud.objects();
    bucket.put(&format!("datasets/made/v1/{SHARD}"), lies.into()).await.unwrap();
    let manifest = serde_json::to_vec(&manifest).unwrap();
    bucket.put(&format!("datasets/made/v1/{MANIFEST}"), manifest.into()).await.unwrap();
}

async fn pull(cloud: &Cloud, out: &str) -> Ended {
    run(&["dataset", "pull", "made", "--out", out, "--data-dir", cloud.folder().to_str().unwrap()]).await
}

async fn verify(folder: &str) -> Ended {
    run(&["dataset", "verify", folder]).await
}

#[tokio::test]
async fn a_published_dataset_is_listed_pulled_and_verified() {
    let (desk, recording) = (Desk::new(), recording("shop-oom"));
    assert_eq!(desk.run(&["replay", recording.to_str().unwrap()]).await.code, Some(0));
    let out = desk.path("out");

    let listed = list(&desk.run(&["dataset", "list", "-o", "json"]).await);
    let pulled = desk.run(&["dataset", "pull", "chiron-incidents", "--out", &out]).await;

    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["name"], "chiron-incidents");
    assert!(listed[0]["labels"].as_u64() >= Some(1), "{listed:?}");
    assert_eq!((pulled.code, pulled.out), (Some(0), format!("{out}\n")));
    let whole = verify(&out).await;
    assert_eq!(whole.code, Some(0), "{whole:?}");
    assert!(whole.out.ends_with("files, 0 wrong\n"), "{whole:?}");
}

#[tokio::test]
async fn a_byte_that_changed_is_found_and_mended() {
    let (desk, recording) = (Desk::new(), recording("shop-oom"));
    let out = desk.path("out");
    let pull = ["dataset", "pull", "chiron-incidents", "--out", &out];
    assert_eq!(desk.run(&["replay", recording.to_str().unwrap()]).await.code, Some(0));
    assert_eq!(desk.run(&pull).await.code, Some(0));
    let file = desk.folder().join("out").join(SHARD);
    let mut bytes = fs::read(&file).unwrap();
    bytes[7] ^= 1;
    fs::write(&file, bytes).unwrap();
    fs::remove_file(desk.folder().join("out/README.md")).unwrap();

    let damaged = verify(&out).await;

    assert_eq!(damaged.code, Some(1));
    assert!(damaged.out.contains(&format!("{SHARD}: is not what was published")), "{damaged:?}");
    assert!(damaged.out.contains("README.md: cannot be read"), "{damaged:?}");
    assert!(damaged.out.ends_with("files, 2 wrong\n"), "{damaged:?}");
    assert_eq!(desk.run(&pull).await.code, Some(0));
    assert_eq!(verify(&out).await.code, Some(0), "pulling again mends it");
}

#[tokio::test]
async fn an_interrupted_download_goes_on_where_it_stopped() {
    let (cloud, desk, shard) = (Cloud::start().await, Desk::new(), shard());
    let have = shard.len() / 2 + 17;
    let part = desk.folder().join(format!("{SHARD}.part"));
    fs::create_dir_all(part.parent().unwrap()).unwrap();
    fs::write(&part, &shard[..have]).unwrap();
    // Whoever fetches again what he has gets zeros.
    publish(&cloud, &shard, [&vec![0; have][..], &shard[have..]].concat()).await;

    let pulled = pull(&cloud, &desk.path("")).await;

    assert_eq!(pulled.code, Some(0), "{pulled:?}");
    assert!(fs::read(desk.folder().join(SHARD)).unwrap() == shard, "not what was published");
    assert!(!part.exists());
    assert_eq!(verify(&desk.path("")).await.code, Some(0));
}

#[tokio::test]
async fn a_file_that_was_cut_is_pulled_again() {
    let (cloud, desk, shard) = (Cloud::start().await, Desk::new(), shard());
    publish(&cloud, &shard, shard.clone()).await;
    assert_eq!(pull(&cloud, &desk.path("")).await.code, Some(0));
    let file = desk.folder().join(SHARD);
    fs::write(&file, &shard[..shard.len() / 3]).unwrap();
    assert_eq!(verify(&desk.path("")).await.code, Some(1));

    let pulled = pull(&cloud, &desk.path("")).await;

    assert_eq!(pulled.code, Some(0), "{pulled:?}");
    assert!(fs::read(&file).unwrap() == shard, "not what was published");
}

#[tokio::test]
async fn what_is_not_what_was_published_is_refused() {
    let (cloud, desk, shard) = (Cloud::start().await, Desk::new(), shard());
    let mut other = shard.clone();
    other[5_000_000] ^= 1;
    publish(&cloud, &shard, other).await;

    let pulled = pull(&cloud, &desk.path("")).await;

    pulled.fails_with(&[SHARD, "expected sha256", Digest::of(&shard).as_str(), "try again"]);
    assert!(!desk.folder().join(SHARD).exists(), "a damaged file must not lie there as if it were whole");
    verify(&desk.path("")).await.fails_with(&[MANIFEST, "may not be finished"]);
}
