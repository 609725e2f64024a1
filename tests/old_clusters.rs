//! A bundle of Kubernetes 1.8, as `kubectl cluster-info dump` wrote it then: other groups, other Events, no field managers.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use serde_json::{Value, json};
use std::fs;
use support::{desk::Desk, process::run, raw::event, recordings::replay_into};

const MADE: &str = "2018-03-01T10:00:00Z";

fn meta(plural: &str, name: &str) -> Value {
    json!({
        "name": name, "namespace": "shop", "uid": format!("{plural}-{name}"), "resourceVersion": "431",
        "selfLink": format!("/api/v1/namespaces/shop/{plural}/{name}"), "creationTimestamp": MADE, "generation": 1,
        "labels": {"app": name.split('-').next().unwrap()},
    })
}

fn owned(mut metadata: Value, kind: &str, plural: &str, name: &str) -> Value {
    metadata["ownerReferences"] = json!([{
        "apiVersion": "extensions/v1beta1", "kind": kind, "name": name, "uid": format!("{plural}-{name}"),
        "controller": true, "blockOwnerDeletion": true,
    }]);
    metadata
}

fn template(app: &str) -> Value {
    json!({
        "metadata": {"creationTimestamp": null, "labels": {"app": app}},
        "spec": {
            "containers": [{
                "name": app, "image": format!("registry.example/{app}:1"), "resources": {},
                "ports": [{"containerPort": 8080, "protocol": "TCP"}], "imagePullPolicy": "IfNotPresent",
                "terminationMessagePath": "/dev/termination-log",
            }],
            "restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "securityContext": {},
        },
    })
}

fn deployment(app: &str, ready: u64) -> Value {
    let available = if ready > 0 { "True" } else { "False" };
    json!({
        "metadata": meta("deployments", app),
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": app}}, "template": template(app),
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 1}}},
        "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": ready,
            "availableReplicas": ready, "unavailableReplicas": 1 - ready,
            "conditions": [{"type": "Available", "status": available, "reason": "MinimumReplicasAvailable",
                "lastUpdateTime": MADE, "lastTransitionTime": MADE}]},
    })
}

fn replica_set(app: &str, ready: u64) -> Value {
    json!({
        "metadata": owned(meta("replicasets", &format!("{app}-1")), "Deployment", "deployments", app),
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": app}}, "template": template(app)},
        "status": {"replicas": 1, "fullyLabeledReplicas": 1, "readyReplicas": ready, "availableReplicas": ready,
            "observedGeneration": 1},
    })
}

/// A pod of that controller, with the state of its one container.
fn pod(name: &str, owner: (&str, &str, &str), status: Value) -> Value {
    let app = name.split('-').next().unwrap();
    let mut status = status;
    status["name"] = json!(app);
    status["image"] = json!(format!("registry.example/{app}:1"));
    status["imageID"] = json!("docker-pullable://registry.example/x@sha256:00");
    let ready = if status["ready"] == true { "True" } else { "False" };
    let condition = |kind: &str, status: &str| json!({"type": kind, "status": status, "lastProbeTime": null, "lastTransitionTime": MADE});
    let mut spec = template(app)["spec"].clone();
    spec["nodeName"] = json!("node-1");
    json!({
        "metadata": owned(meta("pods", name), owner.0, owner.1, owner.2),
        "spec": spec,
        "status": {"phase": "Running", "hostIP": "10.0.0.1", "podIP": "10.2.0.7", "startTime": MADE, "qosClass": "BestEffort",
            "conditions": [condition("Initialized", "True"), condition("Ready", ready), condition("PodScheduled", "True")],
            "containerStatuses": [status]},
    })
}

fn running() -> Value {
    json!({"ready": true, "restartCount": 0, "state": {"running": {"startedAt": MADE}}, "lastState": {}})
}

