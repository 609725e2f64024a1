//! Workloads of all kinds, and the template that all of them run.

use super::{LONG_AGO, object, owned, pods::ready_pod, stamp};
use serde_json::{Value, json};

/// A Deployment of two replicas that is whole.
pub(crate) fn deployment(name: &str) -> Value {
    let mut body = object("apps/v1", "Deployment", name);
    body["spec"] = json!({
        "progressDeadlineSeconds": 600,
        "replicas": 2,
        "revisionHistoryLimit": 10,
        "selector": {"matchLabels": {"app": name}},
        "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}, "type": "RollingUpdate"},
        "template": template(name),
    });
    stand(&body, 2, 2, 2)
}

/// A StatefulSet of two replicas that is whole.
pub(crate) fn stateful_set(name: &str) -> Value {
    let mut body = object("apps/v1", "StatefulSet", name);
    body["spec"] = json!({
        "podManagementPolicy": "OrderedReady",
        "replicas": 2,
        "selector": {"matchLabels": {"app": name}},
        "serviceName": name,
        "template": template(name),
        "updateStrategy": {"rollingUpdate": {"partition": 0}, "type": "RollingUpdate"},
    });
    stand(&body, 2, 2, 2)
}

/// A DaemonSet on two nodes that is whole.
pub(crate) fn daemon_set(name: &str) -> Value {
    let mut body = object("apps/v1", "DaemonSet", name);
    body["spec"] = json!({
        "selector": {"matchLabels": {"app": name}},
        "template": template(name),
        "updateStrategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}, "type": "RollingUpdate"},
    });
    stand(&body, 2, 2, 2)
}

/// A ReplicaSet of a Deployment, whole.
pub(crate) fn replica_set(name: &str, deployment: &Value) -> Value {
    let spec = &deployment["spec"];
    let mut body = owned(object("apps/v1", "ReplicaSet", name), deployment);
    body["spec"] = json!({
        "replicas": spec["replicas"],
        "selector": spec["selector"],
        "template": spec["template"],
    });
    body["spec"]["selector"]["matchLabels"]["pod-template-hash"] = json!(name);
    body["spec"]["template"]["metadata"]["labels"]["pod-template-hash"] = json!(name);
    let replicas = spec["replicas"].as_u64().unwrap_or(1);
    stand(&body, replicas, replicas, replicas)
}

/// A Job that has begun.
pub(crate) fn job(name: &str) -> Value {
    let mut body = object("batch/v1", "Job", name);
    body["spec"] = json!({
        "backoffLimit": 6,
        "completionMode": "NonIndexed",
        "completions": 1,
        "parallelism": 1,
        "suspend": false,
        "template": template(name),
    });
    body["spec"]["template"]["spec"]["restartPolicy"] = json!("Never");
    body["status"] = json!({
        "active": 1,
        "ready": 0,
        "startTime": stamp(0),
        "terminating": 0,
        "uncountedTerminatedPods": {},
    });
    body
}

/// The Job as it ends: `Complete` or `Failed`.
pub(crate) fn ended_job(job: &Value, kind: &str, reason: &str, message: &str) -> Value {
    let mut body = job.clone();
    let succeeded = u64::from(kind == "Complete");
    body["status"] = json!({
        "conditions": [condition(kind, "True", reason, message)],
        "failed": 2,
        "ready": 0,
        "startTime": stamp(0),
        "succeeded": succeeded,
        "terminating": 0,
        "uncountedTerminatedPods": {},
    });
    body
}

/// A condition of a workload.
pub(crate) fn condition(kind: &str, status: &str, reason: &str, message: &str) -> Value {
    json!({
        "lastTransitionTime": stamp(0),
        "lastUpdateTime": stamp(0),
        "message": message,
        "reason": reason,
        "status": status,
        "type": kind,
    })
}

