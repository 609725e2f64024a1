//! What stands around workloads: configuration, Services, limits, claims, autoscalers and nodes.

use super::{LONG_AGO, object, owned, stamp};
use serde_json::{Value, json};

/// A quota named `tight` refuses a pod.
pub(crate) const OVER_QUOTA: &str = "pods \"web-1-x\" is forbidden: exceeded quota: tight, requested: pods=1, \
                                     used: pods=3, limited: pods=3";

pub(crate) fn config_map(name: &str, data: Value) -> Value {
    let mut body = object("v1", "ConfigMap", name);
    body["data"] = data;
    body
}

/// A Service that sends what comes to port 80 to port 8080 of the pods of an application.
pub(crate) fn service(app: &str) -> Value {
    service_of(app, json!({"app": app}))
}

/// A Service with that selector.
pub(crate) fn service_of(name: &str, selector: Value) -> Value {
    let mut body = object("v1", "Service", name);
    body["spec"] = json!({
        "clusterIP": "10.96.15.246",
        "clusterIPs": ["10.96.15.246"],
        "internalTrafficPolicy": "Cluster",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}],
        "sessionAffinity": "None",
        "type": "ClusterIP",
    });
    body["spec"]["selector"] = selector;
    body["status"] = json!({"loadBalancer": {}});
    body
}

/// The addresses behind a Service: two pods that are ready.
pub(crate) fn endpoint_slice(service_name: &str) -> Value {
    let owner = service(service_name);
    let mut body =
        owned(object("discovery.k8s.io/v1", "EndpointSlice", &format!("{service_name}-x")), &owner);
    body["metadata"]["labels"] = json!({
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": service_name,
    });
    let endpoints = ["a", "b"].map(|letter| {
        json!({
            "addresses": ["10.244.0.49"],
            "conditions": {"ready": true, "serving": true, "terminating": false},
            "nodeName": "node-a",
            "targetRef": {"kind": "Pod", "name": format!("{service_name}-1-{letter}")},
        })
    });
    body["addressType"] = json!("IPv4");
    body["endpoints"] = json!(endpoints);
    body["ports"] = json!([{"name": "http", "port": 8080, "protocol": "TCP"}]);
    body
}

/// A quota with those limits.
pub(crate) fn quota(name: &str, hard: Value) -> Value {
    let mut body = object("v1", "ResourceQuota", name);
    body["spec"] = json!({});
    body["spec"]["hard"] = hard;
    body["status"] = json!({});
    body
}

/// A limit on the memory of each container.
pub(crate) fn limit_range(name: &str, memory: &str) -> Value {
    let mut body = object("v1", "LimitRange", name);
    body["spec"] = json!({"limits": [{"max": {"memory": memory}, "type": "Container"}]});
    body
}

/// A claim of that phase.
pub(crate) fn claim(name: &str, phase: &str) -> Value {
    let mut body = object("v1", "PersistentVolumeClaim", name);
    body["spec"] = json!({
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
        "storageClassName": "fast",
        "volumeMode": "Filesystem",
    });
    body["status"] = json!({"phase": phase});
    body
}

/// An autoscaler of the Deployment `web` whose condition `ScalingActive` stands so since then.
pub(crate) fn autoscaler(status: &str, reason: &str, message: &str, since: i64) -> Value {
    let mut body = object("autoscaling/v2", "HorizontalPodAutoscaler", "web");
    body["spec"] = json!({
        "maxReplicas": 6,
        "metrics": [{
            "resource": {"name": "cpu", "target": {"averageUtilization": 80, "type": "Utilization"}},
            "type": "Resource",
        }],
        "minReplicas": 2,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
    });
    let condition = json!({
        "lastTransitionTime": stamp(since),
        "message": message,
        "reason": reason,
        "status": status,
        "type": "ScalingActive",
    });
    body["status"] = json!({"conditions": [condition], "currentReplicas": 2, "desiredReplicas": 2});
    body
}

/// An autoscaler that computes.
pub(crate) fn seeing_autoscaler() -> Value {
    let said = "the HPA was able to successfully calculate a replica count from cpu resource utilization";
    autoscaler("True", "ValidMetricFound", said, LONG_AGO)
}

/// An autoscaler that misses a request since then.
pub(crate) fn blind_autoscaler(since: i64) -> Value {
    let said = "the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for \
                cpu in container web of Pod web-2-a";
    autoscaler("False", "FailedGetResourceMetric", said, since)
}

/// A node that is well.
pub(crate) fn node() -> Value {
    let mut body = object("v1", "Node", "node-a");
    body["metadata"]["namespace"] = Value::Null;
    body["spec"] = json!({});
    let conditions = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"].map(|kind| {
        let status = if kind == "Ready" { "True" } else { "False" };
        node_condition(kind, status)
    });
    body["status"] = json!({"allocatable": {"cpu": "2", "pods": "110"}, "conditions": conditions});
    body
}

/// A node on which one condition has another status, or which has one condition more.
pub(crate) fn node_with(kind: &str, status: &str) -> Value {
    let mut body = node();
    let conditions = body["status"]["conditions"].as_array_mut().expect("nodes have conditions");
    conditions.retain(|it| it["type"] != kind);
    conditions.push(node_condition(kind, status));
    body
}

fn node_condition(kind: &str, status: &str) -> Value {
    json!({
        "lastHeartbeatTime": stamp(0),
        "lastTransitionTime": stamp(0),
        "message": format!("the kubelet says that {kind} is {status}"),
        "reason": format!("Kubelet{kind}"),
        "status": status,
        "type": kind,
    })
}
