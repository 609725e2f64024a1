//! One fault is one incident, and two faults are two, whichever of their findings comes first.

mod support;

use chiron_correlate::{Correlate, Heard};
use chiron_events::{Context, FindingRaised};
use chiron_function::Fold;
use chiron_model::{Finding, Id, ObjectRef, Relation};
use support::{
    Correlator, change, creation, deployment, incident, node_trouble, object, opened, suspecting, trouble,
};

/// Whether two findings become one incident, in either order.
fn are_one(one: &Finding, other: &Finding) -> bool {
    let forth = joins(one, other);
    assert_eq!(forth, joins(other, one), "the order of the findings must not count");
    forth
}

fn joins(first: &Finding, second: &Finding) -> bool {
    let mut correlator = Correlator::default();
    let id = opened(&correlator.raise(first)).id;
    incident(&correlator.raise(second)).id == id
}

#[test]
fn two_pods_of_one_workload_are_one_incident() {
    let web = deployment("web");

    assert!(are_one(&trouble(&web, "web-1", 0), &trouble(&web, "web-2", 30)));
}

#[test]
fn unrelated_workloads_of_one_namespace_are_two_incidents() {
    let web = trouble(&deployment("web"), "web-1", 0);
    let mail = trouble(&deployment("mail"), "mail-1", 1);

    assert!(!are_one(&web, &mail));
}

#[test]
fn readers_of_one_changed_map_are_one_incident() {
    let settings = change(&object("ConfigMap", "shop", "settings"), "data.URL", -5);
    let web = suspecting(trouble(&deployment("web"), "web-1", 0), Relation::Reads, &settings);
    let mail = suspecting(trouble(&deployment("mail"), "mail-1", 9), Relation::Reads, &settings);

    assert!(are_one(&web, &mail));
}

#[test]
fn callers_of_one_changed_service_are_one_incident() {
    let selector = change(&object("Service", "shop", "db"), "spec.selector.app", -5);
    let web = suspecting(trouble(&deployment("web"), "web-1", 0), Relation::Calls, &selector);
    let mail = suspecting(trouble(&deployment("mail"), "mail-1", 9), Relation::Calls, &selector);

    assert!(are_one(&web, &mail));
}

#[test]
fn a_caller_joins_what_it_calls() {
    let db = deployment("db");
    let image = change(&db, "spec.template.spec.containers[db].image", -5);
    let called = suspecting(trouble(&db, "db-1", 0), Relation::Itself, &image);
    let caller = suspecting(trouble(&deployment("web"), "web-1", 20), Relation::Calls, &image);

    assert!(are_one(&called, &caller));
}

#[test]
fn a_service_joins_the_workload_behind_it() {
    let web = deployment("web");
    let labels = change(&web, "spec.template.metadata.labels.app", -5);
    let workload = suspecting(trouble(&web, "web-1", 0), Relation::Itself, &labels);
    let service = object("Service", "shop", "web");
    let routed = Finding { object: service.clone(), ..trouble(&service, "web", 3) };

    assert!(are_one(&workload, &suspecting(routed, Relation::Routes, &labels)));
}

#[test]
fn a_quota_that_appears_joins_what_it_limits() {
    let quota = creation(&object("ResourceQuota", "shop", "tight"), -5);
    let web = suspecting(trouble(&deployment("web"), "web-1", 0), Relation::Limits, &quota);
    let mail = suspecting(trouble(&deployment("mail"), "mail-1", 9), Relation::Limits, &quota);

    assert!(are_one(&web, &mail));
}

#[test]
fn an_object_made_beside_them_joins_nothing() {
    let settings = creation(&object("ConfigMap", "shop", "settings"), -5);
    let web = suspecting(trouble(&deployment("web"), "web-1", 0), Relation::Reads, &settings);
    let mail = suspecting(trouble(&deployment("mail"), "mail-1", 9), Relation::Reads, &settings);

    assert!(!are_one(&web, &mail));
}

#[test]
fn a_restart_of_what_both_call_joins_nothing() {
    let mark = "spec.template.metadata.annotations['kubectl.kubernetes.io/restartedAt']";
    let restart = change(&deployment("db"), mark, -5);
    let web = suspecting(trouble(&deployment("web"), "web-1", 0), Relation::Calls, &restart);
    let mail = suspecting(trouble(&deployment("mail"), "mail-1", 9), Relation::Calls, &restart);

    assert!(!are_one(&web, &mail));
}

#[test]
fn a_shared_change_counts_for_ten_minutes() {
    let both = |second| {
        let settings = change(&object("ConfigMap", "shop", "settings"), "data.URL", second);
        let web = suspecting(trouble(&deployment("web"), "web-1", 0), Relation::Reads, &settings);
        let mail = suspecting(trouble(&deployment("mail"), "mail-1", 0), Relation::Reads, &settings);
        are_one(&web, &mail)
    };

    assert!(both(-600));
    assert!(!both(-601));
}

#[test]
fn two_changes_of_one_map_are_two_causes() {
    let settings = object("ConfigMap", "shop", "settings");
    let web = suspecting(
        trouble(&deployment("web"), "web-1", 0),
        Relation::Reads,
        &change(&settings, "data.A", -9),
    );
    let mail = suspecting(
        trouble(&deployment("mail"), "mail-1", 0),
        Relation::Reads,
        &change(&settings, "data.B", -5),
    );

    assert!(!are_one(&web, &mail));
}

#[test]
fn a_cordoned_node_joins_pods_of_two_namespaces() {
    let cordon = change(&object("Node", "", "node-a"), "spec.unschedulable", -5);
    let web = suspecting(trouble(&deployment("web"), "web-1", 0), Relation::Hosts, &cordon);
    let batch = trouble(&object("Deployment", "batch", "worker"), "worker-1", 4);

    assert!(are_one(&web, &suspecting(batch, Relation::Hosts, &cordon)));
}

#[test]
fn a_sick_node_joins_no_unrelated_crash() {
    let node = node_trouble(&object("Node", "", "node-a"), 0);
    let crash = trouble(&deployment("web"), "web-1", 1);

    assert!(!are_one(&node, &crash));
}

#[test]
fn incidents_of_nodes_belong_to_no_namespace() {
    let told = Correlator::default().raise(&node_trouble(&object("Node", "", "node-a"), 0));

    assert_eq!(opened(&told).namespace, "");
    assert_eq!(opened(&told).group, "lab/Node/node-a");
}

#[test]
fn namesakes_in_two_clusters_are_two_incidents() {
    let here = trouble(&deployment("web"), "web-1", 0);
    let there = elsewhere(&here);

    assert!(!are_one(&here, &there));
}

#[test]
fn each_cluster_has_a_state_of_its_own() {
    let key =
        |finding: Finding| Correlate.key(&Context::default(), &Heard::Raised(FindingRaised { finding }));
    let here = trouble(&deployment("web"), "web-1", 0);

    assert_eq!(key(here.clone()), "lab");
    assert_eq!(key(elsewhere(&here)), "prod");
}

/// The same finding in another cluster.
fn elsewhere(finding: &Finding) -> Finding {
    let moved = |it: &ObjectRef| ObjectRef {
        cluster: "prod".to_owned(),
        uid: format!("{}-prod", it.uid),
        ..it.clone()
    };
    let id = Id::derive(&["prod", &finding.id.to_string()]);
    Finding { id, object: moved(&finding.object), workload: moved(&finding.workload), ..finding.clone() }
}
