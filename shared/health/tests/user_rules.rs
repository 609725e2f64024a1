//! Rules that users write, asked of what is watched and of what is looked at once.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use chiron_health::{Moment, UserRuleTrouble, UserRules, World};
use chiron_model::{Clearance, Operation, Severity};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use support::{
    LONG_AGO, NOTHING, at, changed, deleted,
    lab::{Lab, shop},
    pods::{crash_loop, ready_pod, unready_pod},
    stamp,
    workloads::{deployment, first_revision},
};

/// One rule, `odd`, with these fields besides what every rule has.
fn rules(fields: &str) -> Arc<UserRules> {
    let text = format!("name: odd\nseverity: warning\ncondition: Odd\nmessage: It is odd.\n{fields}\n");
    Arc::new(UserRules::read([("rules.yaml", text.as_str())]).unwrap())
}

/// The shop with one rule.
fn shop_with(fields: &str) -> Lab {
    let mut lab = shop();
    lab.world.use_rules(rules(fields));
    lab
}

fn with_replicas(count: u64) -> Value {
    changed(&deployment("web"), "/spec/replicas", json!(count))
}

const MANY: &str = "kinds: [Deployment]\nwhen: object.spec.replicas > 5";

#[test]
fn rule_that_holds_is_told_with_what_it_says() {
    let mut lab = shop_with(
        "kinds: [Deployment]\nwhen: object.spec.replicas > 5\nremedy: Take fewer.\n\
         namespaces: [shop]",
    );

    lab.see(10, &with_replicas(6));

    let finding = lab.world.findings().find(|it| it.rule == "odd").unwrap();
    assert_eq!(finding.condition, "Odd");
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(finding.message, "It is odd.");
    assert_eq!(finding.object.title(), "Deployment/web");
    assert_eq!(finding.excerpts[0].text, "Deployment/web: object.spec.replicas > 5");
}

#[test]
fn rule_that_does_not_hold_any_more_ends_although_the_workload_is_not_whole() {
    let mut lab = shop_with(MANY);
    lab.see(10, &with_replicas(6));

    lab.see(20, &with_replicas(4));

    assert_eq!(lab.ended("odd"), Some(Clearance::Healthy));
}

#[test]
fn rule_that_always_holds_keeps_no_other_finding_open() {
    let mut lab = shop_with("kinds: [Deployment]\nwhen: 'true'");
    let revision = first_revision("web");
    let sick = crash_loop(&unready_pod("web-1-b", &revision, 0), "web", 3);
    lab.see(10, &sick);
    assert!(lab.rules().contains(&"crash-loop".to_owned()), "{:?}", lab.rules());

    lab.see(100, &ready_pod("web-1-b", &revision, 20));
    lab.see(101, &changed(&deployment("web"), "/metadata/labels/seen", json!("again")));
    lab.wait(200);

    assert!(!lab.rules().contains(&"crash-loop".to_owned()), "{:?}", lab.rules());
    assert!(lab.rules().contains(&"odd".to_owned()));
}

#[test]
fn what_is_missing_makes_no_rule_hold() {
    for when in [
        "object.spec.paused.really",
        "object.status.conditions[9].status == 'True'",
        "object.nothing.x.y == 1",
    ] {
        let mut lab = shop_with(&format!("kinds: ['*']\nwhen: {when}"));

        lab.see(10, &with_replicas(6));

        assert!(!lab.rules().contains(&"odd".to_owned()), "{when}");
    }
}

static TOLD: Mutex<Vec<UserRuleTrouble>> = Mutex::new(Vec::new());

#[test]
fn rule_without_an_answer_is_told_once() {
    let text = "name: odd\nkinds: [Deployment]\nwhen: object.spec.replicas > 'five'\nseverity: info\ncondition: Odd\nmessage: x";
    let read = UserRules::read([("rules.yaml", text)]).unwrap();
    let mut lab = shop();
    lab.world.use_rules(Arc::new(read.telling(|it| TOLD.lock().unwrap().push(it.clone()))));

    lab.see(10, &with_replicas(6));
    lab.see(11, &with_replicas(7));

    assert_eq!(lab.rules(), NOTHING);
    let told = TOLD.lock().unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0].to_string(),
        "rule odd has no answer for lab/shop/Deployment/web: found no matching overload for '_>_' applied to \
         '(int, string)'; it is taken not to hold"
    );
}

#[test]
fn rule_that_waits_is_told_when_it_held_all_the_time() {
    let mut lab = shop_with(&format!("{MANY}\nfor: 30s"));
    lab.see(10, &with_replicas(6));
    lab.wait(39);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(41);

    assert_eq!(lab.rules(), ["odd"]);
}

#[test]
fn wait_begins_again_when_the_rule_did_not_hold_in_between() {
    let mut lab = shop_with(&format!("{MANY}\nfor: 30s"));
    lab.see(10, &with_replicas(6));
    lab.see(20, &with_replicas(2));
    lab.see(30, &with_replicas(7));

    lab.wait(50);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(61);
    assert_eq!(lab.rules(), ["odd"]);
}

#[test]
fn wait_goes_on_in_a_world_that_was_saved() {
    let mut lab = shop_with(&format!("{MANY}\nfor: 30s"));
    lab.see(10, &with_replicas(6));

    lab.world = serde_json::from_str(&serde_json::to_string(&lab.world).unwrap()).unwrap();
    lab.world.use_rules(rules(&format!("{MANY}\nfor: 30s")));
    lab.see(35, &with_replicas(7));
    lab.wait(41);

    assert_eq!(lab.rules(), ["odd"]);
}

