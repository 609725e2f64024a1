//! `dev.chiron.plan.{proposed,declined,approved,rejected,executed}.v1`, `dev.chiron.action.executed.v1` and
//! `dev.chiron.rollback.{requested,executed}.v1`

use crate::Payload;
use chiron_model::{Action, Id, Plan, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A way to end an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanProposed {
    /// The plan.
    pub plan: Plan,
    /// Namespace of the incident.
    pub namespace: String,
}

/// No safe way to end an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanDeclined {
    /// The incident.
    pub incident: Id,
    /// Namespace of the incident.
    pub namespace: String,
    /// Why.
    pub reason: String,
    /// When, in the time of the events.
    pub at: Timestamp,
}

/// A plan may be carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanApproved {
    /// The plan.
    pub plan: Plan,
    /// Namespace of the incident.
    pub namespace: String,
    /// Who approved it: a person, or `policy`.
    pub approver: String,
}

/// A plan may not be carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanRejected {
    /// The plan.
    pub plan: Id,
    /// The incident.
    pub incident: Id,
    /// Why.
    pub reason: String,
    /// When, in the time of the events.
    pub at: Timestamp,
}

/// How one action ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActionOutcome {
    /// It was done.
    Succeeded,
    /// It was tried.
    Failed,
    /// It was done and taken back.
    RolledBack,
    /// It was not tried.
    Skipped,
}

/// One action was carried out, or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActionExecuted {
    /// The plan.
    pub plan: Id,
    /// The incident.
    pub incident: Id,
    /// Place of the action in the plan, from 0.
    pub index: usize,
    /// The action.
    pub action: Action,
    /// How it ended.
    pub outcome: ActionOutcome,
    /// Why.
    pub reason: String,
    /// When, in the time of the events.
    pub at: Timestamp,
}

/// All actions of a plan were carried out, or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanExecuted {
    /// The plan.
    pub plan: Id,
    /// The incident.
    pub incident: Id,
    /// Namespace of the incident.
    pub namespace: String,
    /// How the worst of its actions ended.
    pub outcome: ActionOutcome,
    /// Why.
    pub reason: String,
    /// When, in the time of the events.
    pub at: Timestamp,
}

/// What was done made nothing better: take it back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RollbackRequested {
    /// The plan.
    pub plan: Id,
    /// The incident.
    pub incident: Id,
    /// Why.
    pub reason: String,
    /// When, in the time of the events.
    pub at: Timestamp,
}

/// What was done was taken back, or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RollbackExecuted {
    /// The plan.
    pub plan: Id,
    /// The incident.
    pub incident: Id,
    /// How it ended.
    pub outcome: ActionOutcome,
    /// Why.
    pub reason: String,
    /// When, in the time of the events.
    pub at: Timestamp,
}

impl Payload for PlanProposed {
    const TYPE: &'static str = "dev.chiron.plan.proposed.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.plan.at)
    }

    fn incident(&self) -> Option<Id> {
        Some(self.plan.incident)
    }
}

impl Payload for PlanDeclined {
    const TYPE: &'static str = "dev.chiron.plan.declined.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.at)
    }

    fn incident(&self) -> Option<Id> {
        Some(self.incident)
    }
}

impl Payload for PlanApproved {
    const TYPE: &'static str = "dev.chiron.plan.approved.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.plan.at)
    }

    fn incident(&self) -> Option<Id> {
        Some(self.plan.incident)
    }
}

impl Payload for PlanRejected {
    const TYPE: &'static str = "dev.chiron.plan.rejected.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.at)
    }

    fn incident(&self) -> Option<Id> {
        Some(self.incident)
    }
}

impl Payload for ActionExecuted {
    const TYPE: &'static str = "dev.chiron.action.executed.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.at)
    }

    fn subject(&self) -> Option<String> {
        Some(self.action.object.subject())
    }

    fn incident(&self) -> Option<Id> {
        Some(self.incident)
    }
}

impl Payload for PlanExecuted {
    const TYPE: &'static str = "dev.chiron.plan.executed.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.at)
    }

    fn incident(&self) -> Option<Id> {
        Some(self.incident)
    }
}

impl Payload for RollbackRequested {
    const TYPE: &'static str = "dev.chiron.rollback.requested.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.at)
    }

    fn incident(&self) -> Option<Id> {
        Some(self.incident)
    }
}

impl Payload for RollbackExecuted {
    const TYPE: &'static str = "dev.chiron.rollback.executed.v1";

    fn time(&self) -> Option<Timestamp> {
        Some(self.at)
    }

    fn incident(&self) -> Option<Id> {
        Some(self.incident)
    }
}
