//! Services that reach nobody, seen at one look or live.

mod support;

use chiron_health::{Moment, World};
use chiron_model::{Operation, Severity};
use serde_json::{Value, json};
use support::{
    LONG_AGO, NOTHING,
    around::{service, service_of},
    at, changed,
    lab::{Lab, shop},
    pods::{ready_pod, turned},
    stamp,
    workloads::{deployment, first_revision, healthy, stand},
};

/// What is said of objects that are looked at once, in a recording.
fn looked_at(objects: &[Value]) -> Lab {
    let mut lab = Lab::default();
    let seen: Vec<_> = objects.iter().map(|body| lab.version_of(Operation::Update, 0, body)).collect();
    let moment = Moment { at: at(600), is_recorded: true, ..Moment::default() };
    lab.world = World::look(seen, moment);
    lab
}

fn with_service(service: Value) -> Vec<Value> {
    healthy("web").into_iter().chain([service]).collect()
}

fn aimed_at(target: Value) -> Value {
    changed(&service("web"), "/spec/ports/0/targetPort", target)
}

fn balanced(name: &str, made: i64, address: bool) -> Value {
    let mut body = changed(&service_of(name, json!({"app": "web"})), "/spec/type", json!("LoadBalancer"));
    body["metadata"]["creationTimestamp"] = json!(stamp(made));
    if address {
        body["status"] = json!({"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}});
    }
    body
}

#[test]
fn selector_that_just_misses_is_seen_at_one_look() {
    let lab = looked_at(&with_service(service_of("web", json!({"app": "webb"}))));

    assert_eq!(lab.line("service-selector"), "NoEndpoints critical Service/web - Service/web");
    assert_eq!(
        lab.the("service-selector").facts["blamed"]["field"],
        "spec.selector.app",
        "the one entry that differs is at fault"
    );
}

#[test]
fn one_label_of_two_that_differs_is_a_slip() {
    let selector = json!({"app": "web", "tier": "frontend"});

    let lab = looked_at(&with_service(service_of("shopfront", selector)));

    assert_eq!(lab.line("service-selector"), "NoEndpoints critical Service/shopfront - Service/shopfront");
}

#[test]
fn services_that_need_no_pods_are_left_alone() {
    let selector = json!({"app": "web", "tier": "frontend"});
    let headless = changed(&service_of("web", json!({"app": "x"})), "/spec/clusterIP", json!("None"));
    let outside = changed(&service_of("web", json!({"app": "x"})), "/spec/type", json!("ExternalName"));
    let bare = changed(&service("web"), "/spec/selector", Value::Null);
    let other = service_of("later", json!({"app": "later"}));
    for body in [headless, outside, bare, other] {
        assert_eq!(looked_at(&with_service(body.clone())).rules(), NOTHING, "{body}");
    }
    // The pods are behind another Service: this one is the spare half of a pair.
    let mut pair = with_service(service_of("web-spare", selector));
    pair.push(service("web"));
    assert_eq!(looked_at(&pair).rules(), NOTHING);
}

#[test]
fn service_of_a_workload_at_zero_is_left_alone() {
    let idle = stand(&changed(&deployment("idle"), "/spec/replicas", json!(0)), 0, 0, 0);
    let mut objects = with_service(service("web"));
    objects.extend([idle, service("idle")]);

    assert_eq!(looked_at(&objects).rules(), NOTHING);
}

#[test]
fn port_name_that_no_container_has_is_seen_at_one_look() {
    let lab = looked_at(&with_service(aimed_at(json!("https"))));

    assert_eq!(lab.line("service-target"), "PortMismatch critical Service/web - Service/web");
    assert_eq!(lab.the("service-target").facts["blamed"]["field"], "spec.ports[http].targetPort");
}

#[test]
fn port_number_that_nobody_declares_is_seen_at_one_look() {
    let lab = looked_at(&with_service(aimed_at(json!(9090))));

    assert_eq!(lab.line("service-target"), "PortMismatch warning Service/web - Service/web");
}

#[test]
fn port_number_that_the_program_is_told_is_no_fault() {
    let mut objects = with_service(aimed_at(json!(9090)));
    for pod in objects.iter_mut().filter(|it| it["kind"] == "Pod") {
        pod["spec"]["containers"][0]["args"] = json!(["--listen=:9090"]);
    }

    assert_eq!(looked_at(&objects).rules(), NOTHING);
}

#[test]
fn port_that_was_changed_is_told_once() {
    let mut lab = shop();

    lab.see(100, &aimed_at(json!("https")));

    assert_eq!(lab.rules(), ["service-port"]);
    assert_eq!(
        lab.cause(),
        "service-port-mismatch Service/web spec.ports[http].targetPort 8080 -> \"https\""
    );
}

#[test]
fn selector_that_was_changed_is_told_once() {
    let mut lab = shop();

    lab.see(100, &service_of("web", json!({"app": "shop"})));

    assert_eq!(lab.rules(), ["service-without-pods"]);
    assert_eq!(lab.cause(), "service-selector-mismatch Service/web spec.selector.app \"web\" -> \"shop\"");
}

#[test]
fn service_without_ready_pods_is_only_noted() {
    let mut lab = shop();
    for name in ["web-1-a", "web-1-b"] {
        lab.see(100, &turned(&ready_pod(name, &first_revision("web"), LONG_AGO), false, 100));
    }
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(221);

    assert_eq!(lab.line("service-unready"), "NoReadyEndpoints info Service/web - Service/web");
}

#[test]
fn load_balancer_that_gets_no_address_is_reported() {
    let mut lab = shop();
    lab.see(0, &balanced("served", LONG_AGO, true));
    lab.see(100, &balanced("edge", 100, false));
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(401);

    assert_eq!(lab.line("load-balancer-pending"), "LoadBalancerPending warning Service/edge - Service/edge");
}

#[test]
fn cluster_that_gives_no_addresses_is_only_noted() {
    let mut lab = shop();

    lab.see(100, &balanced("edge", LONG_AGO, false));

    assert_eq!(lab.the("load-balancer-pending").severity, Severity::Info);
}
