//! Rows of `kubectl get` to partial objects, by the kind that prefix, header or command tell.

use super::{
    event_row,
    partial::{self, Scope, Typed, pairs, set},
    pod_row,
    table::Row,
};
use crate::kinds;
use serde_json::{Value, json};

/// The partial object of a row, when its kind is known.
pub(super) fn object(row: &Row, scope: &Scope) -> Option<Value> {
    let kind = kind(row, scope)?;
    if kind == "Event" {
        return event_row::object(row, scope);
    }
    let typed = Typed::from(kinds::by_kind(kind)?);
    let mut object = partial::object(typed, row, scope)?;
    match kind {
        "Pod" => pod_row::fill(&mut object, row),
        "Node" => node(&mut object, row),
        "Deployment" | "StatefulSet" | "ReplicaSet" => replicas(&mut object, row),
        "DaemonSet" => daemons(&mut object, row),
        "Job" => job(&mut object, row),
        "CronJob" => cron_job(&mut object, row),
        "PersistentVolumeClaim" | "PersistentVolume" | "Namespace" => volume(&mut object, row),
        "Service" => service(&mut object, row),
        "HorizontalPodAutoscaler" => autoscaler(&mut object, row),
        _ => {}
    }
    Some(object)
}

/// A prefix of the name counts most, then columns that only one kind has, then the command, then less clear columns.
fn kind(row: &Row, scope: &Scope) -> Option<&'static str> {
    let prefix = row.get("NAME").and_then(|name| name.split_once('/')).map(|(prefix, _)| prefix);
    if let Some(prefix) = prefix.filter(|prefix| !prefix.contains(char::is_uppercase)) {
        return kinds::by_word(prefix).map(|known| known.kind);
    }
    let has = |columns: &[&str]| columns.iter().all(|column| row.has(column));
    let clear: [(&str, &[&str]); 13] = [
        ("Event", &["REASON", "MESSAGE"]),
        ("Pod", &["NAME", "READY", "STATUS", "RESTARTS"]),
        ("Node", &["NAME", "STATUS", "ROLES", "VERSION"]),
        ("DaemonSet", &["NAME", "DESIRED", "CURRENT", "READY", "UP-TO-DATE"]),
        ("Deployment", &["NAME", "READY", "UP-TO-DATE", "AVAILABLE"]),
        ("Deployment", &["NAME", "DESIRED", "CURRENT", "UP-TO-DATE", "AVAILABLE"]),
        ("CronJob", &["NAME", "SCHEDULE", "SUSPEND"]),
        ("Job", &["NAME", "COMPLETIONS", "DURATION"]),
        ("PersistentVolume", &["NAME", "CAPACITY", "RECLAIM POLICY", "CLAIM"]),
        ("PersistentVolumeClaim", &["NAME", "STATUS", "VOLUME", "CAPACITY"]),
        ("Service", &["NAME", "TYPE", "CLUSTER-IP"]),
        ("HorizontalPodAutoscaler", &["NAME", "REFERENCE", "MINPODS"]),
        ("Event", &["REASON", "KIND"]),
    ];
    let by_columns = clear.iter().find(|(_, columns)| has(columns)).map(|(kind, _)| *kind);
    by_columns.or(scope.hint.kind.map(|known| known.kind)).or_else(|| {
        let likely = if has(&["NAME", "DESIRED", "CURRENT", "READY"]) {
            "ReplicaSet"
        } else if has(&["NAME", "READY", "AGE"]) && !row.has("STATUS") {
            "StatefulSet"
        } else {
            return None;
        };
        Some(likely)
    })
}