fn crashing() -> Value {
    let ended = json!({"exitCode": 1, "reason": "Error", "startedAt": "2018-03-01T10:20:00Z", "finishedAt": "2018-03-01T10:20:01Z"});
    json!({"ready": false, "restartCount": 9, "lastState": {"terminated": ended}, "state": {"waiting": {
        "reason": "CrashLoopBackOff", "message": "Back-off 5m0s restarting failed container=web pod=web-1-x_shop"}}})
}

fn back_off() -> Value {
    json!({
        "metadata": {"name": "web-1-x.1517c0ffee", "namespace": "shop", "uid": "event-1", "resourceVersion": "977",
            "creationTimestamp": "2018-03-01T10:01:00Z"},
        "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "web-1-x", "uid": "pods-web-1-x",
            "apiVersion": "v1", "resourceVersion": "430", "fieldPath": "spec.containers{web}"},
        "reason": "BackOff", "message": "Back-off restarting failed container", "type": "Warning", "count": 86,
        "source": {"component": "kubelet", "host": "node-1"},
        "firstTimestamp": "2018-03-01T10:01:00Z", "lastTimestamp": "2018-03-01T10:21:00Z",
    })
}

/// What stands around the pods, and is well.
fn around() -> Vec<(&'static str, &'static str, Vec<Value>)> {
    let condition = |kind: &str, status: &str| json!({"type": kind, "status": status, "reason": "Kubelet", "lastHeartbeatTime": "2018-03-01T10:21:00Z", "lastTransitionTime": MADE});
    let conditions =
        [("OutOfDisk", "False"), ("MemoryPressure", "False"), ("DiskPressure", "False"), ("Ready", "True")];
    let node = json!({
        "metadata": {"name": "node-1", "uid": "node-1", "resourceVersion": "975", "creationTimestamp": MADE},
        "spec": {"externalID": "node-1", "podCIDR": "10.2.0.0/24"},
        "status": {"conditions": conditions.map(|(kind, status)| condition(kind, status)), "capacity": {"pods": "110"},
            "allocatable": {"pods": "110"}, "nodeInfo": {"kubeletVersion": "v1.8.7"}},
    });
    let service = json!({
        "metadata": meta("services", "calm"),
        "spec": {"selector": {"app": "calm"}, "clusterIP": "10.3.0.9", "type": "ClusterIP",
            "ports": [{"port": 80, "targetPort": 8080, "protocol": "TCP"}]},
        "status": {"loadBalancer": {}},
    });
    let endpoints = json!({
        "metadata": meta("endpoints", "calm"),
        "subsets": [{"addresses": [{"ip": "10.2.0.7", "targetRef": {"kind": "Pod", "name": "calm-1-x"}}], "ports": [{"port": 8080}]}],
    });
    let backend = json!({"serviceName": "calm", "servicePort": 80});
    let ingress = json!({
        "metadata": meta("ingresses", "calm"),
        "spec": {"rules": [{"host": "calm.example", "http": {"paths": [{"path": "/", "backend": backend}]}}]},
        "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}},
    });
    let agents = json!({
        "metadata": meta("daemonsets", "agent"),
        "spec": {"selector": {"matchLabels": {"app": "agent"}}, "template": template("agent"), "templateGeneration": 1},
        "status": {"currentNumberScheduled": 1, "desiredNumberScheduled": 1, "numberReady": 1, "numberAvailable": 1,
            "numberMisscheduled": 0, "updatedNumberScheduled": 1, "observedGeneration": 1},
    });
    vec![
        ("Node", "v1", vec![node]),
        ("Service", "v1", vec![service]),
        ("Endpoints", "v1", vec![endpoints]),
        ("Ingress", "extensions/v1beta1", vec![ingress]),
        ("DaemonSet", "extensions/v1beta1", vec![agents]),
    ]
}

