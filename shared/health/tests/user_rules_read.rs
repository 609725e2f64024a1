//! Files of rules: every mistake is told with its place, and no text does harm.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use chiron_health::UserRules;
use proptest::prelude::*;
use std::time::Duration;

/// What is wrong with one file, a line each without the name of the file.
fn mistakes(text: &str) -> Vec<String> {
    let found = UserRules::read([("f", text)]).unwrap_err();
    found.iter().map(|it| it.to_string().replacen("f:", "", 1)).collect()
}

const GOOD: &str = "\
- name: odd
  kinds: [Pod]
  when: object.spec.replicas > 5
  severity: warning
  condition: Odd
  message: '{{ object.metadata.name }} is odd'
";

#[test]
fn good_rule_is_read_in_full() {
    let text = format!(
        "{GOOD}  for: 1m30s\n  remedy: Look.\n  link: https://lab.test/odd\n---\n{}",
        GOOD.replace("odd\n", "even\n")
    );

    let rules = UserRules::read([("f", text.as_str())]).unwrap();

    assert_eq!(rules.all().iter().map(chiron_health::UserRule::name).collect::<Vec<_>>(), ["odd", "even"]);
    let odd = &rules.all()[0];
    assert_eq!(
        (odd.kinds(), odd.when(), odd.condition()),
        (&["Pod".to_owned()][..], "object.spec.replicas > 5", "Odd")
    );
    assert_eq!(
        (odd.patience(), odd.remedy(), odd.link()),
        (Duration::from_secs(90), "Look.", "https://lab.test/odd")
    );
    assert_eq!(odd.message(), "{{ object.metadata.name }} is odd");
    assert_eq!(rules.all()[1].place(), "f:11");
}

#[test]
fn every_mistake_is_told_at_once() {
    let text = "\
- name: Odd One
  kinds: [pods, Event]
  whem: object.a
  when: object.spec.replicas >
  severity: bad
  condition: odd thing
  message: '{{ object.a }} and {{ objct.b }}'
  for: 5
  link: lab.test
- kinds: Pod
  when: ''
  severity: [info]
  severity: info
- just a text
";

    assert_eq!(
        mistakes(text),
        [
            "1:9: \"Odd One\" is no name: write lower-case words with hyphens between them, such as no-requests",
            "2:11: \"pods\" is no kind: write Deployment, apps/v1/Deployment or \"*\"",
            "2:17: rules look at objects, not at Events",
            "3:3: there is no field \"whem\"; there are name, kinds, namespaces, when, for, severity, condition, \
             message, field, mechanism, remedy, link",
            "4:31: the expression ends too early",
            "5:13: \"bad\" is no severity: write info, warning or critical",
            "6:14: \"odd thing\" is no condition: write it as Kubernetes does, such as RequestsMissing",
            "7:35: there is no \"objct\"; there are object, now and pods",
            "8:8: \"5\" is no span of time: write numbers with s, m, h or d, such as 30s or 1h30m",
            "9:9: \"lab.test\" is no link: it begins with https://",
            "10:3: name is missing: such as no-requests",
            "10:3: condition is missing: what is reported, such as RequestsMissing",
            "10:3: message is missing: what is wrong, in a sentence",
            "10:10: wanted a list, such as [a, b], got a text",
            "11:10: an expression is missing",
            "12:13: wanted a text, got a list",
            "13:3: severity is given twice",
            "14:3: wanted a rule with name, kinds and when, got a text",
        ]
    );
}

