//! The health of built-in objects.

use chiron_health::health_of;
use serde_json::{Value, json};

fn object(api_version: &str, kind: &str, rest: &Value) -> Value {
    let mut object =
        json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "shop", "generation": 2}});
    for (key, value) in rest.as_object().into_iter().flatten() {
        object[key] = value.clone();
    }
    object
}

fn fares(api_version: &str, kind: &str, rest: &Value) -> &'static str {
    health_of(&object(api_version, kind, rest)).map_or("none", |found| found.health.as_str())
}

#[test]
fn an_autoscaler_that_gets_no_metrics_is_degraded() {
    let with = |status: &str, reason: &str| {
        let conditions = json!([{"type": "AbleToScale", "status": "True", "reason": "SucceededGetScale"},
            {"type": "ScalingActive", "status": status, "reason": reason}]);
        fares("autoscaling/v2", "HorizontalPodAutoscaler", &json!({"status": {"conditions": conditions}}))
    };

    assert_eq!(with("False", "FailedGetExternalMetric"), "Degraded");
    assert_eq!(with("False", "ScalingDisabled"), "Healthy");
    assert_eq!(with("True", "ValidMetricFound"), "Healthy");
    assert_eq!(fares("autoscaling/v2", "HorizontalPodAutoscaler", &json!({})), "Progressing");
}

#[test]
fn an_autoscaler_of_version_one_is_read_from_its_annotation() {
    let conditions =
        json!([{"type": "AbleToScale", "status": "False", "reason": "FailedGetScale"}]).to_string();
    let metadata =
        json!({"name": "shop", "annotations": {"autoscaling.alpha.kubernetes.io/conditions": conditions}});

    assert_eq!(
        fares("autoscaling/v1", "HorizontalPodAutoscaler", &json!({"metadata": metadata})),
        "Degraded"
    );
}

#[test]
fn a_load_balancer_waits_for_its_address() {
    let addressed = json!({"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}]}});
    let service =
        |status: &Value| fares("v1", "Service", &json!({"spec": {"type": "LoadBalancer"}, "status": status}));

    assert_eq!(service(&json!({})), "Progressing");
    assert_eq!(service(&addressed), "Healthy");
    assert_eq!(fares("v1", "Service", &json!({"spec": {"type": "ClusterIP"}})), "Healthy");
    assert_eq!(fares("networking.k8s.io/v1", "Ingress", &json!({"status": addressed})), "Healthy");
    assert_eq!(fares("networking.k8s.io/v1", "Ingress", &json!({})), "Progressing");
}

#[test]
fn claims_volumes_and_namespaces_are_read_by_phase() {
    let rows = [
        ("PersistentVolumeClaim", "Bound", "Healthy"),
        ("PersistentVolumeClaim", "Pending", "Progressing"),
        ("PersistentVolumeClaim", "Lost", "Degraded"),
        ("PersistentVolume", "Failed", "Degraded"),
        ("PersistentVolume", "Released", "Healthy"),
        ("Namespace", "Active", "Healthy"),
        ("Namespace", "Terminating", "Progressing"),
    ];
    for (kind, phase, wanted) in rows {
        assert_eq!(fares("v1", kind, &json!({"status": {"phase": phase}})), wanted, "{kind} {phase}");
    }
}

#[test]
fn a_node_is_ready_cordoned_or_broken() {
    let with = |ready: &str, cordoned: bool| {
        let conditions = json!([{"type": "Ready", "status": ready, "message": "the kubelet says so"}]);
        fares(
            "v1",
            "Node",
            &json!({"spec": {"unschedulable": cordoned}, "status": {"conditions": conditions}}),
        )
    };

    assert_eq!(with("True", false), "Healthy");
    assert_eq!(with("True", true), "Suspended");
    assert_eq!(with("Unknown", true), "Degraded");
}

#[test]
fn an_api_service_that_does_not_answer_is_progressing() {
    let with = |status: &str| {
        let conditions = json!([{"type": "Available", "status": status}]);
        fares("apiregistration.k8s.io/v1", "APIService", &json!({"status": {"conditions": conditions}}))
    };

    assert_eq!(with("True"), "Healthy");
    assert_eq!(with("False"), "Progressing");
}

#[test]
fn a_definition_has_to_be_served() {
    let with = |names: &str, established: &str| {
        let conditions = json!([{"type": "NamesAccepted", "status": names}, {"type": "Established", "status": established}]);
        fares(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            &json!({"status": {"conditions": conditions}}),
        )
    };

    assert_eq!(with("True", "True"), "Healthy");
    assert_eq!(with("False", "False"), "Degraded");
    assert_eq!(with("True", "False"), "Degraded");
}

#[test]
fn a_budget_without_headroom_is_degraded() {
    let with = |allowed: &str, reason: &str| {
        let conditions = json!([{"type": "DisruptionAllowed", "status": allowed, "reason": reason}]);
        fares("policy/v1", "PodDisruptionBudget", &json!({"status": {"conditions": conditions}}))
    };

    assert_eq!(with("True", "SufficientPods"), "Healthy");
    assert_eq!(with("False", "InsufficientPods"), "Degraded");
    assert_eq!(fares("policy/v1", "PodDisruptionBudget", &json!({})), "Progressing");
}

#[test]
fn what_is_being_deleted_is_progressing() {
    let metadata = json!({"name": "shop", "deletionTimestamp": "2026-01-01T00:00:00Z"});

    assert_eq!(fares("v1", "ConfigMap", &json!({"metadata": metadata})), "Progressing");
    assert_eq!(fares("example.com/v1", "Shop", &json!({"metadata": metadata})), "Progressing");
}

#[test]
fn configuration_has_no_health() {
    for (api_version, kind) in [
        ("v1", "ConfigMap"),
        ("v1", "Secret"),
        ("v1", "ServiceAccount"),
        ("rbac.authorization.k8s.io/v1", "Role"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("monitoring.coreos.com/v1", "ServiceMonitor"),
    ] {
        assert_eq!(fares(api_version, kind, &json!({})), "none", "{kind}");
    }
}