/// The workload with so many ready, updated and existing replicas, as its controller reports them.
pub(crate) fn stand(workload: &Value, ready: u64, updated: u64, replicas: u64) -> Value {
    let generation = &workload["metadata"]["generation"];
    let status = match workload["kind"].as_str().unwrap_or_default() {
        "DaemonSet" => json!({
            "currentNumberScheduled": replicas,
            "desiredNumberScheduled": replicas,
            "numberAvailable": ready,
            "numberMisscheduled": 0,
            "numberReady": ready,
            "observedGeneration": generation,
            "updatedNumberScheduled": updated,
        }),
        "StatefulSet" => json!({
            "availableReplicas": ready,
            "collisionCount": 0,
            "currentReplicas": replicas,
            "currentRevision": "r-1",
            "observedGeneration": generation,
            "readyReplicas": ready,
            "replicas": replicas,
            "updateRevision": "r-1",
            "updatedReplicas": updated,
        }),
        "ReplicaSet" => json!({
            "availableReplicas": ready,
            "fullyLabeledReplicas": replicas,
            "observedGeneration": generation,
            "readyReplicas": ready,
            "replicas": replicas,
        }),
        _ => json!({
            "availableReplicas": ready,
            "observedGeneration": generation,
            "readyReplicas": ready,
            "replicas": replicas,
            "updatedReplicas": updated,
        }),
    };
    let mut workload = workload.clone();
    workload["status"] = status;
    workload
}

/// The controller of a ReplicaSet says that it may not create pods; so many were created before.
pub(crate) fn refused(replica_set: &Value, said: &str, created: u64) -> Value {
    let mut body = stand(replica_set, created, created, created);
    body["status"]["conditions"] = json!([condition("ReplicaFailure", "True", "FailedCreate", said)]);
    body
}

/// A Deployment, its first revision and two pods that run since long ago.
pub(crate) fn healthy(name: &str) -> Vec<Value> {
    let revision = first_revision(name);
    let pods = ["a", "b"].map(|letter| ready_pod(&format!("{name}-1-{letter}"), &revision, LONG_AGO));
    [deployment(name), revision].into_iter().chain(pods).collect()
}

/// The ReplicaSet whose pods run since long ago.
pub(crate) fn first_revision(name: &str) -> Value {
    replica_set(&format!("{name}-1"), &deployment(name))
}

fn template(app: &str) -> Value {
    json!({
        "metadata": {"labels": {"app": app, "tier": format!("{app}-tier")}},
        "spec": {
            "containers": [server(app), logger()],
            "dnsPolicy": "ClusterFirst",
            "restartPolicy": "Always",
            "schedulerName": "default-scheduler",
            "securityContext": {},
            "terminationGracePeriodSeconds": 30,
            "volumes": [{"configMap": {"defaultMode": 420, "name": "theme"}, "name": "theme"}],
        },
    })
}

fn server(name: &str) -> Value {
    json!({
        "command": [name, "--serve"],
        "env": [
            {"name": "LOG_LEVEL", "value": "info"},
            {"name": "MODE", "valueFrom": {"configMapKeyRef": {"key": "mode", "name": "modes"}}},
        ],
        "envFrom": [{"configMapRef": {"name": "settings"}}],
        "image": format!("lab.test/{name}:1.0"),
        "imagePullPolicy": "IfNotPresent",
        "livenessProbe": probe("/healthz"),
        "name": name,
        "ports": [{"containerPort": 8080, "protocol": "TCP"}],
        "readinessProbe": probe("/ready"),
        "resources": {"limits": {"memory": "64Mi"}, "requests": {"cpu": "10m", "memory": "16Mi"}},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "volumeMounts": [{"mountPath": "/theme", "name": "theme"}],
    })
}

fn logger() -> Value {
    json!({
        "image": "lab.test/log:1.0",
        "imagePullPolicy": "IfNotPresent",
        "name": "log",
        "ports": [{"containerPort": 2020, "name": "metrics", "protocol": "TCP"}],
        "resources": {"limits": {"memory": "32Mi"}, "requests": {"cpu": "5m", "memory": "8Mi"}},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    })
}

fn probe(path: &str) -> Value {
    json!({
        "failureThreshold": 3,
        "httpGet": {"path": path, "port": 8080, "scheme": "HTTP"},
        "periodSeconds": 3,
        "successThreshold": 1,
        "timeoutSeconds": 1,
    })
}
