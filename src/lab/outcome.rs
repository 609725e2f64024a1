//! What came of a scenario.

use super::{
    course::Course,
    judge::{alarms, expected, wanted},
    scenario::Scenario,
    seen::{Look, Seen},
};
use serde::Serialize;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    io::{self, Write},
};

/// What came of a scenario: a line of the file of results.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// Its name.
    pub scenario: String,
    /// Where: `full`, `light`, or `cluster`.
    pub mode: String,
    /// Whether it was the healthy twin.
    pub twin: bool,
    /// `PASS` or `FAIL`.
    pub outcome: &'static str,
    /// Where it failed.
    pub stage: Option<&'static str>,
    /// Why it failed.
    pub error: Option<String>,
    /// Seconds from the fault to the finding.
    pub finding_seconds: Option<f64>,
    /// Seconds from the fault to the cause.
    pub cause_seconds: Option<f64>,
    /// Seconds from the repair to calm.
    pub calm_seconds: Option<f64>,
    /// What was expected.
    pub expected: String,
    /// What came of it; where nothing did, what was reported instead.
    pub came: Vec<String>,
    /// What was reported besides, of other faults.
    pub besides: Vec<String>,
    /// The findings above info, when it failed.
    pub rows: Vec<Value>,
}

/// What was played, and how.
#[derive(Clone, Copy, Debug)]
pub struct Played<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its namespace.
    pub namespace: &'a str,
    /// Where.
    pub mode: &'a str,
    /// Whether it was the healthy twin.
    pub is_twin: bool,
}

impl Outcome {
    /// Sums up what happened; `failure` says why it failed.
    #[must_use]
    pub fn new(played: Played<'_>, course: &Course, failure: Option<String>) -> Self {
        let Played { scenario, namespace, mode, is_twin } = played;
        // What passed is told as it was when the cause was found, not as it was when all was well again.
        let look = if failure.is_none() { course.found.as_ref() } else { None };
        let look = look.unwrap_or(&course.last);
        let seen = alarms(look, namespace);
        let matching = expected(look, namespace, &scenario.expect);
        let lines = |of: &[&Seen]| of.iter().map(|it| it.line()).collect();
        Self {
            scenario: scenario.name.clone(),
            mode: mode.to_owned(),
            twin: is_twin,
            outcome: if failure.is_none() { "PASS" } else { "FAIL" },
            stage: failure.is_some().then(|| course.stage.name()),
            finding_seconds: course.finding,
            cause_seconds: course.cause,
            calm_seconds: course.calm,
            expected: if is_twin { "nothing above info".to_owned() } else { wanted(&scenario.expect) },
            came: if matching.is_empty() { lines(&seen) } else { lines(&matching) },
            besides: besides(&seen, &matching),
            rows: if failure.is_some() {
                seen.iter().map(|it| it.whole.clone()).collect()
            } else {
                Vec::new()
            },
            error: failure,
        }
    }

    /// Whether it passed.
    #[must_use]
    pub fn is_pass(&self) -> bool {
        self.error.is_none()
    }

    /// Prints it for people.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let twin = if self.twin { " (twin)" } else { "" };
        let at = self.stage.map_or_else(String::new, |it| format!(" at \"{it}\""));
        let [finding, cause, calm] = [self.finding_seconds, self.cause_seconds, self.calm_seconds]
            .map(|it| it.map_or_else(|| "-".to_owned(), |it| format!("{it:.1}")));
        writeln!(
            out,
            "{} {}{twin}{at}: finding {finding} s, cause {cause} s, calm after {calm} s",
            self.outcome, self.scenario
        )?;
        writeln!(out, "     expected {}", self.expected)?;
        let mut told = BTreeSet::new();
        let came: Vec<&str> = self.came.iter().map(String::as_str).filter(|it| told.insert(*it)).collect();
        writeln!(
            out,
            "     came     {}",
            if came.is_empty() { "nothing".to_owned() } else { came.join("; ") }
        )?;
        for other in &self.besides {
            writeln!(out, "     besides  {other}")?;
        }
        self.error.as_ref().map_or(Ok(()), |why| writeln!(out, "     because  {why}"))
    }
}

/// Findings of other faults.
fn besides(seen: &[&Seen], matching: &[&Seen]) -> Vec<String> {
    if matching.is_empty() {
        return Vec::new();
    }
    let groups: BTreeSet<&str> = matching.iter().map(|it| it.row.group.as_str()).collect();
    let others = seen.iter().filter(|it| !groups.contains(it.row.group.as_str()));
    others.map(|it| it.line()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// All that a look reported, as it came.
#[must_use]
pub(super) fn raw(look: &Look) -> Vec<&Value> {
    look.rows.iter().map(|it| &it.whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{Expect, course::Stage};
    use serde_json::json;
    use std::path::PathBuf;

    fn scenario() -> Scenario {
        let expect =
            json!({"title": "x", "finding": {"conditions": ["OOMKilled"], "kind": "Pod", "name": "web-*"}});
        Scenario {
            name: "S-1".to_owned(),
            folder: PathBuf::new(),
            expect: Expect::read(&expect.to_string()).unwrap(),
        }
    }

    fn row(name: &str, condition: &str, group: &str) -> Value {
        json!({
            "condition": condition, "severity": "warning", "active": true, "group": group, "cause": null,
            "object": {"kind": "Pod", "namespace": "s-1", "name": name},
        })
    }

    fn look(rows: Vec<Value>) -> Look {
        Look::read(rows, Vec::new()).unwrap()
    }

    fn played(scenario: &Scenario) -> Played<'_> {
        Played { scenario, namespace: "s-1", mode: "full", is_twin: false }
    }

    fn printed(outcome: &Outcome) -> String {
        let mut out = Vec::new();
        outcome.print(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_passed_is_told_as_it_was_when_the_cause_was_found() {
        let found = vec![
            row("web-1", "OOMKilled", "a"),
            row("web-1", "OOMKilled", "a"),
            row("web-1", "NotReady", "a"),
            row("db-1", "NotReady", "b"),
        ];
        let course = Course {
            stage: Stage::CalmAfter,
            finding: Some(1.7),
            cause: Some(2.0),
            calm: Some(3.0),
            found: Some(look(found)),
            last: Look::default(),
        };

        let outcome = Outcome::new(played(&scenario()), &course, None);

        assert_eq!(
            printed(&outcome),
            "PASS S-1: finding 1.7 s, cause 2.0 s, calm after 3.0 s\n     expected OOMKilled Pod/web-*\n     \
             came     warning OOMKilled Pod/web-1 no cause\n     besides  warning NotReady Pod/db-1 no cause\n"
        );
        assert_eq!((outcome.stage, outcome.rows.len(), outcome.is_pass()), (None, 0, true));
    }

    #[test]
    fn what_failed_is_told_with_what_was_reported_instead() {
        let last = look(vec![row("db-1", "NotReady", "b")]);
        let course = Course { stage: Stage::Finding, last: last.clone(), ..Course::default() };

        let outcome =
            Outcome::new(played(&scenario()), &course, Some("it did not come within 60 s".to_owned()));

        let text = printed(&outcome);
        assert!(
            text.starts_with("FAIL S-1 at \"finding\": finding - s, cause - s, calm after - s\n"),
            "{text}"
        );
        assert!(text.contains("came     warning NotReady Pod/db-1 no cause\n"), "{text}");
        assert!(text.ends_with("because  it did not come within 60 s\n"), "{text}");
        assert_eq!(outcome.rows, [last.rows[0].whole.clone()]);
        assert_eq!(serde_json::to_value(&outcome).unwrap()["findingSeconds"], Value::Null);
    }
}
