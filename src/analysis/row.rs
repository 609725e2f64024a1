//! What is said of one finding.

use chiron_model::{Finding, Hypothesis, Id, ObjectRef, RootCause, Severity, Timestamp};
use serde::Serialize;
use serde_json::Value;

/// An object, as programs read it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectRow {
    /// Group and version; absent when an Event does not say.
    pub api_version: Option<String>,
    /// Kind; absent when an Event does not say.
    pub kind: Option<String>,
    /// Namespace; absent for objects of the cluster.
    pub namespace: Option<String>,
    /// Name; absent when an Event does not say.
    pub name: Option<String>,
}

/// Why it is wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CauseRow {
    /// How it leads to what is seen.
    pub mechanism: String,
    /// The object that is at fault.
    pub object: ObjectRow,
    /// The field; empty for the whole object.
    pub field: String,
    /// The former value; null when there was none, or when it is not known.
    pub from: Value,
    /// The value now.
    pub to: Value,
    /// When it was changed, if that is known.
    pub changed_at: Option<Timestamp>,
    /// The field manager that changed it, if that is known.
    pub changed_by: Option<String>,
    /// How sure this is, from 0 to 1.
    pub confidence: f64,
    /// Why it explains what is seen.
    pub reason: String,
}

/// What shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidenceRow {
    /// Id of the observation.
    pub id: Id,
    /// When.
    pub at: Timestamp,
    /// What it shows.
    pub text: String,
    /// `log` when it is what a container wrote; absent for what the cluster tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'static str>,
    /// Of a log, all lines that were read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The file it was read from; absent for a live cluster.
    pub file: Option<String>,
    /// Name of the cluster, for a live one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// The object in trouble.
    pub object: ObjectRow,
    /// Kubernetes' own reason where one exists.
    pub condition: String,
    /// The container, when it is one.
    pub container: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it still holds.
    pub active: bool,
    /// `object` when the object itself shows it, `event` when an Event reports it.
    pub source: &'static str,
    /// The rule that found it.
    pub rule: String,
    /// Findings of one fault share it.
    pub group: String,
    /// What is wrong, in a sentence.
    pub message: String,
    /// The workload that the object belongs to.
    pub workload: ObjectRow,
    /// The most likely cause, when one is likely.
    pub cause: Option<CauseRow>,
    /// Other causes that were thought of, the likeliest first, and why they rank lower.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ruled_out: Vec<CauseRow>,
    /// What shows it.
    pub evidence: Vec<EvidenceRow>,
    /// Since when, as far as it can be told.
    pub since: Timestamp,
}

fn given(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|it| !it.is_empty())
}

impl From<&ObjectRef> for ObjectRow {
    fn from(object: &ObjectRef) -> Self {
        Self {
            api_version: given(&object.api_version),
            kind: given(&object.kind),
            namespace: given(&object.namespace),
            name: given(&object.name),
        }
    }
}

impl ObjectRow {
    /// `Kind namespace/name`, for people.
    #[must_use]
    pub fn title(&self) -> String {
        let kind = self.kind.as_deref().unwrap_or("object");
        match (&self.namespace, &self.name) {
            (Some(namespace), Some(name)) => format!("{kind} {namespace}/{name}"),
            (None, Some(name)) => format!("{kind} {name}"),
            (Some(namespace), None) => format!("{kind} in {namespace}"),
            (None, None) => kind.to_owned(),
        }
    }
}

impl From<&Hypothesis> for CauseRow {
    fn from(hypothesis: &Hypothesis) -> Self {
        Self::new(&hypothesis.cause, &hypothesis.reason)
    }
}

impl CauseRow {
    fn new(cause: &RootCause, reason: &str) -> Self {
        Self {
            mechanism: cause.mechanism.to_string(),
            object: ObjectRow::from(&cause.object),
            field: cause.field.to_string(),
            from: cause.from.clone(),
            to: cause.to.clone(),
            changed_at: cause.changed_at,
            changed_by: cause.changed_by.clone(),
            confidence: cause.confidence.value(),
            reason: reason.to_owned(),
        }
    }

    /// What was changed, for people.
    #[must_use]
    pub fn line(&self) -> String {
        let what = match (self.field.is_empty(), self.from.is_null(), self.to.is_null()) {
            (true, _, true) => format!("{}: deleted or missing", self.object.title()),
            (true, ..) => format!("{}: made", self.object.title()),
            (false, true, _) => format!("{} {} = {}", self.object.title(), self.field, short(&self.to)),
            (false, ..) => {
                format!(
                    "{} {}: {} -> {}",
                    self.object.title(),
                    self.field,
                    short(&self.from),
                    short(&self.to)
                )
            }
        };
        match (&self.changed_at, &self.changed_by) {
            (Some(at), Some(by)) => format!("{what} ({by}, {})", crate::tables::moment(*at)),
            (Some(at), None) => format!("{what} ({})", crate::tables::moment(*at)),
            (None, _) => what,
        }
    }
}

/// A value in few characters.
fn short(value: &Value) -> String {
    const LENGTH: usize = 60;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if text.chars().count() <= LENGTH {
        return text;
    }
    format!("{}...", text.chars().take(LENGTH).collect::<String>())
}

impl Row {
    /// What is said of a finding; the causes are added later.
    #[must_use]
    pub fn new(finding: &Finding, file: &str, cluster: &str) -> Self {
        let is_report = finding.facts.get("source").and_then(Value::as_str) == Some("event");
        Self {
            file: given(file),
            cluster: given(cluster),
            object: ObjectRow::from(&finding.object),
            condition: finding.condition.clone(),
            container: finding.container.clone(),
            severity: finding.severity,
            active: finding.is_active(),
            source: if is_report { "event" } else { "object" },
            rule: finding.rule.clone(),
            group: finding.group.clone(),
            message: finding.message.clone(),
            workload: ObjectRow::from(&finding.workload),
            cause: None,
            ruled_out: Vec::new(),
            evidence: finding
                .excerpts
                .iter()
                .map(|it| EvidenceRow {
                    id: it.observation,
                    at: it.at,
                    text: it.text.clone(),
                    source: None,
                    lines: Vec::new(),
                })
                .collect(),
            since: finding.first_seen,
        }
    }
}
