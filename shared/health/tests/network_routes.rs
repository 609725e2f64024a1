//! Ingresses and Gateway routes that lead nowhere.
#![expect(clippy::needless_pass_by_value, reason = "json! makes values")]

mod support;

use serde_json::{Value, json};
use support::{
    NOTHING,
    around::{service, service_of},
    changed,
    lab::{Lab, shop},
    object, stamp,
};

fn ingress(service: &str, port: Value) -> Value {
    let mut body = object("networking.k8s.io/v1", "Ingress", "front");
    body["spec"] = json!({
        "ingressClassName": "edge",
        "rules": [{"host": "shop.test", "http": {"paths": [{
            "backend": {"service": {"name": service, "port": {"number": port}}},
            "path": "/",
            "pathType": "Prefix",
        }]}}],
    });
    body["status"] = json!({"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}});
    body
}

fn of_cluster(api_version: &str, kind: &str, name: &str) -> Value {
    let mut body = object(api_version, kind, name);
    body["metadata"]["namespace"] = Value::Null;
    body
}

fn class(name: &str) -> Value {
    of_cluster("networking.k8s.io/v1", "IngressClass", name)
}

/// A shop with an Ingress that works.
fn front() -> Lab {
    let mut lab = shop();
    lab.see(0, &class("edge"));
    lab.see(0, &ingress("web", json!(80)));
    lab
}

fn gateway(class: &str) -> Value {
    let mut body = object("gateway.networking.k8s.io/v1", "Gateway", "door");
    body["spec"] = json!({"gatewayClassName": class, "listeners": [{"name": "http", "port": 80}]});
    body
}

fn route(parent: &str, backend: Value) -> Value {
    let mut body = object("gateway.networking.k8s.io/v1", "HTTPRoute", "front");
    body["spec"] = json!({"parentRefs": [{"name": parent}], "rules": [{"backendRefs": [backend]}]});
    body
}

/// A shop with a Gateway and a route that work.
fn door() -> Lab {
    let mut lab = shop();
    lab.see(0, &of_cluster("gateway.networking.k8s.io/v1", "GatewayClass", "edge"));
    lab.see(0, &gateway("edge"));
    lab.see(0, &route("door", json!({"name": "web", "port": 80})));
    lab
}

#[test]
fn routes_that_work_are_left_alone() {
    for mut lab in [front(), door()] {
        lab.wait(3600);

        assert_eq!(lab.rules(), NOTHING);
    }
}

#[test]
fn ingress_to_a_missing_service_is_reported_with_its_field() {
    let mut lab = front();

    lab.see(100, &ingress("wbe", json!(80)));
    lab.wait(103);

    assert_eq!(lab.line("ingress-backend"), "BackendNotFound warning Ingress/front - Ingress/front");
    assert_eq!(
        lab.cause(),
        "route-backend-missing Ingress/front spec.rules[0].http.paths[0].backend.service.name \"web\" -> \"wbe\""
    );
}

#[test]
fn ingress_to_a_missing_port_is_reported() {
    let mut lab = front();

    lab.see(100, &ingress("web", json!(8081)));
    lab.wait(103);

    assert_eq!(lab.the("ingress-backend").condition, "BackendPortNotFound");
    assert_eq!(
        lab.cause(),
        "route-backend-missing Ingress/front \
         spec.rules[0].http.paths[0].backend.service.port.number 80 -> 8081"
    );
}

#[test]
fn deletion_of_the_service_is_the_cause() {
    let mut lab = front();
    lab.lose(100, &service("web"));

    lab.see(101, &ingress("web", json!(80)));
    lab.wait(120);

    assert_eq!(lab.the("ingress-backend").facts["blamed"]["mechanism"], "service-deleted");
    assert_eq!(lab.root_cause().unwrap().object.title(), "Service/web");
}

#[test]
fn ingress_that_comes_before_its_service_is_no_fault() {
    let mut lab = shop();
    let mut early = ingress("later", json!(80));
    early["metadata"]["creationTimestamp"] = json!(stamp(100));
    lab.see(0, &class("edge"));
    lab.see(100, &early);
    lab.see(104, &service_of("later", json!({"app": "web"})));

    lab.wait(200);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn nothing_is_missing_where_services_are_not_read() {
    let mut lab = Lab::default();

    lab.see(100, &ingress("web", json!(80)));
    lab.wait(3600);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn class_that_does_not_exist_is_reported() {
    let mut lab = shop();
    lab.see(0, &class("edge"));
    let unserved = changed(&ingress("web", json!(80)), "/status", json!({}));

    lab.see(100, &changed(&unserved, "/spec/ingressClassName", json!("edgy")));
    lab.wait(110);

    assert_eq!(lab.line("ingress-class"), "IngressClassMissing warning Ingress/front - Ingress/front");
    assert_eq!(lab.the("ingress-class").facts["blamed"]["field"], "spec.ingressClassName");
}

#[test]
fn ingress_without_a_class_that_is_served_is_no_fault() {
    let mut lab = shop();
    lab.see(0, &class("edge"));

    lab.see(100, &changed(&ingress("web", json!(80)), "/spec/ingressClassName", Value::Null));
    lab.wait(3600);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn certificate_that_is_missing_is_reported() {
    let mut lab = front();
    lab.see(0, &object("v1", "Secret", "other"));
    let mut body = ingress("web", json!(80));
    body["spec"]["tls"] = json!([{"hosts": ["shop.test"], "secretName": "shop-tls"}]);

    lab.see(100, &body);
    lab.wait(110);
    assert_eq!(lab.line("ingress-tls"), "TLSSecretMissing warning Ingress/front - Ingress/front");
    lab.see(120, &object("v1", "Secret", "shop-tls"));
    lab.see(121, &body);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn second_claim_of_a_path_is_only_noted() {
    let mut lab = front();
    let mut second = ingress("db", json!(80));
    second["metadata"]["name"] = json!("second");
    second["metadata"]["uid"] = json!("uid-second");
    lab.see(100, &second);
    assert_eq!(lab.line("ingress-conflict"), "PathConflict info Ingress/second - Ingress/second");

    second["metadata"]["annotations"]["nginx.ingress.kubernetes.io/canary"] = json!("true");
    lab.see(110, &second);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn route_to_a_missing_service_is_reported_with_its_field() {
    let mut lab = door();

    lab.see(100, &route("door", json!({"name": "wbe", "port": 80})));
    lab.wait(103);

    assert_eq!(lab.line("route-backend"), "BackendNotFound warning HTTPRoute/front - HTTPRoute/front");
    let cause = lab.root_cause().unwrap();
    assert_eq!(cause.field.as_str(), "spec.rules[0].backendRefs[wbe]");
}

#[test]
fn route_without_its_gateway_is_reported() {
    let mut lab = door();

    lab.see(100, &route("dor", json!({"name": "web", "port": 80})));
    lab.wait(103);

    assert_eq!(lab.line("route-parent"), "ParentNotFound warning HTTPRoute/front - HTTPRoute/front");
}

#[test]
fn route_into_another_namespace_needs_a_grant() {
    let mut lab = door();
    let mut far = service_of("bank", json!({"app": "bank"}));
    far["metadata"]["namespace"] = json!("money");
    let mut grant = object("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", "shop");
    grant["metadata"]["namespace"] = json!("money");
    grant["spec"] =
        json!({"from": [{"kind": "HTTPRoute", "namespace": "other"}], "to": [{"kind": "Service"}]});
    let body = route("door", json!({"name": "bank", "namespace": "money", "port": 80}));
    lab.see(0, &far);
    lab.see(0, &grant);

    lab.see(100, &body);
    lab.wait(110);
    assert_eq!(lab.the("route-backend").condition, "RefNotPermitted");
    grant["spec"]["from"][0]["namespace"] = json!("shop");
    lab.see(120, &grant);
    lab.see(121, &body);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn gateway_without_its_class_is_reported() {
    let mut lab = door();

    lab.see(100, &gateway("edgy"));
    lab.wait(103);

    assert_eq!(lab.line("gateway-class"), "GatewayClassMissing warning Gateway/door - Gateway/door");
}

#[test]
fn gateways_and_routes_that_are_refused_are_reported() {
    let refusal = |since: i64, seen: u64| {
        json!([{"lastTransitionTime": stamp(since), "message": "no", "observedGeneration": seen, "reason": "Invalid",
                "status": "False", "type": "Accepted"}])
    };
    let mut lab = door();
    let mut refused = gateway("edge");
    refused["status"] = json!({"listeners": [{"name": "http", "conditions": refusal(100, 1)}]});
    let mut unattached = route("door", json!({"name": "web", "port": 80}));
    unattached["status"] =
        json!({"parents": [{"parentRef": {"name": "door"}, "conditions": refusal(100, 1)}]});
    lab.see(100, &refused);
    lab.see(100, &unattached);
    assert_eq!(lab.rules(), NOTHING, "controllers need a moment");

    lab.wait(161);

    assert_eq!(lab.line("gateway-status"), "NotAccepted warning Gateway/door - Gateway/door");
    assert_eq!(lab.line("route-status"), "NotAccepted warning HTTPRoute/front - HTTPRoute/front");
    refused["metadata"]["generation"] = json!(2);
    lab.see(170, &refused);
    assert_eq!(lab.rules(), ["route-status"], "a status of an older generation does not count");
}

#[test]
fn gateway_of_another_project_is_not_judged() {
    let mut lab = door();
    let mut other = gateway("none");
    other["apiVersion"] = json!("networking.istio.io/v1");

    lab.see(100, &other);
    lab.wait(3600);

    assert_eq!(lab.rules(), NOTHING);
}
