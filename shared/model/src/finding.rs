//! Something is wrong with an object.

use crate::{Change, Id, ObjectRef, Severity, Suspect, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A short quotation of an observation, for people and for labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excerpt {
    /// The observation that is quoted.
    pub observation: Id,
    /// When it was made.
    pub at: Timestamp,
    /// What it shows.
    pub text: String,
}

/// Why a finding ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Clearance {
    /// The object does again what it is meant to do.
    Healthy,
    /// The object, or its workload, was deleted: not a recovery.
    Deleted,
    /// The workload was scaled to zero: not a recovery.
    ScaledToZero,
}

/// How far a workload is from its intent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// Replicas that are wanted.
    pub desired: u64,
    /// Replicas that are ready.
    pub ready: u64,
    /// Replicas of the newest revision.
    pub updated: u64,
    /// Whether the controller has seen the newest generation.
    pub observed: bool,
}

/// A rule says that something is wrong with an object. Emitted again under the same id when it is corrected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Derived from the rule, the object, the container and the observation that showed it first.
    pub id: Id,
    /// Name of the rule.
    pub rule: String,
    /// Kubernetes' own reason where one exists, such as `CrashLoopBackOff`.
    pub condition: String,
    /// How bad it is.
    pub severity: Severity,
    /// Findings of one fault share it.
    pub group: String,
    /// The object in trouble.
    pub object: ObjectRef,
    /// Its top owner; the object itself when nothing owns it.
    pub workload: ObjectRef,
    /// The container, when it is one.
    pub container: Option<String>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// When it began to show.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// When this was last said of it, or corrected.
    pub updated_at: Timestamp,
    /// When it ended.
    #[serde(default)]
    pub cleared_at: Option<Timestamp>,
    /// Why it ended.
    #[serde(default)]
    pub clearance: Option<Clearance>,
    /// Ids of the observations that show it.
    pub evidence: Vec<Id>,
    /// Quotations of them.
    #[serde(default)]
    pub excerpts: Vec<Excerpt>,
    /// Changes before it that reach the object, the latest first.
    #[serde(default)]
    pub suspects: Vec<Suspect>,
    /// Changes after it that reach the object: attempts to repair.
    #[serde(default)]
    pub repairs: Vec<Change>,
    /// Figures the rule read, such as the shortfall of a quota.
    #[serde(default)]
    pub facts: Map<String, Value>,
    /// How the workload stands.
    #[serde(default)]
    pub standing: Option<Standing>,
}

impl Finding {
    /// Whether it still holds.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.cleared_at.is_none()
    }
}
