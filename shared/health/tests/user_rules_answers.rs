//! Conditions of rules: what they answer, and that none costs too much.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use chiron_health::{Moment, UserRules, World};
use chiron_model::Operation;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use support::{at, lab::Lab, workloads::deployment};

/// What was told of rules that have no answer, in the one test that looks.
static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Looks once at objects with a rule of that condition.
fn look(when: &str, objects: &[Value]) -> Vec<String> {
    let message = json!(format!("x {{{{ {when} }}}}"));
    let rest = "name: odd\nkinds: ['*']\nseverity: info\ncondition: Odd";
    let text = format!("{rest}\nwhen: {}\nmessage: {message}\n", json!(when));
    let Ok(rules) = UserRules::read([("f", text.as_str())]) else { return vec!["refused".to_owned()] };
    let mut lab = Lab::default();
    let seen: Vec<_> = objects.iter().map(|body| lab.version_of(Operation::Update, 0, body)).collect();
    let moment = Moment {
        at: at(600),
        rules: Arc::new(rules.telling(|it| TOLD.lock().unwrap().push(it.message.clone()))),
        ..Moment::default()
    };
    lab.world = World::look(seen, moment);
    lab.world.findings().filter(|it| it.rule == "odd").map(|it| it.message.clone()).collect()
}

#[test]
fn conditions_of_all_kinds_are_answered() {
    for (when, wanted) in [
        ("object.spec.replicas == 2 && object.kind.startsWith('Dep')", 1),
        ("object.metadata.labels.exists(k, k == 'team')", 1),
        ("object.?status.?nothing.orValue(3) == 3", 1),
        ("object.spec.template.metadata.labels['app'] in ['web', 'db']", 1),
        ("object.metadata.labels.`team` == 'shop'", 1),
        ("timestamp(object.metadata.creationTimestamp) < now", 1),
        ("now - timestamp(object.metadata.creationTimestamp) > duration('25h')", 0),
        ("object.kind.matches('^D.*t$')", 1),
        ("type(object.spec.replicas) == int", 1),
        ("condition(object, 'Nothing').status == 'True'", 0),
    ] {
        let found = look(when, &[deployment("web")]);
        assert_eq!(found.len(), wanted, "{when}: {found:?}");
    }
}

#[test]
fn deepest_expression_that_is_read_is_answered_on_a_small_stack() {
    for (open, close) in [
        ("1 + ", ""),
        ("true || (", ")"),
        ("[1].exists(x, ", ")"),
        ("[1].map(x, ", ")"),
        ("1 == 1 ? true : ", ""),
        ("[", "]"),
        ("[1, ", "]"),
        ("{1: ", "}"),
        ("{1: [1, ", "]}"),
        ("!", ""),
        ("size(", ")"),
        ("[1].filter(x, [1].exists(y, ", "))"),
        ("[1].exists(x, [1, ", "] == 1)"),
        ("string(1 + ", ")"),
    ] {
        let expression = |depth: usize| format!("{}true{} == 1", open.repeat(depth), close.repeat(depth));
        let deepest = (1..30).rev().map(expression).find(|it| look(it, &[]) != ["refused"]).unwrap();

        let small = std::thread::Builder::new().stack_size(1 << 20);
        small.spawn(move || look(&deepest, &[deployment("web")])).unwrap().join().unwrap();
    }
}

#[test]
fn loops_inside_loops_and_growing_values_end() {
    let mut large = deployment("web");
    large["spec"]["items"] = (0..3_000).collect::<Vec<u32>>().into();
    for when in [
        "object.spec.items.all(a, object.spec.items.all(b, object.spec.items.all(c, a + b + c >= 0)))",
        "object.spec.items.exists(a, object.spec.items.exists(b, object.spec.items.exists(c, a + b + c < 0)))",
        "object.spec.items.exists(a, object.spec.items.exists(b, object.nothing == object.spec.items.map(c, c)))",
        &format!("size([object.spec.items]{}) > 0", ".map(x, x + x)".repeat(18)),
        &format!("size([object.spec.items]{}) > 0", ".map(x, [x, x, x, x])".repeat(18)),
        &format!("size(object.spec.items.map(x, [{}])) > 0", ["object"; 100].join(", ")),
    ] {
        assert_eq!(look(when, &[large.clone()]).len(), 0, "{when}");
        let told: Vec<String> = TOLD.lock().unwrap().drain(..).collect();
        assert!(told.iter().any(|it| it.contains("steps")), "{when}: {told:?}");
    }
}

const PIECES: &[&str] = &[
    "object",
    ".",
    "spec",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "a",
    "ä",
    "1",
    "-",
    "+",
    "*",
    "/",
    "%",
    "==",
    "<",
    "&&",
    "||",
    "!",
    "?",
    ":",
    ",",
    " ",
    "in",
    "has",
    ".all(x,",
    ".map(x,",
    "x",
    "now",
    "pods",
    "size",
    "age",
    "condition",
    "`",
    "\\",
    "\n",
    "true",
    "null",
    "1u",
    "2.5",
    "b'x'",
    "r'",
    "9223372036854775807",
    "duration('1h')",
    "string",
    "optional.of",
    "@",
    "_",
    "0",
    "timestamp(",
    "matches",
    "{{",
    "}}",
    ".?",
    "[?",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_expression_does_harm(pieces in prop::collection::vec(prop::sample::select(PIECES), 1..14)) {
        look(&pieces.concat(), &[deployment("web")]);
    }
}