fn node(object: &mut Value, row: &Row) {
    let mut words = row.get("STATUS").unwrap_or("Unknown").split(',');
    let (status, reason) = match words.next() {
        Some("Ready") => ("True", "KubeletReady"),
        Some("NotReady") => ("False", "KubeletNotReady"),
        _ => ("Unknown", "NodeStatusUnknown"),
    };
    // A node that is not reached is shown as NotReady too, so only the status is sure.
    let mut condition = json!({"type": "Ready", "status": status});
    set(&mut condition, &["reason"], (status != "False").then_some(reason));
    set(object, &["status", "conditions"], Some(json!([condition])));
    if words.any(|word| word == "SchedulingDisabled") {
        set(object, &["spec", "unschedulable"], Some(true));
        let taint = json!([{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]);
        set(object, &["spec", "taints"], Some(taint));
    }
    set(object, &["status", "nodeInfo", "kubeletVersion"], row.get("VERSION"));
    set(object, &["status", "nodeInfo", "osImage"], row.get("OS-IMAGE"));
    if let Some(address) = row.get("INTERNAL-IP") {
        set(object, &["status", "addresses"], Some(json!([{"type": "InternalIP", "address": address}])));
    }
}

fn replicas(object: &mut Value, row: &Row) {
    let (ready, desired) = match row.pair("READY") {
        Some((ready, desired)) => (Some(ready), Some(desired)),
        None => (row.number("READY"), row.number("DESIRED")),
    };
    let is_deployment = object["kind"] == "Deployment";
    let available = row.number("AVAILABLE").or(ready);
    set(object, &["spec", "replicas"], desired);
    set(object, &["status", "replicas"], row.number("CURRENT").or(desired));
    set(object, &["status", "readyReplicas"], ready.or(available));
    set(object, &["status", "availableReplicas"], available);
    set(object, &["status", "updatedReplicas"], row.number("UP-TO-DATE"));
    let missing = desired.zip(available).map(|(desired, available)| desired.saturating_sub(available));
    set(object, &["status", "unavailableReplicas"], missing.filter(|missing| is_deployment && *missing > 0));
    selector(object, row);
}

fn selector(object: &mut Value, row: &Row) {
    let labels = row.get("SELECTOR").map(|text| pairs(text.split(',')));
    set(object, &["spec", "selector", "matchLabels"], labels);
}

fn daemons(object: &mut Value, row: &Row) {
    let desired = row.number("DESIRED");
    let available = row.number("AVAILABLE");
    set(object, &["status", "desiredNumberScheduled"], desired);
    set(object, &["status", "currentNumberScheduled"], row.number("CURRENT"));
    set(object, &["status", "numberReady"], row.number("READY"));
    set(object, &["status", "updatedNumberScheduled"], row.number("UP-TO-DATE"));
    set(object, &["status", "numberAvailable"], available);
    let missing = desired.zip(available).map(|(desired, available)| desired.saturating_sub(available));
    set(object, &["status", "numberUnavailable"], missing.filter(|missing| *missing > 0));
    selector(object, row);
}

fn job(object: &mut Value, row: &Row) {
    if let Some((succeeded, completions)) = row.pair("COMPLETIONS") {
        set(object, &["spec", "completions"], Some(completions));
        set(object, &["status", "succeeded"], Some(succeeded).filter(|count| *count > 0));
    }
    let condition = row.get("STATUS").filter(|status| *status != "Running");
    if let Some(kind) = condition {
        set(object, &["status", "conditions"], Some(json!([{"type": kind, "status": "True"}])));
    }
}

fn cron_job(object: &mut Value, row: &Row) {
    set(object, &["spec", "schedule"], row.get("SCHEDULE"));
    set(object, &["spec", "suspend"], row.get("SUSPEND").map(|text| text == "True"));
}

/// Claims, volumes and namespaces show their phase as STATUS.
fn volume(object: &mut Value, row: &Row) {
    // The word of a namespace or claim that is being deleted is no phase of its own.
    set(object, &["status", "phase"], row.get("STATUS"));
    let class = row.get("STORAGECLASS");
    set(object, &["spec", "storageClassName"], class);
    set(object, &["spec", "volumeName"], row.get("VOLUME"));
    set(object, &["spec", "persistentVolumeReclaimPolicy"], row.get("RECLAIM POLICY"));
    if let Some((namespace, name)) = row.get("CLAIM").and_then(|claim| claim.split_once('/')) {
        set(object, &["spec", "claimRef"], Some(json!({"namespace": namespace, "name": name})));
    }
}

fn service(object: &mut Value, row: &Row) {
    set(object, &["spec", "type"], row.get("TYPE"));
    set(object, &["spec", "clusterIP"], row.get("CLUSTER-IP"));
    set(object, &["spec", "selector"], row.get("SELECTOR").map(|text| pairs(text.split(','))));
    let port = |text: &str| {
        let (ports, protocol) = text.split_once('/')?;
        let port: u16 = ports.split(':').next()?.parse().ok()?;
        Some(json!({"port": port, "protocol": protocol}))
    };
    let ports = row.get("PORT(S)").map(|text| text.split(',').filter_map(port).collect::<Vec<Value>>());
    set(object, &["spec", "ports"], ports);
    if let Some(address) = row.get("EXTERNAL-IP").filter(|_| row.get("TYPE") == Some("LoadBalancer")) {
        let ingress: Vec<Value> =
            address.split(',').filter(|text| *text != "<pending>").map(|ip| json!({"ip": ip})).collect();
        set(object, &["status", "loadBalancer"], Some(json!({"ingress": ingress})));
    }
}

fn autoscaler(object: &mut Value, row: &Row) {
    if let Some((kind, name)) = row.get("REFERENCE").and_then(|text| text.split_once('/')) {
        set(object, &["spec", "scaleTargetRef"], Some(json!({"kind": kind, "name": name})));
    }
    set(object, &["spec", "minReplicas"], row.number("MINPODS"));
    set(object, &["spec", "maxReplicas"], row.number("MAXPODS"));
    set(object, &["status", "currentReplicas"], row.number("REPLICAS"));
}
