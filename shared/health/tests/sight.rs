//! Gaps in what is seen, and the cluster around a namespace.

mod support;

use chiron_health::{World, concerns};
use serde_json::{Value, json};
use support::{
    NAMESPACE, NOTHING,
    around::{config_map, node, node_with},
    at, changed,
    event::event,
    lab::{Lab, shop},
    object,
    pods::unscheduled_pod,
    workloads::first_revision,
};

const CLOSED: &str = "0/1 nodes are available: 1 node(s) were unschedulable. preemption: 0/1 nodes are available: 1 \
                      Preemption is not helpful for scheduling.";

fn waiting_pod() -> Value {
    unscheduled_pod("web-1-c", &first_revision("web"), 100, CLOSED)
}

#[test]
fn nothing_is_said_while_pods_are_not_seen() {
    let mut lab = shop();
    lab.see(101, &waiting_pod());
    lab.lose_sight(110, "Pod");

    lab.hear(140, &event(&waiting_pod(), "FailedScheduling", CLOSED));
    lab.wait(400);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn what_is_still_so_after_a_gap_is_said_and_marked_as_seen_late() {
    let mut lab = shop();
    lab.see(101, &waiting_pod());
    lab.lose_sight(110, "Pod");
    lab.wait(300);
    lab.regain_sight(300, "Pod", Some(105));
    lab.wait(301);
    assert_eq!(lab.rules(), NOTHING, "what was told before may still be on its way");

    lab.wait(302);

    let finding = lab.the("unschedulable");
    assert_eq!(finding.facts["seen_late"], json!({"from": at(105), "until": at(300)}));
}

#[test]
fn what_healed_in_a_gap_is_never_said() {
    let mut lab = shop();
    lab.see(101, &waiting_pod());
    lab.lose_sight(110, "Pod");
    lab.wait(200);
    lab.lose(200, &waiting_pod());
    lab.regain_sight(200, "Pod", Some(110));

    lab.wait(400);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn gap_in_a_kind_of_few_stops_nothing_else() {
    let mut lab = shop();
    lab.lose_sight(90, "Rollout");
    lab.see(101, &waiting_pod());

    lab.wait(400);

    assert_ne!(lab.rules(), NOTHING);
}

#[test]
fn namespace_learns_from_the_node_around_it_and_does_not_judge_it() {
    let mut lab = shop();
    lab.world.stay_within(NAMESPACE);
    lab.surround(0, &node());
    lab.surround(90, &node_with("MemoryPressure", "True"));
    lab.see(101, &waiting_pod());
    lab.surround(102, &changed(&node(), "/spec/unschedulable", json!(true)));

    lab.wait(200);

    let rules = lab.rules();
    assert!(rules.contains(&"cordon-blocks-pods".to_owned()), "{rules:?}");
    assert!(!rules.iter().any(|it| it.starts_with("node-")), "{rules:?}");
    assert_eq!(lab.cause(), "node-cordoned Node/node-a spec.unschedulable null -> true");
}

#[test]
fn kind_that_is_known_in_whole_may_lack_an_object() {
    let class = "missing";
    let mut claim = support::around::claim("data", "Pending");
    claim["spec"]["storageClassName"] = json!(class);
    let mut lab = shop();
    lab.world.stay_within(NAMESPACE);
    lab.see(0, &claim);
    lab.wait(500);
    let before = lab.rules();

    lab.lose_sight(500, "StorageClass");
    lab.regain_sight(501, "StorageClass", None);
    lab.wait(600);
    lab.see(601, &claim);
    lab.wait(700);

    assert!(!before.contains(&"claim-waits".to_owned()), "a class that nobody listed may exist: {before:?}");
    let said: Vec<String> = lab.world.findings().map(|it| it.message.clone()).collect();
    assert!(said.iter().any(|it| it.contains(class)), "{said:?}");
}

#[test]
fn surroundings_are_what_concerns_a_namespace() {
    let mut cluster = Lab::default();
    let mut mine = object("v1", "Namespace", NAMESPACE);
    let mut other = object("v1", "Namespace", "other");
    for body in [&mut mine, &mut other] {
        body["metadata"]["namespace"] = Value::Null;
        cluster.see(0, body);
    }
    cluster.see(0, &node());
    cluster.see(0, &config_map("settings", json!({"a": "b"})));

    let told = cluster.world.surroundings_of(NAMESPACE);

    let kinds: Vec<String> = told.iter().map(|it| it.object.title()).collect();
    assert_eq!(kinds, ["Node/node-a".to_owned(), format!("Namespace/{NAMESPACE}")]);
    assert!(concerns(&mine, NAMESPACE) && !concerns(&other, NAMESPACE));
    let mut world = World::default();
    world.stay_within(NAMESPACE);
    assert!(told.iter().flat_map(|it| world.surround(it)).next().is_none());
}

#[test]
fn heartbeat_of_a_node_is_no_news() {
    let mut cluster = Lab::default();
    cluster.see(0, &node());
    let uid = node()["metadata"]["uid"].as_str().unwrap().to_owned();
    let before = cluster.world.outline(&uid);
    let mut beaten = node();
    for condition in beaten["status"]["conditions"].as_array_mut().unwrap() {
        condition["lastHeartbeatTime"] = json!(support::stamp(60));
    }

    cluster.see(60, &beaten);

    assert!(before.is_some());
    assert_eq!(cluster.world.outline(&uid), before);
}
