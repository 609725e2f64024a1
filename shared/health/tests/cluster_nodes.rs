//! Nodes that fall silent, are left closed, or keep marks; and namespaces that do not go away.

mod support;

use chiron_model::Clearance;
use serde_json::{Value, json};
use support::{
    LONG_AGO, NOTHING,
    around::{node, node_with},
    changed, deleted,
    lab::{Lab, shop},
    object,
    pods::{ready_pod, unready_pod, unscheduled_pod},
    stamp,
    workloads::first_revision,
};

const CLOSED: &str = "0/1 nodes are available: 1 node(s) were unschedulable. preemption: 0/1 nodes are available: 1 \
                      Preemption is not helpful for scheduling.";

fn lease(renewed: i64) -> Value {
    let mut body = object("coordination.k8s.io/v1", "Lease", "node-a");
    body["metadata"]["namespace"] = json!("kube-node-lease");
    body["spec"] =
        json!({"holderIdentity": "node-a", "leaseDurationSeconds": 40, "renewTime": stamp(renewed)});
    body
}

#[test]
fn node_whose_lease_is_old_is_reported() {
    let mut lab = Lab::default();
    lab.see(100, &lease(100));
    lab.see(101, &node());
    lab.wait(160);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(162);

    assert_eq!(lab.line("node-lease-stale"), "NodeLeaseStale warning Node/node-a - Node/node-a");
}

