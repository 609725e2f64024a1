//! Whether what was found is what a scenario expects.

use super::recorded::Scenario;
use chiron::lab::Expect;
use serde_json::Value;

/// What a lane says of the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Said {
    /// Exactly the expected object and field.
    Cause,
    /// That something is wrong, and not why.
    Symptom,
    /// Nothing.
    Nothing,
}

pub(crate) fn incidents(report: &Value) -> &[Value] {
    report["incidents"].as_array().unwrap()
}

pub(crate) fn findings(report: &Value) -> &[Value] {
    report["findings"].as_array().unwrap()
}

/// Findings of which somebody would be told.
pub(crate) fn alarms(report: &Value) -> impl Iterator<Item = &Value> {
    findings(report).iter().filter(|it| it["severity"] != "info")
}

/// An incident in a line, for people.
pub(crate) fn line(incident: &Value) -> String {
    let cause = &incident["root_cause"];
    let (object, field) = (&cause["object"], &cause["field"]);
    format!(
        "{} <- {}/{} {} {} -> {}",
        incident["conditions"], object["kind"], object["name"], field, cause["from"], cause["to"]
    )
}

/// Whether the report says what the scenario expects and nothing else: one incident with its cause, or calm.
pub(crate) fn check(scenario: &Scenario, report: &Value) -> Result<(), String> {
    let all = incidents(report);
    let said = all.iter().map(line).collect::<Vec<_>>();
    if scenario.expect.calm {
        let alarms: Vec<&Value> = alarms(report).collect();
        return if all.is_empty() && alarms.is_empty() {
            Ok(())
        } else {
            Err(format!("{said:?} {alarms:?}"))
        };
    }
    match all {
        [one] if is_expected(one, &scenario.expect) => Ok(()),
        _ => Err(format!("{said:?}")),
    }
}

/// What is said of the cause; an error when anything else is named.
pub(crate) fn said(scenario: &Scenario, report: &Value) -> Result<Said, String> {
    let known: Vec<&Value> = incidents(report).iter().filter(|it| !it["root_cause"].is_null()).collect();
    let wrong: Vec<String> =
        known.iter().filter(|it| !is_cause(it, &scenario.expect)).map(|it| line(it)).collect();
    if !wrong.is_empty() {
        return Err(format!("{wrong:?}"));
    }
    Ok(if !known.is_empty() {
        Said::Cause
    } else if incidents(report).is_empty() {
        Said::Nothing
    } else {
        Said::Symptom
    })
}

fn is_expected(incident: &Value, expect: &Expect) -> bool {
    let conditions = incident["conditions"].as_array().unwrap();
    let wanted = expect.finding.as_ref().unwrap();
    conditions.iter().any(|it| wanted.conditions.iter().any(|one| it == one)) && is_cause(incident, expect)
}

fn is_cause(incident: &Value, expect: &Expect) -> bool {
    let Some(wanted) = &expect.cause else { return false };
    let cause = &incident["root_cause"];
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    text(&cause["object"]["kind"]) == wanted.kind
        && is_named(&text(&cause["object"]["name"]), &wanted.name)
        && wanted.fields.iter().any(|it| is_named(&text(&cause["field"]), it))
        && wanted.from.as_ref().is_none_or(|it| *it == cause["from"])
        && wanted.to.as_ref().is_none_or(|it| *it == cause["to"])
}

/// A star at the end stands for any ending.
fn is_named(name: &str, pattern: &str) -> bool {
    pattern.strip_suffix('*').map_or(name == pattern, |beginning| name.starts_with(beginning))
}
