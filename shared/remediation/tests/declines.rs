//! What is not repaired, and what the reason tells the person who has to.

mod support;

use chiron_model::{
    Decision, Diagnosis, Hypothesis, RootCause, Score, is_redacted, is_shortened, marker, shortened,
};
use chiron_remediation::{Policy, plan};
use serde_json::{Value, json};
use support::{
    changed, declined, diagnosis, gone, made, managed, memory, object, proposed, read_from_state, template,
};

#[test]
fn gitops_objects_are_changed_at_their_source() {
    for (tool, source) in [("Argo CD", "Application shop"), ("Flux", "Kustomization apps")] {
        let reason = declined(&managed(&memory(), tool, source));

        for part in ["Deployment/web", tool, source, "resources.limits.memory", "64Mi"] {
            assert!(reason.contains(part), "{part}: {reason}");
        }
    }
}

#[test]
fn helm_objects_are_changed_in_their_release() {
    let upgrade = RootCause { changed_by: Some("helm".to_owned()), ..memory() };

    let reason = declined(&managed(&upgrade, "Helm", "release shop"));

    assert!(reason.contains("release shop"), "{reason}");
}

#[test]
fn helm_objects_changed_by_hand_need_a_person() {
    let plan = proposed(&managed(&memory(), "Helm", "release shop"));

    assert!(plan.approval.required);
    assert!(plan.approval.reason.contains("release shop"), "{}", plan.approval.reason);
}

#[test]
fn replicas_of_an_autoscaler_are_left_to_it() {
    let replicas = changed(object("Deployment", "web"), "spec.replicas", json!(2), json!(6));

    let reason = declined(&managed(&replicas, "HorizontalPodAutoscaler", "minReplicas and maxReplicas"));

    assert!(reason.contains("minReplicas"), "{reason}");
}

#[test]
fn a_former_credential_is_left_to_its_owner() {
    let mark = json!(format!("tcp://shop:{}@db", marker("url-password", "0a1b2c")));
    for from in [mark.clone(), json!({"URL": mark}), json!(["-u", mark])] {
        let reason = declined(&diagnosis(&template("spec.containers[web].args", from, json!("x"))));

        assert!(reason.contains("credential") && reason.contains("owner"), "{reason}");
        assert!(!reason.contains("0a1b2c"), "{reason}");
    }
}

#[test]
fn a_deleted_secret_is_left_to_its_owner() {
    let reason = declined(&diagnosis(&gone("Secret", "tls")));

    assert!(reason.contains("Secret/tls") && reason.contains("owner"), "{reason}");
}

#[test]
fn values_too_long_are_left_to_their_source() {
    let long = shortened(&json!("x".repeat(9_000)));
    let in_a_map = shortened(&json!({"data": {"big": "x".repeat(9_000)}}));
    let field = changed(object("ConfigMap", "settings"), "data.big", long, json!("y"));
    let whole = changed(object("ConfigMap", "settings"), "", in_a_map, Value::Null);

    for cause in [field, whole] {
        let reason = declined(&diagnosis(&cause));
        assert!(reason.contains("too long") && reason.contains("ConfigMap/settings"), "{reason}");
    }
}

// A plan that fails is taken back: what stands there is written to the cluster as it is.
#[test]
fn no_rollback_writes_what_was_not_recorded() {
    let credential = json!(format!("tcp://shop:{}@db", marker("url-password", "0a1b2c")));
    let long = shortened(&json!("x".repeat(9_000)));
    for to in [credential, long] {
        let cause = changed(object("ConfigMap", "settings"), "data.URL", json!("tcp://db"), to);

        let Decision::Proposed(plan) = plan(&diagnosis(&cause), &Policy::default()) else { continue };

        for field in plan.actions.iter().filter_map(|it| it.rollback.as_ref()).flat_map(|it| &it.fields) {
            assert!(!is_redacted(&field.value) && !is_shortened(&field.value), "{field:?}");
        }
    }
}

#[test]
fn without_a_cause_a_person_has_to_look() {
    let unexplained = Diagnosis { root_cause: None, ..diagnosis(&memory()) };

    assert!(declined(&unexplained).contains("a person has to look"));
}

#[test]
fn causes_read_from_state_have_no_former_value() {
    let reason = declined(&diagnosis(&read_from_state(memory())));

    assert!(reason.contains("nothing to go back to") && reason.contains("Deployment/web"), "{reason}");
}

#[test]
fn objects_made_so_have_no_former_value() {
    let mut diagnosis = diagnosis(&RootCause { from: Value::Null, ..memory() });
    let state = Hypothesis { relation: None, ..diagnosis.hypotheses[0].clone() };
    diagnosis.hypotheses = vec![state];

    assert!(declined(&diagnosis).contains("nothing to go back to"));
}

#[test]
fn what_somebody_just_made_is_never_deleted() {
    for kind in ["Deployment", "NetworkPolicy", "LimitRange", "ConfigMap", "PersistentVolumeClaim", "Service"]
    {
        let reason = declined(&diagnosis(&made(kind, "new")));

        assert!(reason.contains(&format!("{kind}/new was created")), "{reason}");
    }
}

#[test]
fn what_holds_data_is_not_made_again() {
    for kind in ["PersistentVolumeClaim", "PersistentVolume", "Namespace", "CustomResourceDefinition"] {
        let reason = declined(&diagnosis(&gone(kind, "data")));

        assert!(reason.contains(&format!("{kind}/data was deleted")), "{reason}");
    }
}

#[test]
fn no_workload_is_scaled_to_zero() {
    let up = changed(object("Deployment", "web"), "spec.replicas", json!(0), json!(2));

    assert!(declined(&diagnosis(&up)).contains("to zero"));
}

#[test]
fn an_object_outside_the_evidence_is_not_touched() {
    let mut diagnosis =
        diagnosis(&changed(object("Service", "mail"), "spec.selector.app", json!("a"), json!("b")));
    diagnosis.incident.findings[0].suspects.clear();

    assert!(declined(&diagnosis).contains("Service/mail is not part of the evidence"));
}

#[test]
fn a_doubtful_cause_needs_a_person() {
    let doubtful = RootCause { confidence: Score::clamped(0.6), ..memory() };

    let plan = proposed(&diagnosis(&doubtful));

    assert!(plan.approval.required);
    assert!(plan.approval.reason.contains("0.60"), "{}", plan.approval.reason);
}
