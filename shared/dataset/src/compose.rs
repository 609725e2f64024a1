//! Writes labels from a verified incident.

use crate::{pseudonyms, words};
use chiron_model::{
    Decision, Diagnosis, Digest, Excerpt, Finding, Id, LabelContext, LabelType, Outcome, Provenance,
    RootCause, Suspect, TrainingLabel,
};
use std::time::Duration;

/// Changes that are shown.
const MAX_CHANGES: usize = 12;
/// A change this little after the first symptom was sent at the same moment.
const SAME_MOMENT: Duration = Duration::from_secs(2);

/// What a label is written from.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The diagnosis, with the incident as it was then. Nothing else is shown.
    pub diagnosis: &'a Diagnosis,
    /// What was decided.
    pub decision: Option<&'a Decision>,
    /// How it ended.
    pub outcome: &'a Outcome,
}

/// Versions that a label depends on.
#[derive(Clone, Copy, Debug)]
pub struct Versions {
    /// Of the rules.
    pub rules: &'static str,
    /// Of the redaction.
    pub redaction: &'static str,
}

/// The labels of a verified incident: troubleshooting, a basic question, and one of the type its mechanism belongs to.
#[must_use]
pub fn compose(evidence: &Evidence<'_>, versions: Versions) -> Vec<TrainingLabel> {
    let Some(cause) = &evidence.diagnosis.root_cause else { return Vec::new() };
    [LabelType::Troubleshooting, LabelType::BasicQa, cause.mechanism.label_type()]
        .into_iter()
        .filter_map(|label_type| label(label_type, cause, evidence, versions))
        .collect()
}

fn label(
    label_type: LabelType,
    cause: &RootCause,
    evidence: &Evidence<'_>,
    versions: Versions,
) -> Option<TrainingLabel> {
    let context = context(evidence.diagnosis);
    let resolution = match evidence.decision {
        Some(Decision::Proposed(plan)) => Some(plan.clone()),
        Some(Decision::Declined { .. }) | None => None,
    };
    let label = TrainingLabel {
        id: Id::default(),
        schema_version: 1,
        label_type,
        incident: evidence.diagnosis.incident.id,
        family: family(cause, evidence.diagnosis),
        question: question(label_type, evidence.diagnosis),
        answer: answer(label_type, cause, evidence),
        root_cause: cause.clone(),
        resolution,
        provenance: provenance(evidence, versions),
        context,
    };
    named(&label)
}

/// Replaces redacted values by numbers and names the label after its content.
fn named(label: &TrainingLabel) -> Option<TrainingLabel> {
    let mut value = serde_json::to_value(label).ok()?;
    pseudonyms::number(&mut value);
    let id = Id::derive(&["label", &value.to_string()]);
    let label: TrainingLabel = serde_json::from_value(value).ok()?;
    Some(TrainingLabel { id, ..label })
}

/// What the model is shown: only what the diagnosis itself was shown.
fn context(diagnosis: &Diagnosis) -> LabelContext {
    LabelContext {
        until: diagnosis.at,
        symptoms: findings(diagnosis).map(words::symptom).collect(),
        changes: suspects(diagnosis).into_iter().map(words::suspect).collect(),
        observations: excerpts(diagnosis)
            .into_iter()
            .map(|it| format!("{} {}", words::clock(it.at), it.text))
            .collect(),
    }
}

/// What was wrong when the diagnosis was made.
fn findings(diagnosis: &Diagnosis) -> impl Iterator<Item = &Finding> {
    diagnosis.incident.findings.iter().filter(|it| it.first_seen <= diagnosis.at)
}

fn suspects(diagnosis: &Diagnosis) -> Vec<&Suspect> {
    let latest = diagnosis.incident.opened_at.plus(SAME_MOMENT).min(diagnosis.at);
    let mut suspects: Vec<&Suspect> = Vec::new();
    for suspect in findings(diagnosis).flat_map(|it| &it.suspects) {
        if suspect.change.at <= latest && !suspects.iter().any(|it| it.change == suspect.change) {
            suspects.push(suspect);
        }
    }
    let key = |it: &Suspect| (it.change.at, it.change.object.clone(), it.change.field.clone());
    suspects.sort_by_key(|it| key(it));
    suspects.split_off(suspects.len().saturating_sub(MAX_CHANGES))
}

