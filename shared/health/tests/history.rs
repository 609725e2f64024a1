//! The state of a namespace depends on what was seen, not on how often or how late it was delivered.

mod support;

use chiron_health::World;
use chiron_model::Operation;
use serde_json::{Value, json};
use support::{
    NOTHING, changed,
    event::unready,
    lab::shop,
    pods::{crash_loop, unready_pod},
    workloads::{deployment, first_revision},
};

fn crashed() -> Value {
    crash_loop(&unready_pod("web-1-c", &first_revision("web"), 100), "web", 1)
}

#[test]
fn repeated_delivery_says_nothing_new() {
    let mut lab = shop();
    let seen = lab.version_of(Operation::Update, 110, &crashed());
    assert_eq!(lab.take(&seen).len(), 1);
    let before = lab.world.clone();

    let again = lab.take(&seen);

    assert!(again.is_empty(), "{again:?}");
    assert_eq!(lab.world, before);
}

#[test]
fn older_version_changes_nothing() {
    let mut lab = shop();
    let stale = lab.version_of(Operation::Update, 110, &crashed());
    lab.see(111, &unready_pod("web-1-c", &first_revision("web"), 100));

    lab.take(&stale);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn late_version_of_a_deleted_object_is_refused() {
    let mut lab = shop();
    let late = lab.version_of(Operation::Update, 110, &crashed());
    lab.see(100, &unready_pod("web-1-c", &first_revision("web"), 100));
    lab.lose(115, &crashed());

    lab.take(&late);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn state_survives_being_written_down() {
    let mut lab = shop();
    lab.see(105, &changed(&deployment("web"), "/spec/replicas", json!(3)));
    lab.see(110, &crashed());
    lab.hear(111, &unready(&crashed(), "web"));

    let text = serde_json::to_string(&lab.world).unwrap();
    let read: World = serde_json::from_str(&text).unwrap();

    assert_eq!(read, lab.world);
}
