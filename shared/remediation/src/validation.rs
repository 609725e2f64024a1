//! No unsafe plan passes, whoever made it.

use crate::Policy;
use chiron_model::{Diagnosis, FieldValue, ObjectRef, Plan, Verb, is_redacted};

/// Why a plan is not safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsafe {
    /// It does nothing.
    Empty,
    /// It writes more objects than the policy allows.
    TooWide {
        /// Objects it writes.
        found: usize,
        /// Objects it may write.
        limit: usize,
    },
    /// It touches an object that is not part of the evidence.
    Stranger(String),
    /// It writes a redacted value back.
    Redacted(String),
    /// It removes a whole object.
    Deletes(String),
    /// It scales a workload to zero.
    ScalesToZero(String),
    /// It writes without saying what must hold before.
    Unguarded(String),
}

impl std::fmt::Display for Unsafe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("the plan has no actions"),
            Self::TooWide { found, limit } => {
                write!(f, "the plan writes {found} objects, at most {limit} are allowed")
            }
            Self::Stranger(object) => write!(f, "{object} is not part of the evidence of the incident"),
            Self::Redacted(object) => write!(f, "the plan would write a redacted value to {object}"),
            Self::Deletes(object) => write!(f, "the plan would delete {object}"),
            Self::ScalesToZero(object) => write!(f, "the plan would scale {object} to zero"),
            Self::Unguarded(object) => write!(f, "the plan writes {object} without a precondition"),
        }
    }
}

impl std::error::Error for Unsafe {}

/// Checks a plan against the incident it is for and the policy.
///
/// # Errors
/// At the first thing that is not safe.
pub fn validate(plan: &Plan, diagnosis: &Diagnosis, policy: &Policy) -> Result<(), Unsafe> {
    if plan.actions.is_empty() {
        return Err(Unsafe::Empty);
    }
    let mut objects: Vec<&ObjectRef> = plan.actions.iter().map(|it| &it.object).collect();
    objects.sort();
    objects.dedup();
    if objects.len() > policy.max_objects {
        return Err(Unsafe::TooWide { found: objects.len(), limit: policy.max_objects });
    }
    for action in &plan.actions {
        let title = action.object.title();
        if !is_evident(&action.object, diagnosis) {
            return Err(Unsafe::Stranger(title));
        }
        let writes = action.verb.writes();
        if writes.iter().any(|it| is_redacted(&it.value)) {
            return Err(Unsafe::Redacted(title));
        }
        if writes.iter().any(|it| it.field.is_root() && it.value.is_null()) {
            return Err(Unsafe::Deletes(title));
        }
        let scales_to_zero =
            matches!(action.verb, Verb::Scale { replicas: 0 }) || writes.iter().any(sets_no_replicas);
        if scales_to_zero {
            return Err(Unsafe::ScalesToZero(title));
        }
        let is_creation = writes.iter().any(|it| it.field.is_root());
        let only_tells = matches!(action.verb, Verb::Notify { .. } | Verb::NoAction { .. });
        if action.precondition.uid.is_empty() && !is_creation && !only_tells {
            return Err(Unsafe::Unguarded(title));
        }
    }
    Ok(())
}

/// Whether a write sets `spec.replicas` to zero, by itself or inside a wider field.
fn sets_no_replicas(write: &FieldValue) -> bool {
    let value = match write.field.as_str() {
        "spec.replicas" => Some(&write.value),
        "spec" => write.value.pointer("/replicas"),
        "" => write.value.pointer("/spec/replicas"),
        _ => None,
    };
    value.is_some_and(|it| *it == 0)
}

/// Whether an object is one of the incident, or one that was changed before it.
fn is_evident(object: &ObjectRef, diagnosis: &Diagnosis) -> bool {
    diagnosis.incident.findings.iter().any(|finding| {
        finding.object.is_same_place(object)
            || finding.workload.is_same_place(object)
            || finding.suspects.iter().any(|it| it.change.object.is_same_place(object))
    })
}
