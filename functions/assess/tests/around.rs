//! What the world of the cluster tells the worlds of its namespaces, and what becomes of it there.

use chiron_assess::{Assess, Assessed, Heard};
use chiron_events::{Context, ObservationLapsed, ObservationsRecorded, Section, SurroundingsChanged};
use chiron_function::{Fold, Seen};
use chiron_health::World;
use chiron_model::{Category, Digest, Id, Lane, ObjectRef, Observation, Operation, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;

fn at(second: i64) -> Timestamp {
    Timestamp::from_secs(1_795_233_600 + second)
}

fn object(kind: &str, name: &str, version: u64, spec: &Value) -> Observation {
    let uid = format!("{kind}-{name}");
    Observation {
        id: Id::derive(&[&uid, &version.to_string()]),
        operation: Operation::Update,
        at: at(0),
        object: ObjectRef {
            cluster: "lab".to_owned(),
            api_version: "v1".to_owned(),
            kind: kind.to_owned(),
            namespace: String::new(),
            name: name.to_owned(),
            uid: uid.clone(),
        },
        version,
        category: Category::of_kind(kind),
        writers: Vec::new(),
        body: json!({
            "apiVersion": "v1", "kind": kind,
            "metadata": {"name": name, "uid": uid, "creationTimestamp": at(-86_400)},
            "spec": spec,
            "status": {"conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": at(0)}]},
        }),
    }
}

fn recorded(observations: Vec<Observation>) -> Heard {
    Heard::Seen(Seen::Recorded(ObservationsRecorded {
        cluster: "lab".to_owned(),
        namespace: String::new(),
        earliest: at(0),
        latest: at(0),
        section: Section { key: String::new(), offset: 0, length: 0, sha256: Digest::of(b""), count: 0 },
        observations: Arc::new(observations),
    }))
}

fn lapse(until: Option<i64>) -> ObservationLapsed {
    ObservationLapsed {
        cluster: "lab".to_owned(),
        api_version: "v1".to_owned(),
        kind: "Pod".to_owned(),
        namespace: String::new(),
        from: None,
        until: until.map(at),
        at: at(until.unwrap_or(0)),
        is_known: until.is_some(),
        reason: "cut".to_owned(),
        late: 0,
    }
}

fn told(world: &mut World, lane: Lane, input: Heard) -> Vec<SurroundingsChanged> {
    let context = Context { cluster: "lab".to_owned(), lane, ..Context::default() };
    let outputs = Assess::default().fold(&context, world, input);
    let told = outputs.into_iter().filter_map(|it| match it {
        Assessed::Surrounded(it) => Some(it),
        Assessed::Raised(_) | Assessed::Cleared(_) => None,
    });
    told.collect()
}

fn two_namespaces() -> World {
    let mut world = World::default();
    let all = vec![
        object("Node", "a", 1, &json!({})),
        object("Namespace", "shop", 2, &json!({})),
        object("Namespace", "data", 3, &json!({})),
    ];
    let first = told(&mut world, Lane::live(), recorded(all));
    let lines: Vec<String> = first.iter().map(summary).collect();
    assert_eq!(lines, ["data: Node/a Namespace/data", "shop: Node/a Namespace/shop"]);
    world
}

fn summary(it: &SurroundingsChanged) -> String {
    let objects: Vec<String> = it.observations.iter().map(|it| it.object.title()).collect();
    format!("{}: {}", it.namespace, objects.join(" "))
}

#[test]
fn a_change_of_a_node_is_told_to_all_namespaces_and_a_heartbeat_to_none() {
    let mut world = two_namespaces();
    let mut beat = object("Node", "a", 4, &json!({}));
    beat.body["status"]["conditions"][0]["lastHeartbeatTime"] = json!(at(60));

    assert_eq!(told(&mut world, Lane::live(), recorded(vec![beat])), []);

    let cordoned = object("Node", "a", 5, &json!({"unschedulable": true}));
    let lines: Vec<String> =
        told(&mut world, Lane::live(), recorded(vec![cordoned])).iter().map(summary).collect();
    assert_eq!(lines, ["data: Node/a", "shop: Node/a"]);
}

#[test]
fn a_node_that_is_gone_is_told_too() {
    let mut world = two_namespaces();
    let gone = Observation { operation: Operation::Delete, ..object("Node", "a", 6, &json!({})) };

    let told = told(&mut world, Lane::live(), recorded(vec![gone]));

    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|it| it.observations[0].operation == Operation::Delete));
}

#[test]
fn the_sealed_lane_is_told_nothing_around_it() {
    let lane = Lane::live().seal();

    assert_eq!(
        told(&mut World::default(), lane, recorded(vec![object("Namespace", "shop", 2, &json!({}))])),
        []
    );
}

#[test]
fn a_gap_is_passed_on_and_a_new_namespace_learns_what_is_known() {
    let mut world = two_namespaces();

    let lost = told(&mut world, Lane::live(), Heard::Lapsed(lapse(None)));
    let found = told(&mut world, Lane::live(), Heard::Lapsed(lapse(Some(10))));

    assert_eq!((lost.len(), found.len()), (2, 2));
    assert_eq!((lost[0].lapses[0].until, found[0].lapses[0].until), (None, Some(at(10))));
    assert_eq!(lost[1].lapses[0].namespace, "shop");

    world.advance(at(60));
    let young = Observation { at: at(61), ..object("Namespace", "young", 7, &json!({})) };
    let news = told(&mut world, Lane::live(), recorded(vec![young]));
    let young = news.iter().find(|it| it.namespace == "young").unwrap();
    assert_eq!(summary(young), "young: Node/a Namespace/young");
    assert_eq!(
        (young.lapses.len(), young.lapses[0].kind.as_str(), young.lapses[0].is_known),
        (1, "Pod", true)
    );
}
