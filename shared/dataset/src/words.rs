//! How facts are put into words. Plain sentences, the same for the same facts.

use crate::pseudonyms;
use chiron_model::{
    Action, Agreement, Change, Decision, Finding, Outcome, RepairedBy, Risk, RootCause, Suspect, Timestamp,
};
use serde_json::Value;

/// Longer values are cut.
const MAX_VALUE: usize = 240;

/// A time of day, to the millisecond.
pub(crate) fn clock(at: Timestamp) -> String {
    at.utc().format("%H:%M:%S%.3f").to_string()
}

/// A JSON value, cut where it is long; `nothing` for null.
pub(crate) fn value(value: &Value) -> String {
    let text = match value {
        Value::Null => return "nothing".to_owned(),
        Value::String(text) => format!("\"{text}\""),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    if text.chars().count() <= MAX_VALUE {
        return text;
    }
    let cut = text.char_indices().nth(MAX_VALUE).map_or(text.len(), |(at, _)| at);
    // What stands for a credential stays whole.
    let end = pseudonyms::end_of_mark(&text, cut).unwrap_or(cut);
    format!("{}...", &text[..end])
}

/// What a change did.
pub(crate) fn change(it: &Change) -> String {
    let by = it.by.as_ref().map_or_else(String::new, |by| format!(" (by {by})"));
    let object = it.object.title();
    if it.is_creation() {
        return format!("{object} was created{by}");
    }
    if it.is_deletion() {
        return format!("{object} was deleted{by}");
    }
    format!("{object} {}: {} -> {}{by}", it.field, value(&it.from), value(&it.to))
}

/// A line on a change that may matter.
pub(crate) fn suspect(it: &Suspect) -> String {
    format!("{} {}", clock(it.change.at), change(&it.change))
}

/// A line on a symptom.
pub(crate) fn symptom(it: &Finding) -> String {
    let container = it.container.as_ref().map_or_else(String::new, |name| format!(", container {name}"));
    format!("{} {} on {}{container}: {}", clock(it.first_seen), it.condition, it.object.title(), it.message)
}

/// What the cause is.
pub(crate) fn cause(it: &RootCause) -> String {
    let when = it.changed_at.map_or_else(String::new, |at| format!(" at {}", clock(at)));
    let by = it.changed_by.as_ref().map_or_else(String::new, |by| format!(" by {by}"));
    let object = it.object.title();
    let about = it.mechanism.about();
    if it.field.is_root() && it.from.is_null() {
        return format!("{object} was created{when}{by}. {about}");
    }
    if it.field.is_root() && it.to.is_null() {
        return format!("{object} was deleted{when}{by}. {about}");
    }
    format!(
        "{} of {object} was changed from {} to {}{when}{by}. {about}",
        it.field,
        value(&it.from),
        value(&it.to)
    )
}

/// What an action does, and under which condition.
pub(crate) fn action(it: &Action) -> String {
    let writes: Vec<String> = it
        .verb
        .writes()
        .iter()
        .map(|write| {
            let field =
                if write.field.is_root() { "the whole object".to_owned() } else { write.field.to_string() };
            format!("set {field} to {}", value(&write.value))
        })
        .collect();
    let only_if: Vec<String> = it
        .precondition
        .fields
        .iter()
        .filter(|held| !held.field.is_root())
        .map(|held| format!("{} is still {}", held.field, value(&held.value)))
        .collect();
    let what = if writes.is_empty() { String::new() } else { format!(": {}", writes.join("; ")) };
    let guard =
        if only_if.is_empty() { String::new() } else { format!(", only if {}", only_if.join(" and ")) };
    format!("{} on {}{what}{guard}", it.verb.name(), it.object.title())
}

/// What should be done, or why nothing should.
pub(crate) fn decision(it: Option<&Decision>) -> String {
    match it {
        None => "No plan was made.".to_owned(),
        Some(Decision::Declined { declined }) => format!("No automatic repair: {declined}."),
        Some(Decision::Proposed(plan)) => {
            let steps: Vec<String> = plan.actions.iter().map(action).collect();
            let asked =
                if plan.approval.required { "A person must agree" } else { "No person needs to agree" };
            let check = plan.actions.first().map_or_else(String::new, |it| {
                format!(
                    " Afterwards check for {} s that {}.",
                    it.verification.sustained_seconds, it.verification.expect
                )
            });
            format!(
                "{}. Risk {}. {asked}: {}.{check}",
                steps.join(". Then "),
                risk(plan.risk),
                plan.approval.reason
            )
        }
    }
}

/// The word for a risk.
pub(crate) fn risk(it: Risk) -> &'static str {
    match it {
        Risk::Low => "low",
        Risk::Medium => "medium",
        Risk::High => "high",
    }
}

/// How it ended.
pub(crate) fn outcome(it: &Outcome) -> String {
    let repairs: Vec<String> =
        it.repairs.iter().map(|repair| format!("{} {}", clock(repair.at), change(repair))).collect();
    let who = match it.repaired_by {
        RepairedBy::Chiron => "The plan was carried out",
        RepairedBy::External => "An operator repaired it",
        RepairedBy::None => "It recovered without a change that was seen",
    };
    let what = if repairs.is_empty() { String::new() } else { format!(" ({})", repairs.join("; ")) };
    let when =
        it.recovered_at.map_or_else(String::new, |at| format!("; everything was well from {}", clock(at)));
    let agrees = match it.agrees_with_plan {
        Agreement::Exact => " The proposed repair is the one that worked.",
        Agreement::SameField => " The proposed repair changes the same field, to another value.",
        Agreement::Different => " Another repair than the proposed one worked.",
        Agreement::NoRepairSeen => "",
    };
    format!("{who}{what}{when} and stayed so for {:.0} s.{agrees}", it.sustained_for)
}
