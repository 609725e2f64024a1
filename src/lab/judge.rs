//! Compares what was reported with what a scenario expects.

use super::{
    expect::{Expect, Unread, WantedCause, WantedFinding},
    seen::{Look, Seen, SeenObject},
};
use chiron_model::Severity;

/// What of the expected is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The finding.
    pub(super) finding: bool,
    /// Its cause, and what must be said besides.
    pub(super) cause: bool,
}

/// Findings above info in the namespace of the scenario.
#[must_use]
pub(super) fn alarms<'a>(look: &'a Look, namespace: &str) -> Vec<&'a Seen> {
    look.rows
        .iter()
        .filter(|it| it.row.severity > Severity::Info)
        .filter(|it| it.row.object.namespace.as_deref() == Some(namespace))
        .collect()
}

/// What of the expected is there.
#[must_use]
pub(super) fn verdict(look: &Look, namespace: &str, expect: &Expect) -> Verdict {
    let found = expected(look, namespace, expect);
    let is_caused = |it: &&Seen| expect.cause.as_ref().is_none_or(|wanted| is_cause(it, wanted));
    let is_told = expect.unread.as_ref().is_none_or(|it| is_told_unread(look, it));
    Verdict { finding: !found.is_empty(), cause: found.iter().any(is_caused) && is_told }
}

/// The rows that are the expected finding: of the namespace, or of the cluster.
#[must_use]
pub(super) fn expected<'a>(look: &'a Look, namespace: &str, expect: &Expect) -> Vec<&'a Seen> {
    let Some(wanted) = &expect.finding else { return Vec::new() };
    look.rows
        .iter()
        .filter(|it| it.row.severity > Severity::Info && is_finding(it, wanted))
        .filter(|it| it.row.object.namespace.as_deref().is_none_or(|it| it == namespace))
        .collect()
}

/// What was expected, in few words.
#[must_use]
pub(super) fn wanted(expect: &Expect) -> String {
    let Some(finding) = &expect.finding else { return "nothing above info".to_owned() };
    let text = format!("{} {}/{}", finding.conditions.join("|"), finding.kind, finding.name);
    match &expect.cause {
        None => text,
        Some(cause) => format!("{text} <- {}/{} {}", cause.kind, cause.name, cause.fields.join("|")),
    }
}

fn is_finding(seen: &Seen, wanted: &WantedFinding) -> bool {
    let is_there = wanted.cluster.is_none() || wanted.cluster == seen.row.cluster;
    is_there
        && wanted.conditions.contains(&seen.row.condition)
        && is_object(&seen.row.object, &wanted.kind, &wanted.name)
}

/// The object and the field must be the expected ones, and the values where they can be known.
fn is_cause(seen: &Seen, wanted: &WantedCause) -> bool {
    let Some(cause) = &seen.row.cause else { return false };
    is_object(&cause.object, &wanted.kind, &wanted.name)
        && wanted.fields.iter().any(|it| is_named(&cause.field, it))
        && wanted.from.as_ref().is_none_or(|it| *it == cause.from)
        && wanted.to.as_ref().is_none_or(|it| *it == cause.to)
}

fn is_object(object: &SeenObject, kind: &str, name: &str) -> bool {
    object.kind.as_deref() == Some(kind) && is_named(object.name.as_deref().unwrap_or_default(), name)
}

/// A star at the end stands for any ending.
fn is_named(name: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}