#[test]
fn node_that_renews_its_lease_is_well() {
    let mut lab = Lab::default();
    lab.see(1, &node());
    for second in (10..600).step_by(10) {
        lab.see(second, &lease(second));
        lab.see(second + 1, &node());
    }

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn lease_that_is_renewed_ends_it() {
    let mut lab = Lab::default();
    lab.see(100, &lease(100));
    lab.see(101, &node());
    lab.wait(165);
    lab.see(170, &lease(170));

    lab.wait(190);

    assert_eq!(lab.ended("node-lease-stale"), Some(Clearance::Healthy));
}

fn tainted(key: &str, added: i64) -> Value {
    let taint = json!({"effect": "NoSchedule", "key": key, "timeAdded": stamp(added)});
    changed(&node(), "/spec/taints", json!([taint]))
}

#[test]
fn mark_that_stays_on_a_ready_node_is_reported() {
    let mut lab = Lab::default();
    lab.see(100, &node());
    lab.see(110, &tainted("node.kubernetes.io/out-of-service", 110));
    lab.wait(409);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(410);

    assert_eq!(lab.line("node-tainted"), "NodeTainted warning Node/node-a - Node/node-a");
    assert!(lab.cause().starts_with("node-tainted Node/node-a spec.taints null -> [{"), "{}", lab.cause());
}

#[test]
fn taints_that_somebody_wants_are_no_fault() {
    for key in ["dedicated", "node-role.kubernetes.io/control-plane", "node.kubernetes.io/unschedulable"] {
        let mut lab = Lab::default();

        lab.see(100, &tainted(key, 50));
        lab.wait(5000);

        assert_eq!(lab.rules(), NOTHING, "{key}");
    }
}

#[test]
fn node_that_falls_silent_soon_after_it_was_made_was_not_made_so() {
    let made = |mut node: Value| {
        node["metadata"]["creationTimestamp"] = json!(stamp(80));
        node
    };
    let mut lab = Lab::default();
    lab.see(80, &made(node()));
    lab.see(120, &made(node_with("Ready", "Unknown")));

    lab.wait(200);

    let cause = lab.root_cause().expect("the node is silent");
    assert_eq!((cause.field.as_str(), cause.changed_at), ("status.conditions[Ready].status", None));
}

#[test]
fn pod_on_a_lost_node_blames_the_node() {
    let mut lab = shop();
    lab.see(80, &node());
    let mut dead = node_with("Ready", "Unknown");
    dead["status"]["conditions"][3]["lastTransitionTime"] = json!(stamp(90));
    lab.see(90, &dead);
    lab.see(91, &unready_pod("web-1-a", &first_revision("web"), LONG_AGO));

    lab.wait(150);

    assert_eq!(lab.line("pod-on-lost-node"), "NodeNotReady warning Pod/web-1-a - Deployment/web");
    let blamed = &lab.the("pod-on-lost-node").facts["blamed"];
    assert_eq!(blamed["object"]["name"], "node-a");
    assert_eq!(blamed["field"], "status.conditions[Ready].status");
}

#[test]
fn pod_that_is_ready_in_spite_of_its_node_is_left_alone() {
    let mut lab = shop();
    lab.see(80, &node_with("Ready", "Unknown"));

    lab.see(91, &ready_pod("web-1-a", &first_revision("web"), LONG_AGO));
    lab.wait(1000);

    assert_eq!(lab.rules(), ["node-health"]);
}

#[test]
fn cordon_that_was_left_is_the_cause() {
    let mut lab = shop();
    lab.see(50, &node());
    lab.see(80, &changed(&node(), "/spec/unschedulable", json!(true)));
    lab.see(100, &unscheduled_pod("web-1-c", &first_revision("web"), 100, CLOSED));

    lab.wait(160);

    assert_eq!(lab.line("cordon-blocks-pods"), "Unschedulable warning Pod/web-1-c - Deployment/web");
    assert_eq!(lab.cause(), "node-cordoned Node/node-a spec.unschedulable null -> true");
}

#[test]
fn pod_that_would_not_fit_anyway_does_not_wait_for_the_cordon() {
    let mut lab = shop();
    lab.see(80, &changed(&node(), "/spec/unschedulable", json!(true)));
    let said = "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable.";
    lab.see(100, &unscheduled_pod("web-1-c", &first_revision("web"), 100, said));

    lab.wait(500);

    assert!(!lab.rules().contains(&"cordon-blocks-pods".to_owned()), "{:?}", lab.rules());
}

fn namespace(kind: &str, said: &str) -> Value {
    let mut body = deleted(&object("v1", "Namespace", "shop"), 100);
    body["metadata"]["namespace"] = Value::Null;
    body["spec"] = json!({"finalizers": ["kubernetes"]});
    let condition =
        json!({"type": kind, "status": "True", "message": said, "lastTransitionTime": stamp(105)});
    body["status"] = json!({"phase": "Terminating", "conditions": [condition]});
    body
}

#[test]
fn namespace_that_a_finalizer_keeps_blames_its_object() {
    let mut lab = Lab::default();
    let thing =
        changed(&object("lab.test/v1", "Thing", "odd"), "/metadata/finalizers", json!(["lab.test/x"]));
    lab.see(99, &deleted(&thing, 99));
    lab.see(106, &namespace("NamespaceFinalizersRemaining", "lab.test/x in 1 resource instances"));
    lab.wait(398);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(400);

    assert_eq!(
        lab.line("namespace-terminating"),
        "NamespaceFinalizersRemaining warning Namespace/shop - Namespace/shop"
    );
    assert_eq!(lab.cause(), "finalizer-stuck Thing/odd metadata.finalizers null -> [\"lab.test/x\"]");
}

#[test]
fn namespace_that_an_api_keeps_blames_the_api() {
    let mut lab = Lab::default();
    let mut api = object("apiregistration.k8s.io/v1", "APIService", "v1.lab.test");
    api["metadata"]["namespace"] = Value::Null;
    api["status"] = json!({"conditions": [{"type": "Available", "status": "False"}]});
    lab.see(90, &api);
    lab.see(
        106,
        &namespace("NamespaceDeletionDiscoveryFailure", "unable to retrieve the server APIs: lab.test/v1"),
    );

    lab.wait(165);

    assert_eq!(
        lab.line("namespace-terminating"),
        "NamespaceDeletionDiscoveryFailure warning Namespace/shop - Namespace/shop"
    );
    let finding = lab.the("namespace-terminating");
    assert_eq!(finding.facts["blamed"]["object"]["name"], "v1.lab.test");
}

#[test]
fn namespace_that_is_cleaned_up_in_time_is_no_fault() {
    let mut lab = Lab::default();
    let going = namespace("NamespaceContentRemaining", "pods. has 3 resource instances");
    lab.see(106, &going);
    lab.wait(300);

    lab.lose(301, &going);
    lab.wait(5000);

    assert_eq!(lab.rules(), NOTHING);
}
