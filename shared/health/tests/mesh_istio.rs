//! Routes and policies of a mesh that shut callers out or lead nowhere.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use chiron_model::Severity;
use serde_json::{Value, json};
use support::{
    LONG_AGO, NOTHING, changed,
    lab::{Lab, shop},
    object,
    pods::ready_pod,
    workloads::first_revision,
};

fn mesh(kind: &str, name: &str, spec: Value) -> Value {
    let group = match kind {
        "PeerAuthentication" | "AuthorizationPolicy" => "security.istio.io/v1",
        _ => "networking.istio.io/v1",
    };
    let mut body = object(group, kind, name);
    body["spec"] = spec;
    body
}

/// Traffic for `db` by subset and weight.
fn shares(shares: &[(&str, u64)]) -> Value {
    let route: Vec<Value> = shares
        .iter()
        .map(|(subset, weight)| json!({"destination": {"host": "db", "subset": subset}, "weight": weight}))
        .collect();
    mesh("VirtualService", "db", json!({"hosts": ["db"], "http": [{"route": route}]}))
}

/// Subsets of `db` by their label `tier`.
fn subsets(names: &[(&str, &str)]) -> Value {
    let subsets: Vec<Value> =
        names.iter().map(|(name, tier)| json!({"name": name, "labels": {"tier": tier}})).collect();
    mesh("DestinationRule", "db", json!({"host": "db.shop.svc.cluster.local", "subsets": subsets}))
}

fn strict(mode: &str) -> Value {
    mesh("PeerAuthentication", "default", json!({"mtls": {"mode": mode}}))
}

/// The pods of an application, with the proxy of the mesh beside them.
fn join(lab: &mut Lab, app: &str) {
    for letter in ["a", "b"] {
        let mut pod = ready_pod(&format!("{app}-1-{letter}"), &first_revision(app), LONG_AGO);
        let containers = pod["spec"]["containers"].as_array_mut().unwrap();
        containers.push(json!({"name": "istio-proxy", "image": "lab.test/proxy:1"}));
        lab.see(0, &pod);
    }
}

/// A shop in which both applications are in the mesh, with one subset that gets all traffic.
fn meshed() -> Lab {
    let mut lab = shop();
    join(&mut lab, "web");
    join(&mut lab, "db");
    lab.see(0, &subsets(&[("v1", "db-tier")]));
    lab.see(0, &shares(&[("v1", 100), ("v2", 0)]));
    lab
}

fn after(lab: &mut Lab, second: i64, body: &Value) {
    lab.see(second, body);
    lab.wait(second + 15);
}

