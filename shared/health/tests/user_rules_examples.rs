//! The rules of the documentation do what they say.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use chiron_health::{Moment, UserRules, World};
use chiron_model::Operation;
use serde_json::{Value, json};
use std::sync::Arc;
use support::{
    NOTHING, at, changed,
    lab::Lab,
    object, stamp,
    workloads::{deployment, healthy},
};

/// The rules of the documentation, asked of objects at one look.
fn examples(objects: &[Value]) -> Vec<String> {
    let text = include_str!("../../../docs/examples/rules.yaml");
    let rules = Arc::new(UserRules::read([("rules.yaml", text)]).unwrap());
    let names: Vec<String> = rules.all().iter().map(|it| it.name().to_owned()).collect();
    let mut lab = Lab::default();
    let seen: Vec<_> = objects.iter().map(|body| lab.version_of(Operation::Update, 0, body)).collect();
    lab.world = World::look(seen, Moment { at: at(600), rules, ..Moment::default() });
    let found = lab.world.findings().filter(|it| names.contains(&it.rule));
    found.map(|it| format!("{} {}", it.rule, it.message)).collect()
}

#[test]
fn rules_of_the_documentation_are_silent_on_what_is_well() {
    let mut objects = healthy("web");
    let last = objects.iter_mut().rfind(|it| it["kind"] == "Pod").unwrap();
    last["spec"]["nodeName"] = json!("node-b");

    assert_eq!(examples(&objects), NOTHING);
}

#[test]
fn rules_of_the_documentation_tell_what_they_are_for() {
    let unlimited = changed(&deployment("web"), "/spec/template/spec/containers/0/resources", json!({}));
    assert_eq!(examples(&[unlimited]), ["no-memory-limit web may use all memory of a node."]);

    assert_eq!(
        examples(&healthy("web")),
        ["all-pods-on-one-node All 2 pods run on node-a, so its loss is a loss of the whole."]
    );

    let off = changed(&deployment("web"), "/spec/replicas", json!(0));
    assert_eq!(
        examples(&[changed(&off, "/status/conditions", Value::Null)]),
        ["switched-off web has had no replicas for an hour, and no note says why."]
    );
    assert_eq!(
        examples(&[changed(&off, "/metadata/annotations", json!({"shop.example/switched-off": "summer"}))]),
        NOTHING
    );

    let waiting = changed(&healthy("web")[2], "/status/phase", json!("Pending"));
    let waiting = changed(&waiting, "/metadata/creationTimestamp", json!(stamp(-600)));
    assert_eq!(examples(&[waiting]), ["pod-waits-long It is pending since 20m."]);

    let mut certificate = object("cert-manager.io/v1", "Certificate", "shop");
    certificate["status"] =
        json!({"notAfter": stamp(3_600 * 48 + 600), "conditions": [{"type": "Ready", "status": "True"}]});
    assert_eq!(
        examples(&[certificate]),
        ["certificate-ends-soon The certificate ends in 2d and was not renewed."]
    );
}