#[test]
fn condition_that_asks_for_the_time_is_asked_again_while_nothing_happens() {
    let mut lab = shop_with("kinds: [Pod]\nwhen: age(object) > duration('10m')");
    lab.see(0, &ready_pod("new", &first_revision("web"), 0));
    let about_new = |lab: &Lab| lab.world.findings().any(|it| it.object.name == "new");
    lab.wait(590);
    assert!(!about_new(&lab));

    lab.wait(665);

    assert!(about_new(&lab));
}

#[test]
fn pods_of_a_workload_and_behind_a_service_can_be_asked_for() {
    let on = |name: &str, node: &str| {
        changed(&ready_pod(name, &first_revision("web"), 0), "/spec/nodeName", json!(node))
    };
    let mut lab = shop_with(
        "kinds: [Deployment, Service]\nwhen: size(pods) > 2 && pods.all(p, p.spec.nodeName == 'b')",
    );
    for body in support::workloads::healthy("web").iter().filter(|it| it["kind"] == "Pod") {
        lab.lose(5, body);
    }
    for name in ["x", "y", "z"] {
        lab.see(10, &on(name, "b"));
    }
    assert_eq!(lab.rules().iter().filter(|it| *it == "odd").count(), 2);

    lab.see(20, &on("z", "c"));

    assert!(!lab.rules().contains(&"odd".to_owned()), "{:?}", lab.rules());
}

#[test]
fn kinds_and_namespaces_bound_what_is_asked() {
    for (fields, wanted) in [
        ("kinds: [apps/v1/Deployment]", true),
        ("kinds: [apps/v2/Deployment]", false),
        ("kinds: ['*']\nnamespaces: [shop]", true),
        ("kinds: [Deployment]\nnamespaces: [other]", false),
        ("kinds: [Pod, Job]", false),
    ] {
        let mut lab = Lab::default();
        lab.world.use_rules(rules(&format!("{fields}\nwhen: object.metadata.name == 'web'")));

        lab.see(10, &deployment("web"));

        assert_eq!(lab.rules().contains(&"odd".to_owned()), wanted, "{fields}");
    }
}

#[test]
fn what_is_being_deleted_is_asked_by_rules_that_ask_for_it() {
    let pod = deleted(&ready_pod("old", &first_revision("web"), 0), 10);
    for (when, wanted) in
        [("object.spec.nodeName == 'node-a'", false), ("has(object.metadata.deletionTimestamp)", true)]
    {
        let mut lab = Lab::default();
        lab.world.use_rules(rules(&format!("kinds: [Pod]\nwhen: {when}")));

        lab.see(10, &pod);

        assert_eq!(lab.rules().contains(&"odd".to_owned()), wanted, "{when}");
    }
}

#[test]
fn field_that_a_rule_blames_is_the_cause() {
    let mut lab = shop_with(
        "kinds: [Deployment]\nwhen: object.spec.replicas == 0\nfield: spec.replicas\nmechanism: scaled-to-zero",
    );
    lab.see(9, &deployment("web"));

    lab.see(10, &with_replicas(0));

    assert_eq!(lab.cause(), "scaled-to-zero Deployment/web spec.replicas 2 -> 0");
}

#[test]
fn rule_that_is_taken_away_ends_its_findings() {
    let mut lab = shop_with(MANY);
    lab.see(10, &with_replicas(6));

    lab.world.use_rules(Arc::default());
    lab.see(20, &with_replicas(7));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn equal_observations_give_equal_worlds() {
    let told = || {
        let mut lab = shop_with("kinds: ['*']\nwhen: object.metadata.labels.map(k, k)[0] == 'app'\nfor: 5s");
        let found: Vec<_> =
            (1..9).flat_map(|it| lab.see(it, &with_replicas(1 + it.unsigned_abs() % 3))).collect();
        (serde_json::to_string(&lab.world).unwrap(), found)
    };

    assert_eq!(told(), told());
}

/// The rules that hold in a cluster at one look at second 600.
fn looked_at(fields: &str, objects: &[Value]) -> Vec<String> {
    let mut lab = Lab::default();
    let seen: Vec<_> = objects.iter().map(|body| lab.version_of(Operation::Update, 0, body)).collect();
    let moment = Moment { at: at(600), is_recorded: true, rules: rules(fields), ..Moment::default() };
    lab.world = World::look(seen, moment);
    lab.rules().into_iter().filter(|it| it == "odd").collect()
}

#[test]
fn one_look_counts_from_the_newest_turn_of_a_condition() {
    let young = unready_pod("web-1-x", &first_revision("web"), 550);

    assert_eq!(looked_at("kinds: [Pod]\nwhen: 'true'\nfor: 50s", std::slice::from_ref(&young)), ["odd"]);
    assert_eq!(looked_at("kinds: [Pod]\nwhen: 'true'\nfor: 51s", &[young]), NOTHING);
}

#[test]
fn one_look_counts_from_the_creation_of_what_has_no_conditions() {
    let made = changed(&deployment("web"), "/status", Value::Null);
    let young = changed(&made, "/metadata/creationTimestamp", json!(stamp(590)));
    let old = changed(&made, "/metadata/creationTimestamp", json!(stamp(LONG_AGO)));

    assert_eq!(looked_at("kinds: [Deployment]\nwhen: 'true'\nfor: 1m", &[young]), NOTHING);
    assert_eq!(looked_at("kinds: [Deployment]\nwhen: 'true'\nfor: 1m", &[old]), ["odd"]);
}