fn excerpts(diagnosis: &Diagnosis) -> Vec<&Excerpt> {
    let mut excerpts: Vec<&Excerpt> = Vec::new();
    for excerpt in findings(diagnosis).flat_map(|it| &it.excerpts) {
        if excerpt.at <= diagnosis.at && !excerpts.contains(&excerpt) {
            excerpts.push(excerpt);
        }
    }
    excerpts.sort_by(|a, b| (a.at, &a.text).cmp(&(b.at, &b.text)));
    excerpts
}

/// Incidents of one family teach the same: the same mechanism on a workload of the same name.
fn family(cause: &RootCause, diagnosis: &Diagnosis) -> String {
    let workload = diagnosis.incident.findings.first().map(|it| it.workload.title());
    format!("{}:{}", cause.mechanism, workload.unwrap_or_default())
}

fn place(diagnosis: &Diagnosis) -> String {
    let workload = diagnosis.incident.findings.first().map(|it| it.workload.title()).unwrap_or_default();
    format!("{workload} in namespace {}", diagnosis.incident.namespace)
}

fn question(label_type: LabelType, diagnosis: &Diagnosis) -> String {
    let place = place(diagnosis);
    match label_type {
        LabelType::BasicQa => format!("What is wrong with {place}, and since when?"),
        LabelType::Troubleshooting => {
            format!("What is the root cause of the trouble with {place}, and how is it repaired safely?")
        }
        LabelType::ResourceManagement => {
            format!(
                "Which request, limit or quota is behind the trouble with {place}, and what should it be?"
            )
        }
        LabelType::Deployment => {
            format!(
                "Which change of {place}, or of what it reads, broke the rollout, and what takes it back?"
            )
        }
        LabelType::NetworkPolicy => {
            format!(
                "Why does traffic not reach the pods behind {place}, and what is the least change that lets it?"
            )
        }
        LabelType::ServiceMesh | LabelType::MultiCluster => {
            format!("What is the cause of the trouble with {place}, and how is it repaired safely?")
        }
    }
}

fn answer(label_type: LabelType, cause: &RootCause, evidence: &Evidence<'_>) -> String {
    if label_type == LabelType::BasicQa {
        let symptoms: Vec<String> = findings(evidence.diagnosis).map(words::symptom).collect();
        return format!("{} The cause: {}", sentence(&symptoms), words::cause(cause));
    }
    let conditions: Vec<String> =
        findings(evidence.diagnosis).map(|it| format!("{} on {}", it.condition, it.object.title())).collect();
    format!(
        "Root cause: {}\nWhat shows it: {}.\nRepair: {}\nOutcome: {}",
        words::cause(cause),
        conditions.join(", "),
        words::decision(evidence.decision),
        words::outcome(evidence.outcome)
    )
}

fn sentence(lines: &[String]) -> String {
    lines
        .iter()
        .map(|line| if line.ends_with('.') { line.clone() } else { format!("{line}.") })
        .collect::<Vec<_>>()
        .join(" ")
}

fn provenance(evidence: &Evidence<'_>, versions: Versions) -> Provenance {
    let mut observations: Vec<Id> = Vec::new();
    let quoted = excerpts(evidence.diagnosis).into_iter().map(|it| it.observation);
    let changed = suspects(evidence.diagnosis).into_iter().map(|it| it.change.observation);
    for id in quoted.chain(changed) {
        if !observations.contains(&id) {
            observations.push(id);
        }
    }
    observations.sort();
    let joined: String = observations.iter().map(|id| format!("{id}\n")).collect();
    Provenance {
        cluster: evidence.diagnosis.incident.cluster.clone(),
        evidence_digest: Digest::of(joined.as_bytes()),
        observations,
        rules_version: versions.rules.to_owned(),
        redaction_version: versions.redaction.to_owned(),
        synthetic: false,
        outcome: evidence.outcome.clone(),
    }
}