/// Whether the cluster that cannot be read is said to be so, and nothing is said of what is in it.
fn is_told_unread(look: &Look, unread: &Unread) -> bool {
    let names_it = |line: &str| line.replace(':', " ").split_whitespace().any(|word| word == unread.cluster);
    let mut told = look.warnings.iter().filter(|line| line.starts_with("warning: ") && names_it(line));
    let is_silent = look.rows.iter().all(|it| it.row.cluster.as_deref() != Some(&unread.cluster));
    is_silent && told.any(|line| unread.said.iter().any(|word| line.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn expect(change: impl FnOnce(&mut Value)) -> Expect {
        let mut text = json!({
            "title": "x",
            "finding": {"conditions": ["ErrImagePull", "ImagePullBackOff"], "kind": "Pod", "name": "web-*"},
            "cause": {"kind": "Deployment", "name": "web", "fields": ["spec.image", "spec.metrics*"], "to": "app:9"},
        });
        change(&mut text);
        Expect::read(&text.to_string()).unwrap()
    }

    fn row(change: impl FnOnce(&mut Value)) -> Value {
        let mut row = json!({
            "cluster": "a", "condition": "ErrImagePull", "severity": "warning", "active": true, "group": "g",
            "object": {"apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": "web-1"},
            "cause": {
                "object": {"kind": "Deployment", "namespace": "shop", "name": "web"},
                "field": "spec.image", "from": "app:1", "to": "app:9",
            },
        });
        change(&mut row);
        row
    }

    fn look(rows: Vec<Value>) -> Look {
        Look::read(rows, Vec::new()).unwrap()
    }

    fn judged(change: impl FnOnce(&mut Value)) -> (bool, bool) {
        let Verdict { finding, cause } = verdict(&look(vec![row(change)]), "shop", &expect(|_| {}));
        (finding, cause)
    }

    #[test]
    fn the_expected_finding_with_its_cause_passes() {
        assert_eq!(judged(|_| {}), (true, true));
        assert_eq!(judged(|it| it["condition"] = json!("ImagePullBackOff")), (true, true));
        assert_eq!(judged(|it| it["cause"]["field"] = json!("spec.metrics[0].target")), (true, true));
    }

    #[test]
    fn another_cause_is_not_the_cause() {
        assert_eq!(judged(|it| it["cause"] = Value::Null), (true, false));
        assert_eq!(judged(|it| it["cause"]["field"] = json!("spec.image.tag")), (true, false));
        assert_eq!(judged(|it| it["cause"]["to"] = json!("app:8")), (true, false));
        assert_eq!(judged(|it| it["cause"]["object"]["name"] = json!("web-2")), (true, false));
    }

    #[test]
    fn another_finding_is_not_the_finding() {
        assert_eq!(judged(|it| it["condition"] = json!("OOMKilled")), (false, false));
        assert_eq!(judged(|it| it["object"]["name"] = json!("db-1")), (false, false));
        assert_eq!(judged(|it| it["object"]["namespace"] = json!("bank")), (false, false));
        assert_eq!(judged(|it| it["severity"] = json!("info")), (false, false));
        assert_eq!(judged(|it| it["active"] = json!(false)), (false, false));
    }

    #[test]
    fn a_finding_of_the_cluster_itself_may_be_expected() {
        assert_eq!(judged(|it| it["object"]["namespace"] = Value::Null), (true, true));
    }

    #[test]
    fn a_finding_without_an_expected_cause_is_enough() {
        let expect = expect(|it| it["cause"] = Value::Null);

        let verdict = verdict(&look(vec![row(|it| it["cause"] = Value::Null)]), "shop", &expect);

        assert_eq!(verdict, Verdict { finding: true, cause: true });
    }

    #[test]
    fn alarms_are_above_info_and_of_the_namespace() {
        let look = look(vec![
            row(|_| {}),
            row(|it| it["severity"] = json!("info")),
            row(|it| it["object"]["namespace"] = json!("bank")),
            row(|it| it["object"]["namespace"] = Value::Null),
            row(|it| it["active"] = json!(false)),
        ]);

        let lines: Vec<String> = alarms(&look, "shop").into_iter().map(Seen::line).collect();

        assert_eq!(
            lines,
            ["warning ErrImagePull Pod/web-1 <- Deployment/web spec.image: \"app:1\" -> \"app:9\""]
        );
    }

    #[test]
    fn a_cluster_that_cannot_be_read_must_be_said_to_be_so() {
        let expect = expect(|it| it["unread"] = json!({"cluster": "b", "said": ["401", "token"]}));
        let said = |line: &str, rows: Vec<Value>| {
            let look = Look::read(rows, vec![line.to_owned()]).unwrap();
            verdict(&look, "shop", &expect).cause
        };

        assert!(said("warning: b: not read: 401 Unauthorized", vec![row(|_| {})]));
        assert!(!said("warning: bb: not read: 401 Unauthorized", vec![row(|_| {})]));
        assert!(!said("warning: b: not read: no route", vec![row(|_| {})]));
        assert!(!said("b: 401", vec![row(|_| {})]));
        let other = row(|it| it["cluster"] = json!("b"));
        assert!(!said("warning: b: not read: 401 Unauthorized", vec![row(|_| {}), other]));
    }

    #[test]
    fn a_row_that_is_none_is_refused() {
        let error = Look::read(vec![json!({"object": {}})], Vec::new()).unwrap_err();

        assert!(error.to_string().contains("missing field"), "{error}");
    }

    #[test]
    fn what_was_expected_is_told_in_few_words() {
        let fault = wanted(&expect(|_| {}));
        let calm = wanted(&Expect::read(r#"{"title": "x", "calm": "yes"}"#).unwrap());

        assert_eq!(
            fault,
            "ErrImagePull|ImagePullBackOff Pod/web-* <- Deployment/web spec.image|spec.metrics*"
        );
        assert_eq!(calm, "nothing above info");
    }
}