#[test]
fn mesh_that_works_is_left_alone() {
    let mut lab = meshed();

    after(&mut lab, 100, &strict("STRICT"));
    lab.wait(3600);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn weight_on_an_unknown_subset_is_the_cause() {
    let mut lab = meshed();

    after(&mut lab, 100, &shares(&[("v1", 80), ("v2", 20)]));

    assert_eq!(
        lab.line("mesh-route"),
        "ReferencedResourceNotFound warning VirtualService/db - VirtualService/db"
    );
    assert_eq!(lab.cause(), "route-backend-missing VirtualService/db spec.http[0].route[1].weight 0 -> 20");
}

#[test]
fn subset_that_was_taken_away_is_the_cause() {
    let mut lab = meshed();
    after(&mut lab, 50, &subsets(&[("v1", "db-tier"), ("v2", "db-tier")]));
    after(&mut lab, 80, &shares(&[("v1", 80), ("v2", 20)]));
    assert_eq!(lab.rules(), NOTHING);

    lab.see(100, &subsets(&[("v1", "db-tier")]));
    after(&mut lab, 101, &shares(&[("v1", 80), ("v2", 20)]));

    assert_eq!(lab.the("mesh-route").facts["blamed"]["field"], "spec.subsets");
    assert_eq!(lab.root_cause().unwrap().field.as_str(), "spec.subsets[v2]");
}

#[test]
fn subset_without_pods_is_reported() {
    let mut lab = meshed();
    after(&mut lab, 50, &subsets(&[("v1", "db-tier"), ("v2", "new-tier")]));
    assert_eq!(lab.rules(), NOTHING);

    after(&mut lab, 100, &shares(&[("v1", 80), ("v2", 20)]));

    assert_eq!(lab.the("mesh-route").condition, "SubsetWithoutPods");
    assert_eq!(lab.root_cause().unwrap().field.as_str(), "spec.http[0].route[1].weight");
}

#[test]
fn host_that_does_not_exist_is_reported() {
    let mut lab = meshed();
    let to = |host: &str| json!({"hosts": ["x"], "http": [{"route": [{"destination": {"host": host}}]}]});

    after(&mut lab, 100, &mesh("VirtualService", "x", to("dbb")));
    after(&mut lab, 120, &mesh("DestinationRule", "x", json!({"host": "dbb.shop.svc.cluster.local"})));

    assert_eq!(lab.the("mesh-route").facts["blamed"]["field"], "spec.http[0].route[0]");
    assert_eq!(
        lab.line("mesh-rule-host"),
        "ReferencedResourceNotFound warning DestinationRule/x - DestinationRule/x"
    );
    for host in ["api.example.com", "*.example.com", "db", "db.shop.svc.cluster.local", "bank.money.svc.x"] {
        after(&mut lab, 200, &mesh("VirtualService", "x", to(host)));
        after(&mut lab, 220, &mesh("DestinationRule", "x", json!({"host": host})));
        assert_eq!(lab.rules(), NOTHING, "{host}");
    }
}

#[test]
fn weights_that_add_up_to_nothing_are_reported() {
    let mut lab = meshed();

    after(&mut lab, 100, &shares(&[("v1", 0), ("v2", 0)]));
    assert_eq!(lab.line("mesh-weight"), "WeightsDoNotAddUp warning VirtualService/db - VirtualService/db");
    after(&mut lab, 200, &shares(&[("v1", 100), ("v2", 0)]));
    assert_eq!(lab.rules(), NOTHING);
    after(&mut lab, 300, &shares(&[("v1", 90), ("v2", 0)]));

    assert_eq!(lab.the("mesh-weight").severity, Severity::Info);
}

#[test]
fn strict_mode_against_a_caller_outside_is_the_cause() {
    let mut lab = shop();
    join(&mut lab, "db");
    after(&mut lab, 0, &strict("PERMISSIVE"));
    assert_eq!(lab.rules(), NOTHING);

    after(&mut lab, 100, &strict("STRICT"));

    assert_eq!(
        lab.line("mesh-strict-callers"),
        "PlaintextCallersRefused warning PeerAuthentication/default - PeerAuthentication/default"
    );
    assert_eq!(
        lab.cause(),
        "mesh-policy-blocks PeerAuthentication/default spec.mtls.mode \"PERMISSIVE\" -> \"STRICT\""
    );
}

#[test]
fn most_specific_mode_counts() {
    let mut lab = shop();
    join(&mut lab, "db");
    let own = json!({
        "selector": {"matchLabels": {"app": "db"}},
        "mtls": {"mode": "STRICT"},
        "portLevelMtls": {"8080": {"mode": "PERMISSIVE"}},
    });
    lab.see(0, &mesh("PeerAuthentication", "db", own.clone()));
    after(&mut lab, 100, &strict("STRICT"));
    assert_eq!(lab.rules(), NOTHING, "the port of db is open");

    let shut = json!({"8080": {"mode": "STRICT"}});
    after(
        &mut lab,
        200,
        &mesh(
            "PeerAuthentication",
            "db",
            changed(&json!({"spec": own, "metadata": {}}), "/spec/portLevelMtls", shut)["spec"].clone(),
        ),
    );

    assert_eq!(lab.the("mesh-strict-callers").facts["blamed"]["field"], "spec.portLevelMtls.8080.mode");
}

#[test]
fn server_outside_the_mesh_is_not_bound() {
    let mut lab = shop();

    after(&mut lab, 100, &strict("STRICT"));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn plain_text_towards_strict_pods_is_reported() {
    let mut lab = meshed();
    after(&mut lab, 0, &strict("STRICT"));
    let plain = json!({"host": "db", "trafficPolicy": {"tls": {"mode": "DISABLE"}}});

    after(&mut lab, 100, &mesh("DestinationRule", "plain", plain.clone()));

    assert_eq!(
        lab.line("mesh-tls-conflict"),
        "MTLSPolicyConflict warning DestinationRule/plain - DestinationRule/plain"
    );
    lab.see(200, &strict("PERMISSIVE"));
    after(&mut lab, 201, &mesh("DestinationRule", "plain", plain));
    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn policy_that_lets_no_caller_in_is_reported() {
    let mut lab = meshed();
    let allow = |account: &str| {
        let source = json!({"principals": [format!("cluster.local/ns/shop/sa/{account}")]});
        mesh(
            "AuthorizationPolicy",
            "db",
            json!({"selector": {"matchLabels": {"app": "db"}}, "rules": [{"from": [{"source": source}]}]}),
        )
    };
    after(
        &mut lab,
        0,
        &mesh("AuthorizationPolicy", "nothing", json!({"selector": {"matchLabels": {"app": "web"}}})),
    );
    after(&mut lab, 20, &allow("default"));
    assert_eq!(lab.rules(), NOTHING);

    after(&mut lab, 100, &allow("api"));

    assert_eq!(
        lab.line("mesh-authorization"),
        "CallersDenied warning AuthorizationPolicy/db - AuthorizationPolicy/db"
    );
    assert!(lab.root_cause().unwrap().field.is_within("spec.rules"));
}

#[test]
fn pods_without_their_sidecar_are_only_noted() {
    let mut lab = meshed();
    let mut namespace = object("v1", "Namespace", "shop");
    namespace["metadata"]["namespace"] = Value::Null;
    namespace["metadata"]["labels"] = json!({"istio-injection": "enabled"});
    after(&mut lab, 100, &namespace);
    assert_eq!(lab.rules(), NOTHING);

    lab.see(200, &ready_pod("web-1-a", &first_revision("web"), LONG_AGO));
    after(&mut lab, 201, &namespace);

    assert_eq!(lab.line("mesh-injection"), "PodMissingProxy info Namespace/shop - Namespace/shop");
}
