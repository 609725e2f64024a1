//! Labels of made-up incidents.
#![allow(dead_code, reason = "each test uses its part of it")]
#![allow(clippy::unwrap_used, reason = "test support")]

use chiron_dataset::{DatasetFiles, build};
use chiron_model::{
    Agreement, Digest, FieldPath, Id, LabelContext, LabelType, Mechanism, ObjectRef, Outcome, OutcomeState,
    Provenance, RepairedBy, RootCause, Score, Timestamp, TrainingLabel,
};
use serde_json::json;

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_secs(1_800_000_000 + second)
}

fn web() -> ObjectRef {
    ObjectRef {
        cluster: "lab".to_owned(),
        api_version: "apps/v1".to_owned(),
        kind: "Deployment".to_owned(),
        namespace: "shop".to_owned(),
        name: "web".to_owned(),
        uid: "uid-web".to_owned(),
    }
}

/// A label of that incident, which recovered that many seconds after the beginning.
pub(crate) fn label(label_type: LabelType, family: &str, incident: i64) -> TrainingLabel {
    let name = format!("{family}/{incident}");
    TrainingLabel {
        id: Id::derive(&["label", &name, label_type.as_str()]),
        schema_version: 1,
        label_type,
        incident: Id::derive(&["incident", &name]),
        family: family.to_owned(),
        context: LabelContext {
            until: at(incident),
            symptoms: vec!["OOMKilled on Pod/web-1".to_owned()],
            changes: vec!["Deployment/web memory: \"64Mi\" -> \"24Mi\"".to_owned()],
            observations: vec!["exit code 137\nand a second line".to_owned(), "BackOff \u{fc}".to_owned()],
        },
        question: format!("What is wrong with {name}?"),
        answer: format!("The memory limit of {name}."),
        root_cause: RootCause {
            mechanism: Mechanism::MemoryLimitBelowNeed,
            object: web(),
            field: FieldPath::from("spec.template.spec.containers[web].resources.limits.memory"),
            from: json!("64Mi"),
            to: json!("24Mi"),
            changed_at: Some(at(incident - 5)),
            changed_by: None,
            confidence: Score::clamped(0.97),
            evidence: Vec::new(),
        },
        resolution: None,
        provenance: Provenance {
            cluster: "lab".to_owned(),
            observations: vec![Id::derive(&["observation", &name])],
            evidence_digest: Digest::of(name.as_bytes()),
            rules_version: "1".to_owned(),
            redaction_version: "1".to_owned(),
            synthetic: false,
            outcome: Outcome {
                state: OutcomeState::Verified,
                recovered_at: Some(at(incident)),
                sustained_for: 60.0,
                repaired_by: RepairedBy::External,
                agrees_with_plan: Agreement::Exact,
                repairs: Vec::new(),
            },
        },
    }
}

/// The labels of 120 incidents of 60 families, three of each incident.
pub(crate) fn many() -> Vec<TrainingLabel> {
    let types = [LabelType::Troubleshooting, LabelType::BasicQa, LabelType::Deployment];
    let of = |incident: i64| types.map(|it| label(it, &format!("family-{}", incident % 60), incident));
    (0..120).flat_map(of).collect()
}

/// The dataset of these labels.
pub(crate) fn dataset(labels: &[TrainingLabel]) -> DatasetFiles {
    built("incidents", labels)
}

pub(crate) fn built(name: &str, labels: &[TrainingLabel]) -> DatasetFiles {
    build(name, labels).unwrap()
}

/// The lines of a file of a dataset.
pub(crate) fn lines<'a>(dataset: &'a DatasetFiles, path: &str) -> Vec<&'a str> {
    let text = dataset.files.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok());
    text.map_or_else(Vec::new, |text| text.lines().collect())
}

/// The data files of a configuration, with the name of their split.
pub(crate) fn data<'a>(dataset: &'a DatasetFiles, config: &str) -> Vec<(&'a str, &'a str)> {
    let folder = format!("data/{config}/");
    let split = |path: &'a String| Some((path.as_str(), path.strip_prefix(&folder)?.split('-').next()?));
    dataset.files.keys().filter_map(split).collect()
}