/// All lists: kind, version and items, which carry neither.
fn cluster() -> Vec<(&'static str, &'static str, Vec<Value>)> {
    let pods = vec![
        pod("calm-1-x", ("ReplicaSet", "replicasets", "calm-1"), running()),
        pod("agent-x", ("DaemonSet", "daemonsets", "agent"), running()),
        pod("web-1-x", ("ReplicaSet", "replicasets", "web-1"), crashing()),
    ];
    let mut all = around();
    all.extend([
        ("Deployment", "extensions/v1beta1", vec![deployment("calm", 1), deployment("web", 0)]),
        ("ReplicaSet", "extensions/v1beta1", vec![replica_set("calm", 1), replica_set("web", 0)]),
        ("Pod", "v1", pods),
        ("Event", "v1", vec![back_off()]),
    ]);
    all
}

fn bundle() -> Desk {
    let desk = Desk::new();
    fs::create_dir(desk.folder().join("dump")).unwrap();
    for (kind, version, items) in cluster() {
        let list = json!({"kind": format!("{kind}List"), "apiVersion": version, "metadata": {"resourceVersion": "980"}, "items": items});
        desk.file(&format!("dump/{}s.json", kind.to_lowercase()), &list.to_string());
    }
    desk
}

#[tokio::test]
async fn crash_loop_is_found_and_grouped_under_its_deployment() {
    let desk = bundle();

    let ran = run(&["analyze", &desk.path("dump"), "-o", "json"]).await;

    assert!(ran.code == Some(0) && ran.err.is_empty(), "{ran:?}");
    let rows = ran.json();
    let rows = rows.as_array().unwrap();
    let crash = rows.iter().find(|it| it["object"]["name"] == "web-1-x" && it["source"] == "object").unwrap();
    assert_eq!((&crash["condition"], &crash["container"]), (&json!("CrashLoopBackOff"), &json!("web")));
    let workload =
        json!({"apiVersion": "extensions/v1beta1", "kind": "Deployment", "namespace": "shop", "name": "web"});
    assert_eq!(crash["workload"], workload);
    assert!(rows.iter().all(|it| it["group"] == crash["group"]), "{rows:#?}");
    let is_of_web = |it: &Value| it["object"]["name"].as_str().unwrap().starts_with("web");
    assert!(rows.iter().all(is_of_web), "the others are well: {rows:#?}");
}

#[tokio::test]
async fn health_of_old_kinds_is_told() {
    let desk = bundle();

    let told = run(&["analyze", &desk.path("dump"), "--health", "-o", "json"]).await.json();

    let of = |kind: &str, name: &str| {
        let is_it = |it: &&Value| it["object"]["kind"] == kind && it["object"]["name"] == name;
        told.as_array().unwrap().iter().find(is_it).unwrap()["health"].as_str().unwrap().to_owned()
    };
    for (kind, name) in [
        ("Node", "node-1"),
        ("Ingress", "calm"),
        ("DaemonSet", "agent"),
        ("Deployment", "calm"),
        ("ReplicaSet", "calm-1"),
        ("Pod", "calm-1-x"),
    ] {
        assert_eq!(of(kind, name), "Healthy", "{kind}");
    }
    assert_eq!(of("Pod", "web-1-x"), "Degraded");
}

#[test]
fn old_cluster_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = Vec::new();
    for (kind, version, items) in cluster() {
        for mut object in items {
            object["kind"] = json!(kind);
            object["apiVersion"] = json!(version);
            let second = u32::try_from(lines.len()).unwrap();
            lines.push(event(&format!("e-{second}"), "add", second, &object).to_string());
        }
    }
    let file = folder.path().join("old.ndjson");
    fs::write(&file, lines.join("\n")).unwrap();

    let replayed = replay_into(folder.path(), &file, |_| {});

    assert_eq!(replayed.report["counts"]["rejected"], 0, "{}", replayed.text);
    let incidents = replayed.incidents();
    assert_eq!(incidents.len(), 1, "{}", replayed.text);
    assert_eq!(incidents[0]["conditions"], json!(["CrashLoopBackOff"]));
    let objects = incidents[0]["objects"].as_array().unwrap();
    let titles: Vec<String> = objects.iter().map(|it| format!("{} {}", it["kind"], it["name"])).collect();
    assert_eq!(titles, ["\"Deployment\" \"web\"", "\"Pod\" \"web-1-x\""]);
}
