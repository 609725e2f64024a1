//! What a replay of each recording finds: the causes that its README tells, plans that would have helped, and nothing
//! where nothing is wrong.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test support")]

mod support;

use chiron_model::Timestamp;
use serde_json::{Value, json};
use support::recordings::{AFTERNOON, BROKEN, CALM, replayed};

/// What happened in a recording. Values are written as JSON.
struct Fact {
    file: &'static str,
    mechanism: &'static str,
    object: &'static str,
    field: &'static str,
    from: &'static str,
    /// At least this: of an object that was made, the part that counts.
    to: &'static str,
    at: &'static str,
    by: &'static str,
    /// What would have repaired it: the verb, the field, the value.
    repair: (&'static str, &'static str, &'static str),
    asks: bool,
    agrees: &'static str,
}

const LIMIT: &str = "spec.template.spec.containers[web].resources.limits.memory";
const IMAGE: &str = "spec.template.spec.containers[web].image";
const PORT: &str = "spec.template.spec.containers[web].readinessProbe.httpGet.port";
const REQUEST: &str = "spec.template.spec.containers[web].resources.requests.cpu";

/// From the README beside the recordings, and from the recordings themselves.
const FACTS: [Fact; 7] = [
    Fact {
        file: "shop-env",
        mechanism: "configuration-key-removed",
        object: "ConfigMap/settings",
        field: "data.DATABASE_URL",
        from: r#""tcp://db:5432""#,
        to: "null",
        at: "2026-11-21T04:18:52.121113921Z",
        // A removal leaves no trace of who did it.
        by: "null",
        repair: ("RevertFields", "data.DATABASE_URL", r#""tcp://db:5432""#),
        asks: false,
        agrees: "exact",
    },
    Fact {
        file: "shop-oom",
        mechanism: "memory-limit-below-need",
        object: "Deployment/web",
        field: LIMIT,
        from: r#""64Mi""#,
        to: r#""24Mi""#,
        at: "2026-11-21T04:18:56.393619151Z",
        by: r#""kubectl-set""#,
        repair: ("RevertFields", LIMIT, r#""64Mi""#),
        asks: false,
        // The operator did not go back to the former value.
        agrees: "same-field",
    },
    Fact {
        file: "shop-image",
        mechanism: "image-not-pullable",
        object: "Deployment/web",
        field: IMAGE,
        from: r#""lab.test/busybox:1""#,
        to: r#""lab.test/web:2.0.1""#,
        at: "2026-11-21T04:19:00.552169709Z",
        by: r#""kubectl-set""#,
        repair: ("RevertFields", IMAGE, r#""lab.test/busybox:1""#),
        asks: false,
        agrees: "exact",
    },
    Fact {
        file: "shop-probe",
        mechanism: "readiness-probe-wrong",
        object: "Deployment/web",
        field: PORT,
        from: "8080",
        to: "9090",
        at: "2026-11-21T04:19:04.663203827Z",
        by: r#""kubectl-patch""#,
        repair: ("RevertFields", PORT, "8080"),
        asks: false,
        agrees: "exact",
    },
    Fact {
        file: "shop-schedule",
        mechanism: "request-above-capacity",
        object: "Deployment/web",
        field: REQUEST,
        from: r#""10m""#,
        to: r#""64""#,
        at: "2026-11-21T04:19:08.771202144Z",
        by: r#""kubectl-set""#,
        repair: ("RevertFields", REQUEST, r#""10m""#),
        asks: false,
        agrees: "exact",
    },
    Fact {
        file: "shop-quota",
        mechanism: "quota-exhausted",
        object: "ResourceQuota/tight",
        field: "",
        from: "null",
        to: r#"{"kind": "ResourceQuota", "metadata": {"name": "tight"}, "spec": {"hard": {"pods": "3"}}}"#,
        at: "2026-11-21T04:19:12.902485741Z",
        by: r#""kubectl-create""#,
        // One pod of db and six of web.
        repair: ("PatchResources", "spec.hard.pods", r#""7""#),
        asks: true,
        agrees: "same-field",
    },
    Fact {
        file: "shop-selector",
        mechanism: "service-selector-mismatch",
        object: "Service/web",
        field: "spec.selector.app",
        from: r#""web""#,
        to: r#""webb""#,
        at: "2026-11-21T04:19:17.149209956Z",
        by: r#""kubectl-patch""#,
        repair: ("RevertFields", "spec.selector.app", r#""web""#),
        asks: false,
        agrees: "exact",
    },
];

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

/// The one incident of a recording.
fn incident(file: &str) -> &'static Value {
    let incidents = replayed(file).incidents();
    assert_eq!(incidents.len(), 1, "{file}");
    &incidents[0]
}

/// Whether everything that is expected is found; there may be more.
fn holds(expected: &Value, found: &Value) -> bool {
    let Some(fields) = expected.as_object() else { return expected == found };
    fields.iter().all(|(key, value)| holds(value, &found[key]))
}

#[test]
fn every_fault_is_traced_to_object_and_field() {
    for fact in &FACTS {
        let file = fact.file;

        let cause = &incident(file)["root_cause"];

        assert_eq!(cause["mechanism"], fact.mechanism, "{file}");
        let (kind, name) = fact.object.split_once('/').unwrap();
        assert!(
            holds(&json!({"kind": kind, "name": name, "namespace": file}), &cause["object"]),
            "{file}: {cause}"
        );
        assert_eq!(cause["field"], fact.field, "{file}");
        assert_eq!(cause["from"], value(fact.from), "{file}");
        assert!(holds(&value(fact.to), &cause["to"]), "{file}: {cause}");
        assert_eq!(cause["changed_by"], value(fact.by), "{file}");
        let off = time(&cause["changed_at"]).seconds_since(fact.at.parse().unwrap());
        assert!(off.abs() < 1.0, "{file}: {cause}");
        assert!(cause["confidence"].as_f64().unwrap() > 0.8, "{file}: {cause}");
        assert!(!cause["evidence"].as_array().unwrap().is_empty(), "{file}");
    }
}

#[test]
fn every_fault_is_found_while_it_lasts() {
    for fact in &FACTS {
        let incident = incident(fact.file);

        let after = incident["detected_after"].as_f64().unwrap();

        assert!((0.0..60.0).contains(&after), "{}: {after}", fact.file);
        assert!(time(&incident["opened_at"]) < time(&incident["closed_at"]), "{}", fact.file);
        assert!(!incident["objects"].as_array().unwrap().is_empty(), "{}", fact.file);
    }
}

#[test]
fn every_plan_would_have_repaired_the_fault() {
    for fact in &FACTS {
        let (verb, field, wanted) = fact.repair;
        let incident = incident(fact.file);

        let plan = &incident["plan"];

        let actions = plan["actions"].as_array().unwrap_or_else(|| panic!("{}: {plan}", fact.file));
        assert_eq!(actions[0]["verb"], verb, "{}", fact.file);
        assert_eq!(actions[0]["object"], incident["root_cause"]["object"], "{}", fact.file);
        let fields = json!([{"field": field, "value": value(wanted)}]);
        assert_eq!(actions[0]["parameters"]["fields"], fields, "{}", fact.file);
        assert!(!fact.asks || plan["approval"]["required"] == true, "{}: {plan}", fact.file);
        assert!(actions.iter().all(is_careful), "{}: {plan}", fact.file);
    }
}

/// Whether an action deletes nothing, says what must hold before and after it, and how it is taken back.
fn is_careful(action: &Value) -> bool {
    let verb = action["verb"].as_str().unwrap_or_default();
    let is_known = ["RevertFields", "PatchResources", "RolloutRestart"].contains(&verb);
    let mut writes = action["parameters"]["fields"].as_array().into_iter().flatten();
    let keeps = writes.all(|write| write["field"] != "" && !write["value"].is_null());
    let guards = action["precondition"]["uid"].as_str().is_some_and(|uid| !uid.is_empty());
    let can_go_back = verb == "RolloutRestart" || action["rollback"]["fields"].is_array();
    is_known && keeps && guards && can_go_back && action["verification"]["sustained_seconds"] == 60
}

#[test]
fn every_outcome_is_the_repair_of_the_operator() {
    for fact in &FACTS {
        let incident = incident(fact.file);

        let outcome = &incident["outcome"];

        assert_eq!(outcome["state"], "verified", "{}", fact.file);
        assert_eq!(outcome["repaired_by"], "external", "{}", fact.file);
        assert_eq!(outcome["agrees_with_plan"], fact.agrees, "{}: {outcome}", fact.file);
        assert!(outcome["sustained_for"].as_f64().unwrap() >= 60.0, "{}: {outcome}", fact.file);
        assert!(!incident["labels"].as_array().unwrap().is_empty(), "{}", fact.file);
    }
}

#[test]
fn nothing_is_wrong_in_the_calm_namespace() {
    let calm = replayed(CALM);
    let afternoon = replayed(AFTERNOON).report["findings"].as_array().unwrap();
    let own = calm.report["findings"].as_array().unwrap();

    let of_calm = afternoon.iter().filter(|it| it["object"]["namespace"] == CALM);
    let serious: Vec<&Value> = own.iter().chain(of_calm).filter(|it| it["severity"] != "info").collect();

    assert!(serious.is_empty(), "{serious:?}");
    assert!(calm.incidents().is_empty());
    assert!(calm.report["dataset"].is_null() && calm.dataset.is_empty(), "there is nothing to learn from");
    assert!(calm.report["counts"]["observations"].as_u64().unwrap() > 200);
}

#[test]
fn the_afternoon_gives_the_same_answers() {
    let afternoon = replayed(AFTERNOON);

    assert_eq!(afternoon.incidents().len(), BROKEN.len());
    for file in BROKEN {
        let alone = incident(file);
        let together = afternoon.incidents().iter().find(|it| it["id"] == alone["id"]);
        let together = together.unwrap_or_else(|| panic!("{file}: no such incident in the afternoon"));
        for part in ["root_cause", "plan", "outcome", "objects", "findings", "labels"] {
            assert_eq!(together[part], alone[part], "{file}: {part}");
        }
    }
}

#[test]
fn the_afternoon_teaches_what_its_parts_teach() {
    let sorted = |mut rows: Vec<String>| {
        rows.sort();
        rows
    };
    let rows = |file: &str| replayed(file).rows("labels").iter().map(Value::to_string).collect::<Vec<_>>();

    let parts = sorted(BROKEN.into_iter().flat_map(rows).collect());

    assert!(
        parts == sorted(rows(AFTERNOON)),
        "{} labels of the parts differ from those of the whole",
        parts.len()
    );
}
