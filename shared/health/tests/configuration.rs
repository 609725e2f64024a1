//! Configuration that is taken away or changed is named as the cause, with its key.

mod support;

use chiron_model::{Mechanism, Relation};
use serde_json::{Value, json};
use support::{
    around::config_map,
    changed,
    event::{event, times},
    lab::{Lab, shop},
    pods::{crash_loop, pending_pod, stuck, unready_pod},
    workloads::deployment,
};

const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// `web` is restarted at second 102, so that new pods read what there is now.
fn restarted(lab: &mut Lab) -> Value {
    let mark = json!({RESTARTED_AT: "2026-11-21T04:01:42Z"});
    lab.roll_out(102, &changed(&deployment("web"), "/spec/template/metadata/annotations", mark))
}

fn unconfigured(revision: &Value, said: &str) -> Value {
    stuck(&pending_pod("web-2-a", revision, 104), "web", "CreateContainerConfigError", said)
}

#[test]
fn removed_key_is_named() {
    let mut lab = shop();
    lab.see(100, &config_map("settings", json!({"GREETING": "hello"})));
    let revision = restarted(&mut lab);

    lab.see(110, &crash_loop(&unready_pod("web-2-a", &revision, 104), "web", 1));

    assert_eq!(
        lab.cause(),
        "configuration-key-removed ConfigMap/settings data.DATABASE_URL \"tcp://db:5432\" -> null"
    );
    assert_eq!(lab.hypotheses()[0].relation, Some(Relation::Reads));
}

#[test]
fn removed_key_with_a_dot_is_named() {
    let mut lab = shop();
    lab.see(100, &config_map("theme", json!({})));
    let revision = restarted(&mut lab);
    let pod = pending_pod("web-2-a", &revision, 104);
    lab.see(104, &pod);
    let note = "MountVolume.SetUp failed for volume \"theme\" : configmap references non-existent config key: \
                style.css";

    lab.hear(105, &event(&pod, "FailedMount", note));
    lab.hear(130, &times(&event(&pod, "FailedMount", note), 6));

    assert_eq!(lab.cause(), "configuration-key-removed ConfigMap/theme data['style.css'] \"body{}\" -> null");
}

#[test]
fn key_with_a_dot_explains_a_crash() {
    let mut lab = shop();
    lab.see(100, &config_map("theme", json!({})));
    let revision = restarted(&mut lab);

    lab.see(110, &crash_loop(&unready_pod("web-2-a", &revision, 104), "web", 1));

    assert_eq!(lab.cause(), "configuration-key-removed ConfigMap/theme data['style.css'] \"body{}\" -> null");
}

#[test]
fn removed_key_of_a_variable_is_named() {
    let mut lab = shop();
    lab.see(100, &config_map("modes", json!({"spare": "x"})));
    let revision = restarted(&mut lab);

    lab.see(106, &unconfigured(&revision, "couldn't find key mode in ConfigMap shop/modes"));

    assert_eq!(lab.cause(), "configuration-key-removed ConfigMap/modes data.mode \"live\" -> null");
}

#[test]
fn changed_value_is_named() {
    let mut lab = shop();
    let settings = json!({"DATABASE_URL": "tcp://elsewhere:5432", "GREETING": "hello"});
    lab.see(100, &config_map("settings", settings));
    let revision = restarted(&mut lab);

    lab.see(110, &crash_loop(&unready_pod("web-2-a", &revision, 104), "web", 1));

    assert_eq!(
        lab.cause(),
        "configuration-value-changed ConfigMap/settings \
         data.DATABASE_URL \"tcp://db:5432\" -> \"tcp://elsewhere:5432\""
    );
}

#[test]
fn deleted_object_is_named_with_its_content() {
    let mut lab = shop();
    lab.lose(100, &config_map("settings", json!({"GREETING": "hello"})));
    let revision = restarted(&mut lab);

    lab.see(106, &unconfigured(&revision, "configmap \"settings\" not found"));

    let cause = lab.root_cause().unwrap();
    assert_eq!(cause.mechanism, Mechanism::ConfigurationObjectMissing);
    assert_eq!(cause.object.title(), "ConfigMap/settings");
    assert!(cause.field.is_root());
    assert_eq!(cause.from["data"]["DATABASE_URL"], "tcp://db:5432", "what is needed to make it again");
    assert_eq!(cause.to, Value::Null);
}

#[test]
fn reference_to_a_missing_key_is_named() {
    let pointer = "/spec/template/spec/containers/0/env";
    let mode = json!([
        {"name": "LOG_LEVEL", "value": "info"},
        {"name": "MODE", "valueFrom": {"configMapKeyRef": {"key": "mood", "name": "modes"}}},
    ]);
    let mut lab = shop();
    let revision = lab.roll_out(100, &changed(&deployment("web"), pointer, mode));

    lab.see(106, &unconfigured(&revision, "couldn't find key mood in ConfigMap shop/modes"));

    assert_eq!(
        lab.cause(),
        "reference-to-missing-configuration Deployment/web \
         spec.template.spec.containers[web].env[MODE].valueFrom.configMapKeyRef.key \"mode\" -> \"mood\""
    );
}

#[test]
fn reference_to_a_missing_object_is_named() {
    let pointer = "/spec/template/spec/containers/0/envFrom";
    let mut lab = shop();
    let from = json!([{"configMapRef": {"name": "absent"}}]);
    let revision = lab.roll_out(100, &changed(&deployment("web"), pointer, from));

    lab.see(106, &unconfigured(&revision, "configmap \"absent\" not found"));

    let cause = lab.root_cause().unwrap();
    assert_eq!(cause.mechanism, Mechanism::ReferenceToMissingConfiguration);
    assert_eq!(cause.object.title(), "Deployment/web");
    assert!(cause.field.is_within("spec.template.spec.containers[web].envFrom"), "{}", cause.field);
}
