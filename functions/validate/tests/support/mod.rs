//! A label that is good enough to learn from, and a validator to show it to.
#![allow(dead_code, reason = "each test uses its part of it")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "test support")]

use chiron_events::{Context, LabelGenerated};
use chiron_function::{Call, Function};
use chiron_model::{
    Agreement, Change, Digest, FieldPath, Id, LabelContext, LabelType, Mechanism, ObjectRef, Outcome,
    OutcomeState, Provenance, RepairedBy, RootCause, Score, Timestamp, TrainingLabel,
};
use chiron_redact::Redactor;
use chiron_validate::{Validate, Validated};
use futures::executor::block_on;
use serde_json::json;
use std::sync::Arc;

const MEMORY: &str = "spec.template.spec.containers[web].resources.limits.memory";

/// That many seconds after 10:00:00.
pub(crate) fn at(second: i64) -> Timestamp {
    let start: Timestamp = "2026-05-04T10:00:00Z".parse().unwrap();
    Timestamp::from_secs(start.secs() + second)
}

fn web() -> ObjectRef {
    ObjectRef {
        cluster: "lab".to_owned(),
        api_version: "apps/v1".to_owned(),
        kind: "Deployment".to_owned(),
        namespace: "shop".to_owned(),
        name: "web".to_owned(),
        uid: "e7ff878d-9879-49c0-b463-4e25369e59f6".to_owned(),
    }
}

/// What repaired it, at 10:02:30.
pub(crate) fn repair() -> Change {
    Change {
        object: web(),
        field: FieldPath::from(MEMORY),
        from: json!("24Mi"),
        to: json!("64Mi"),
        at: at(150),
        by: Some("kubectl-edit".to_owned()),
        observation: Id::derive(&["repair"]),
    }
}

/// A label of a verified incident whose repair confirms the cause.
pub(crate) fn good() -> TrainingLabel {
    let observations = vec![Id::derive(&["change"]), Id::derive(&["symptom"])];
    TrainingLabel {
        id: Id::derive(&["label"]),
        schema_version: 1,
        label_type: LabelType::Troubleshooting,
        incident: Id::derive(&["incident"]),
        family: "memory-limit-below-need:Deployment/web".to_owned(),
        context: LabelContext {
            until: at(2),
            symptoms: vec!["10:00:00.000 OOMKilled on Pod/web-1".to_owned()],
            changes: vec![format!("09:59:55.000 Deployment/web {MEMORY}: \"64Mi\" -> \"24Mi\"")],
            observations: vec!["10:00:00.000 OOMKilled".to_owned(), "10:00:01.000 BackOff".to_owned()],
        },
        question: "What is the root cause of the trouble with Deployment/web?".to_owned(),
        answer: format!("{MEMORY} of Deployment/web was changed from \"64Mi\" to \"24Mi\"."),
        root_cause: RootCause {
            mechanism: Mechanism::MemoryLimitBelowNeed,
            object: web(),
            field: FieldPath::from(MEMORY),
            from: json!("64Mi"),
            to: json!("24Mi"),
            changed_at: Some(at(-5)),
            changed_by: Some("kubectl-set".to_owned()),
            confidence: Score::clamped(0.97),
            evidence: observations.clone(),
        },
        resolution: None,
        provenance: Provenance {
            cluster: "lab".to_owned(),
            observations,
            evidence_digest: Digest::of(b"evidence"),
            rules_version: "1".to_owned(),
            redaction_version: "1".to_owned(),
            synthetic: false,
            outcome: Outcome {
                state: OutcomeState::Verified,
                recovered_at: Some(at(160)),
                sustained_for: 60.0,
                repaired_by: RepairedBy::External,
                agrees_with_plan: Agreement::Exact,
                repairs: vec![repair()],
            },
        },
    }
}

/// What `validate` says of a label.
pub(crate) fn validated(label: &TrainingLabel) -> Validated {
    let validate = Validate::new(Arc::new(Redactor::new(b"key")));
    let call = Call { context: Context::default(), input: LabelGenerated { label: label.clone() } };
    let mut effects = block_on(validate.handle(call)).unwrap();
    assert_eq!(effects.outputs.len(), 1, "one label, one verdict");
    effects.outputs.remove(0)
}

/// The quality of a label that is accepted.
pub(crate) fn accepted(label: &TrainingLabel) -> f64 {
    match validated(label) {
        Validated::Accepted(it) => it.quality,
        Validated::Rejected(it) => panic!("expected it to be accepted, got {:?}", it.reasons),
    }
}

/// Why a label is rejected.
pub(crate) fn rejected(label: &TrainingLabel) -> Vec<String> {
    match validated(label) {
        Validated::Accepted(it) => panic!("expected it to be rejected, its quality is {}", it.quality),
        Validated::Rejected(it) => it.reasons,
    }
}