#[test]
fn mistakes_inside_an_expression_have_their_place() {
    let place = |when: &str| mistakes(&GOOD.replace("object.spec.replicas > 5", when)).join("; ");

    assert_eq!(place("object.a == foo(1)"), "3:24: there is no function \"foo\"");
    assert_eq!(
        place("|\n    has(object.a) &&\n      objct.b"),
        "5:7: there is no \"objct\"; there are object, now and pods"
    );
    assert_eq!(
        place(">-\n    has(object.a)\n    && x"),
        "5:8: there is no \"x\"; there are object, now and pods"
    );
    assert_eq!(place("object.a.matches('a(')"), "3:25: this is no regular expression: unclosed group");
    assert_eq!(
        place("age(object) > duration('5x')"),
        "3:31: this is no duration: write it as 90s, 5m or 1h30m"
    );
    assert_eq!(place("now > timestamp('noon')"), "3:24: this is no time: write it as 2026-11-21T04:00:00Z");
    assert_eq!(
        place("size(object.a) + 1"),
        "3:9: the answer of this is never true or false: write a comparison"
    );
    assert_eq!(place("object.a == 'x"), "3:21: this text is not closed; 3:23: the expression ends too early");
    assert_eq!(place("object..a"), "3:16: no viable alternative at input '..'");
    assert_eq!(place("object.a.all(1, true)"), "3:22: argument must be a simple name");
    assert_eq!(place("object == Pod{}"), "3:22: there is no type \"Pod\"");
}

#[test]
fn names_are_given_once() {
    let built_in = GOOD.replace("name: odd", "name: crash-loop");

    assert_eq!(mistakes(&format!("{GOOD}{GOOD}")), ["7:3: there is a rule odd already, at f:1"]);
    assert_eq!(mistakes(&built_in), ["1:9: crash-loop is the name of a built-in rule: choose another"]);
    let of_two = UserRules::read([("a", GOOD), ("b", GOOD)]).unwrap_err();
    assert_eq!(of_two[0].to_string(), "b:1:3: there is a rule odd already, at a:1");
}

#[test]
fn field_and_mechanism_go_together() {
    assert_eq!(
        mistakes(&format!("{GOOD}  field: spec.replicas\n")),
        ["1:3: field and mechanism go together: what is at fault, and how it leads to this"]
    );
    assert_eq!(
        mistakes(&format!("{GOOD}  field: spec.replicas\n  mechanism: magic\n")),
        ["8:14: there is no mechanism \"magic\": `chiron events mechanisms` lists them"]
    );
}

#[test]
fn what_is_no_list_of_rules_is_told() {
    assert_eq!(mistakes(""), ["1:1: there is no rule in this file"]);
    assert_eq!(mistakes("# nothing\n---\n"), ["1:1: there is no rule in this file"]);
    assert_eq!(mistakes("just text"), ["1:1: wanted a rule with name, kinds and when, got a text"]);
    assert_eq!(
        mistakes("a: &x b\nc: *x\n").last().unwrap(),
        "2:1: there is no field \"c\"; there are name, kinds, namespaces, when, for, severity, condition, message, field, mechanism, remedy, link"
    );
    let broken = mistakes(&format!("{GOOD}---\n- name: [x\n"));
    assert!(broken.last().unwrap().starts_with("8:9: this is no YAML: "), "{broken:?}");
}

#[test]
fn what_is_too_large_is_refused() {
    assert!(
        mistakes(&GOOD.replace("> 5", &"> 5 || true".repeat(300)))[0].contains("at most 2000 characters")
    );
    assert!(mistakes(&"# ".repeat(1_000_000))[0].contains("larger than"));
    assert!(mistakes(&GOOD.replace("is odd", &"x".repeat(1_001)))[0].contains("at most 1000 characters"));
    let many: String = (0..501).map(|it| GOOD.replace("name: odd", &format!("name: odd{it}"))).collect();
    assert_eq!(mistakes(&many), ["3001:3: there are more than 500 rules"]);
    for open in ["(", "[", "object.f(", "true?1:", "object[", "1+", "object.", "object.a.all(x,"] {
        let deep = open.repeat(1_900 / open.len());
        assert!(
            !mistakes(&GOOD.replace("object.spec.replicas > 5", &format!("|\n    {deep}"))).is_empty(),
            "{open}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_file_does_harm(text in "[a-z:{}\\[\\]'\"|>&*!#\\- \n]{0,60}") {
        let _ = UserRules::read([("f", text.as_str())]);
        let _ = UserRules::read([("f", format!("{GOOD}  for: {text}").as_str())]);
        let _ = UserRules::read([("f", format!("- message: {text}\n  when: {text}").as_str())]);
    }
}
