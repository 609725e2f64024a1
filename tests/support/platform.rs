//! The local platform as a process of its own, and a story to tell it.
#![allow(clippy::unwrap_used, reason = "test support")]

use super::{
    process::{Process, chiron, post, run, until},
    recordings::{json_lines, lines},
};
use chiron_aws::{Clients, Endpoints, S3Objects};
use chiron_store::ObjectStore;
use serde_json::Value;
use std::{collections::BTreeSet, path::Path, process::Command};

/// An address that others cannot reach, with a free port.
pub(crate) const LOCAL: &str = "127.0.0.1:0";

/// A running platform.
pub(crate) struct Platform {
    pub(crate) process: Process,
    pub(crate) url: String,
}

impl Platform {
    pub(crate) async fn start(folder: &Path) -> Self {
        Self::listen(&mut up(folder, LOCAL)).await
    }

    pub(crate) async fn listen(command: &mut Command) -> Self {
        let mut process = Process::start(command);
        let line = process.says("taking CloudEvents").await;
        let log: Value = serde_json::from_str(&line).unwrap();
        let port = log["address"].as_str().unwrap().rsplit(':').next().unwrap();
        Self { url: format!("http://127.0.0.1:{port}"), process }
    }

    pub(crate) async fn accept(&self, events: &[String]) {
        for event in events {
            assert_eq!(post(&self.url, event).await, Some(202));
        }
    }
}

pub(crate) fn up(folder: &Path, address: &str) -> Command {
    let mut command = chiron(&["up", "--listen", address, "--data-dir"]);
    command.arg(folder);
    command
}

/// A recording, up to the event that tells that a pod was killed for want of memory.
pub(crate) fn story() -> Vec<String> {
    let mut story = lines("shop-oom");
    let end = story.iter().position(|line| line.contains("OOMKilled")).unwrap();
    story.truncate(end + 1);
    story
}

/// Waits for the incident of the story and its plan, as a person would look for them.
pub(crate) async fn incident(folder: &Path) -> Value {
    let list = ["incident", "list", "-o", "json", "--data-dir", folder.to_str().unwrap()];
    until("an incident with a plan", async || {
        let incidents = run(&list).await.json();
        incidents.as_array().unwrap().iter().find(|it| it["plan"].is_object()).cloned()
    })
    .await
}

/// The changes that lie in the bucket of a running platform: which object, and its version.
pub(crate) async fn kept(folder: &Path) -> BTreeSet<(String, String)> {
    let objects = S3Objects::new(Clients::new(Endpoints::read(folder).unwrap().settings()));
    let mut kept = BTreeSet::new();
    for object in objects.list("raw/").await.unwrap() {
        let bytes = objects.get(&object.key, None).await.unwrap();
        for it in json_lines(&zstd::stream::decode_all(&bytes[..]).unwrap()) {
            kept.insert((it["object"]["uid"].as_str().unwrap().to_owned(), it["version"].to_string()));
        }
    }
    kept
}

/// The change that an event tells of.
pub(crate) fn change(event: &str) -> (String, String) {
    let event: Value = serde_json::from_str(event).unwrap();
    let text = |name: &str| event["data"]["metadata"][name].as_str().unwrap().to_owned();
    (text("uid"), text("resourceVersion"))
}
