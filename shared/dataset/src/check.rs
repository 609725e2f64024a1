//! Is a label good enough to learn from?

use chiron_model::{Agreement, OutcomeState, TrainingLabel};

/// Labels below this are rejected.
const LEAST_QUALITY: f64 = 0.7;

/// What was found out about a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// How good it is, in `0.0..=1.0`.
    pub quality: f64,
    /// Why it is rejected; none when it is accepted.
    pub reasons: Vec<String>,
}

/// Checks structure, completeness, relations and consistency of a label.
#[must_use]
pub fn check(label: &TrainingLabel) -> Verdict {
    let mut reasons = structure(label);
    reasons.extend(relations(label));
    reasons.extend(truth(label));
    let quality = quality(label);
    if reasons.is_empty() && quality < LEAST_QUALITY {
        reasons.push(format!("quality {quality:.2} is below {LEAST_QUALITY:.2}"));
    }
    Verdict { quality, reasons }
}

fn structure(label: &TrainingLabel) -> Vec<String> {
    let parts = [
        ("question", label.question.trim().is_empty()),
        ("answer", label.answer.trim().is_empty()),
        ("context.symptoms", label.context.symptoms.is_empty()),
        ("context.observations", label.context.observations.is_empty()),
        ("family", label.family.is_empty()),
    ];
    parts.into_iter().filter(|(_, missing)| *missing).map(|(part, _)| format!("{part} is empty")).collect()
}

/// The evidence exists, and nothing shown is younger than the diagnosis.
fn relations(label: &TrainingLabel) -> Vec<String> {
    let mut reasons = Vec::new();
    if label.provenance.observations.is_empty() {
        reasons.push("no observation is cited".to_owned());
    }
    if label.root_cause.changed_at.is_some_and(|at| at > label.context.until) {
        reasons.push("the cause is younger than the diagnosis".to_owned());
    }
    let shown: String = [&label.context.symptoms, &label.context.changes, &label.context.observations]
        .into_iter()
        .flatten()
        .fold(label.question.clone(), |text, line| format!("{text}\n{line}"));
    for repair in &label.provenance.outcome.repairs {
        let clock = crate::words::clock(repair.at);
        if repair.at > label.context.until && shown.contains(&clock) {
            reasons.push(format!("the repair of {clock} leaks into what is shown"));
        }
    }
    reasons
}

/// Truth is a verified outcome: what repaired it must confirm the cause.
fn truth(label: &TrainingLabel) -> Vec<String> {
    let outcome = &label.provenance.outcome;
    let mut reasons = Vec::new();
    if outcome.state != OutcomeState::Verified {
        reasons.push("the outcome is not verified".to_owned());
    }
    match outcome.agrees_with_plan {
        Agreement::Exact | Agreement::SameField => {}
        Agreement::Different => reasons.push("what repaired it does not confirm the cause".to_owned()),
        Agreement::NoRepairSeen => reasons.push("no repair was seen that would confirm the cause".to_owned()),
    }
    reasons
}

/// Confidence of the cause, less where the repair took another value, or little was seen.
fn quality(label: &TrainingLabel) -> f64 {
    let agreement = match label.provenance.outcome.agrees_with_plan {
        Agreement::Exact => 1.0,
        Agreement::SameField => 0.9,
        Agreement::Different | Agreement::NoRepairSeen => 0.5,
    };
    let seen = if label.context.observations.len() > 1 { 1.0 } else { 0.95 };
    let quality = label.root_cause.confidence.value() * agreement * seen;
    (quality * 1000.0).round() / 1000.0
}
