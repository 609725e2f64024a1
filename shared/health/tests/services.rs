//! Services that send traffic nowhere, or to a port where nobody listens.

mod support;

use chiron_model::Clearance;
use serde_json::{Value, json};
use support::{
    LONG_AGO, NOTHING,
    around::{endpoint_slice, service, service_of},
    changed,
    lab::{Lab, shop},
    pods::{ready_pod, turned},
    workloads::{deployment, first_revision, replica_set, stand},
};

/// The pods of `web` that run since long ago.
fn old_pods() -> [Value; 2] {
    ["web-1-a", "web-1-b"].map(|name| ready_pod(name, &first_revision("web"), LONG_AGO))
}

fn aimed_at(target: Value) -> Value {
    let mut body = service("web");
    body["spec"]["ports"][0]["targetPort"] = target;
    body
}

/// Two new pods of `web` take the place of the old ones.
fn replace(lab: &mut Lab, web: &Value) {
    let revision = lab.roll_out(100, web);
    lab.see(104, &ready_pod("web-2-a", &revision, 102));
    lab.see(104, &ready_pod("web-2-b", &revision, 102));
    for pod in old_pods() {
        lab.lose(105, &pod);
    }
}

#[test]
fn selector_that_matches_no_pod_is_reported() {
    let mut lab = shop();

    lab.see(100, &service_of("web", json!({"app": "shop"})));

    assert_eq!(lab.line("service-without-pods"), "NoEndpoints critical Service/web - Service/web");
    assert_eq!(lab.the("service-without-pods").facts["leftOut"], "Deployment/web");
}

#[test]
fn service_without_a_selector_is_left_alone() {
    for spec in [
        json!({"ports": [{"port": 80, "targetPort": 8080}], "type": "ClusterIP"}),
        json!({"externalName": "shop.example.com", "type": "ExternalName"}),
    ] {
        let mut lab = shop();

        lab.see(100, &changed(&service("web"), "/spec", spec));

        assert_eq!(lab.rules(), NOTHING);
    }
}

#[test]
fn service_that_never_had_pods_is_left_alone() {
    let mut lab = shop();

    lab.see(100, &service("later"));
    lab.see(101, &endpoint_slice("later"));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn service_of_a_stopped_workload_is_left_alone() {
    let mut lab = shop();
    let web = changed(&deployment("web"), "/spec/replicas", json!(0));

    lab.see(100, &stand(&web, 0, 0, 0));
    for pod in old_pods() {
        lab.lose(101, &pod);
    }

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn selector_may_move_to_other_ready_pods() {
    let mut lab = shop();

    lab.see(100, &service_of("web", json!({"app": "db"})));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn unready_pods_are_no_fault_of_the_service() {
    let mut lab = shop();

    for pod in old_pods() {
        lab.see(100, &turned(&pod, false, 100));
    }

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn moment_without_any_pod_is_no_fault() {
    let mut lab = shop();

    for pod in old_pods() {
        lab.lose(100, &pod);
    }

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn selector_that_is_set_back_ends_it() {
    let mut lab = shop();
    lab.see(100, &service_of("web", json!({"app": "shop"})));

    lab.see(160, &service("web"));

    assert_eq!(lab.ended("service-without-pods"), Some(Clearance::Healthy));
}

#[test]
fn service_that_is_deleted_is_not_healed() {
    let mut lab = shop();
    let lost = service_of("web", json!({"app": "shop"}));
    lab.see(100, &lost);

    lab.lose(160, &lost);

    assert_eq!(lab.ended("service-without-pods"), Some(Clearance::Deleted));
}

#[test]
fn target_port_that_nobody_declares_is_reported() {
    for target in [json!(9090), json!("https")] {
        let mut lab = shop();

        lab.see(100, &aimed_at(target));

        assert_eq!(lab.line("service-port"), "PortMismatch critical Service/web - Service/web");
    }
}

#[test]
fn target_port_of_another_container_is_no_fault() {
    for target in [json!(2020), json!("metrics")] {
        let mut lab = shop();

        lab.see(100, &aimed_at(target));

        assert_eq!(lab.rules(), NOTHING);
    }
}

#[test]
fn port_that_was_never_declared_is_no_fault() {
    let mut lab = Lab::default();
    lab.see(0, &deployment("web"));
    lab.see(0, &first_revision("web"));
    for pod in old_pods() {
        lab.see(0, &pod);
    }

    lab.see(1, &aimed_at(json!(9090)));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn pods_that_declare_no_ports_are_no_fault() {
    let mut web = deployment("web");
    for container in [0_usize, 1] {
        web["spec"]["template"]["spec"]["containers"][container]["ports"] = Value::Null;
    }
    let mut lab = Lab::default();
    let revision = replica_set("web-1", &web);
    for body in [&web, &revision, &ready_pod("web-1-a", &revision, -100), &service("web")] {
        lab.see(0, body);
    }

    lab.see(100, &aimed_at(json!(9090)));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn port_that_containers_no_longer_declare_is_reported() {
    let mut web = deployment("web");
    web["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"] = json!(9090);
    let mut lab = shop();

    replace(&mut lab, &web);

    assert_eq!(lab.line("service-port"), "PortMismatch critical Service/web - Service/web");
}

#[test]
fn target_port_that_is_set_back_ends_it() {
    let mut lab = shop();
    lab.see(100, &aimed_at(json!(9090)));

    lab.see(160, &service("web"));

    assert_eq!(lab.ended("service-port"), Some(Clearance::Healthy));
}
