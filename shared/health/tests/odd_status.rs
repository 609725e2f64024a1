//! Objects whose status, or whose spec, is no map at all: the API server takes such of a custom kind.

mod support;

use chiron_health::{Moment, World, rule_docs};
use chiron_model::{Operation, Severity};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::{
    at,
    lab::{Lab, shop},
    object,
    pods::{crash_loop, unready_pod},
    workloads::first_revision,
};

/// Kinds that no rule knows, of groups that rules know or do not know.
const CUSTOM: &[(&str, &str)] = &[
    ("shop.example.com/v1", "Shop"),
    ("stable.example.com/v1alpha1", "Database"),
    ("argoproj.io/v1alpha1", "Application"),
    ("cert-manager.io/v1", "Certificate"),
    ("cluster.x-k8s.io/v1beta1", "Machine"),
    ("gateway.networking.k8s.io/v1", "HTTPRoute"),
    ("helm.toolkit.fluxcd.io/v2", "HelmRelease"),
    ("networking.istio.io/v1", "VirtualService"),
    ("serving.knative.dev/v1", "Service"),
];

fn odd() -> [Value; 8] {
    [
        Value::Null,
        json!("as you like it"),
        json!(-7.5),
        json!(true),
        json!([]),
        json!([{"type": "Ready", "status": "False"}, null, 3]),
        json!({"conditions": "Ready", "phase": ["Failed"], "replicas": -1}),
        json!({"conditions": [null, 7, "Ready", {"type": ["Ready"], "status": {}}, [[]]]}),
    ]
}

fn odd_object(api_version: &str, kind: &str, name: &str, spec: &Value, status: &Value) -> Value {
    let mut body = object(api_version, kind, name);
    body["spec"] = spec.clone();
    body["status"] = status.clone();
    body
}

/// Custom objects of all odd kinds, with nothing else that is strange in them.
fn customs() -> Vec<Value> {
    let of = |(number, status): (usize, Value)| {
        CUSTOM.iter().map(move |(api_version, kind)| {
            odd_object(api_version, kind, &format!("odd-{number}"), &json!({}), &status)
        })
    };
    odd().into_iter().enumerate().flat_map(of).collect()
}

fn crashing() -> Value {
    crash_loop(&unready_pod("web-1-c", &first_revision("web"), 100), "web", 1)
}

#[test]
fn custom_object_whose_status_is_no_map_is_left_alone_in_the_stream() {
    let mut lab = shop();
    for body in customs() {
        lab.see(50, &body);
    }
    // It is seen again, so that it is compared with itself.
    for body in customs().into_iter().rev() {
        lab.see(60, &body);
    }
    lab.wait(90);
    assert_eq!(lab.rules(), support::NOTHING);

    lab.see(110, &crashing());
    lab.wait(4000);

    assert_eq!(lab.rules(), ["crash-loop"]);
}

#[test]
fn custom_object_whose_status_is_no_map_is_left_alone_in_a_look() {
    let mut lab = Lab::default();
    let mut seen = Vec::new();
    for body in customs().iter().chain([&first_revision("web"), &crashing()]) {
        seen.push(lab.version_of(Operation::Update, 110, body));
    }
    for is_recorded in [false, true] {
        let moment = Moment { at: at(7200), is_recorded, ..Moment::default() };

        let world = World::look(seen.clone(), moment);

        let told: Vec<_> = world.findings().filter(|it| it.severity > Severity::Info).collect();
        assert!(told.iter().all(|it| it.object.kind == "Pod" || it.object.kind == "ReplicaSet"), "{told:#?}");
        assert!(told.iter().any(|it| it.condition == "CrashLoopBackOff"), "{told:#?}");
    }
}

#[test]
fn custom_object_whose_status_is_a_word_of_trouble_is_in_trouble() {
    let mut lab = Lab::default();

    lab.see(
        50,
        &odd_object("shop.example.com/v1", "Shop", "odd", &json!({}), &json!("Failed: no money left")),
    );
    lab.wait(500);

    assert_eq!(lab.the("custom-resource").condition, "Degraded");
}

/// No server stores such objects of its own kinds, but files may hold anything.
#[test]
fn object_of_any_kind_and_shape_ends_nothing() {
    let kinds: BTreeSet<&str> = rule_docs().iter().flat_map(|it| it.kinds).copied().collect();
    let versions = [
        "v1",
        "apps/v1",
        "batch/v1",
        "autoscaling/v2",
        "policy/v1",
        "networking.k8s.io/v1",
        "storage.k8s.io/v1",
        "admissionregistration.k8s.io/v1",
        "gateway.networking.k8s.io/v1",
        "networking.istio.io/v1",
        "security.istio.io/v1",
        "apiextensions.k8s.io/v1",
        "apiregistration.k8s.io/v1",
        "cert-manager.io/v1",
        "example.com/v1",
    ];
    let mut lab = shop();
    for kind in kinds {
        for version in versions {
            for (second, value) in (50..).zip(&odd()) {
                lab.see(second, &odd_object(version, kind, "odd", value, value));
                lab.see(second, &odd_object(version, kind, "odd", &json!({"template": value}), value));
            }
        }
    }

    lab.see(110, &crashing());
    lab.wait(4000);

    let pod = lab.world.findings().filter(|it| it.object.name == "web-1-c");
    assert_eq!(pod.map(|it| it.rule.as_str()).collect::<Vec<_>>(), ["crash-loop"]);
}
