//! One incident, followed until it is decided.

use chiron_events::{ActionOutcome, IncidentVerified, RollbackRequested};
use chiron_model::{
    Clearance, Decision, Diagnosis, Finding, Id, Incident, ObjectRef, Outcome, OutcomeState, RepairedBy,
    Timestamp,
};
use chiron_remediation::agreement;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One incident, followed until it is decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Case {
    pub incident: Incident,
    /// The first diagnosis that came to the present conclusion.
    pub diagnosis: Option<Diagnosis>,
    pub decision: Option<Decision>,
    /// The plan of ours that was carried out, when it was, and when.
    pub executed: Option<(Id, Timestamp)>,
    pub state: OutcomeState,
}

impl Case {
    pub(crate) fn new(incident: Incident) -> Self {
        Self { incident, diagnosis: None, decision: None, executed: None, state: OutcomeState::Open }
    }

    /// Takes a diagnosis, unless an earlier one came to the same conclusion: that one knew less of what followed.
    pub(crate) fn diagnose(&mut self, diagnosis: Diagnosis) {
        let conclusion = |it: &Diagnosis| {
            it.root_cause.as_ref().map(|cause| (cause.mechanism, cause.object.clone(), cause.field.clone()))
        };
        if self.diagnosis.as_ref().is_none_or(|known| conclusion(known) != conclusion(&diagnosis)) {
            self.diagnosis = Some(diagnosis);
        }
    }

    pub(crate) fn execute(&mut self, plan: Id, outcome: ActionOutcome, at: Timestamp) {
        if outcome == ActionOutcome::Succeeded {
            self.executed = Some((plan, at));
        }
    }

    /// The incident closed: it has recovered, unless what was in trouble is gone.
    pub(crate) fn close(&mut self, incident: Incident) -> Option<IncidentVerified> {
        let at = incident.closed_at?;
        let is_recovery = is_recovery(&incident.findings);
        self.incident = incident;
        self.state = if is_recovery { OutcomeState::Recovered } else { OutcomeState::Unknown };
        Some(self.verdict(at))
    }

    /// More is wrong; after a recovery that is a relapse.
    pub(crate) fn update(&mut self, incident: Incident, at: Timestamp) -> Option<IncidentVerified> {
        let relapsed = self.state == OutcomeState::Recovered && incident.closed_at.is_none();
        self.incident = incident;
        relapsed.then(|| {
            self.state = OutcomeState::Relapsed;
            self.verdict(at)
        })
    }

    /// Time passed: a recovery that held for the window is verified.
    pub(crate) fn advance(&mut self, now: Timestamp, window: Duration) -> Option<IncidentVerified> {
        let at = self.incident.closed_at?.plus(window);
        (self.state == OutcomeState::Recovered && at <= now).then(|| {
            self.state = OutcomeState::Verified;
            self.verdict(at)
        })
    }

    /// What we did made nothing better within the window: take it back.
    pub(crate) fn give_up(&mut self, now: Timestamp, window: Duration) -> Option<RollbackRequested> {
        let (plan, at) = self.executed?;
        let is_still_open = matches!(self.state, OutcomeState::Open | OutcomeState::Relapsed);
        (is_still_open && at.plus(window) <= now).then(|| {
            self.executed = None;
            RollbackRequested {
                plan,
                incident: self.incident.id,
                reason: "the symptoms went on after the plan was carried out".to_owned(),
                at: now,
            }
        })
    }

    /// Whether nothing more can come of it.
    pub(crate) fn is_decided(&self) -> bool {
        matches!(self.state, OutcomeState::Verified | OutcomeState::Unknown)
    }

    fn verdict(&self, at: Timestamp) -> IncidentVerified {
        IncidentVerified {
            incident: self.incident.clone(),
            diagnosis: self.diagnosis.clone(),
            decision: self.decision.clone(),
            outcome: self.outcome(at),
            at,
        }
    }

    fn outcome(&self, at: Timestamp) -> Outcome {
        let is_well = matches!(self.state, OutcomeState::Recovered | OutcomeState::Verified);
        let recovered_at = self.incident.closed_at.filter(|_| is_well);
        let repairs: Vec<_> =
            if is_well { self.incident.repairs().into_iter().cloned().collect() } else { Vec::new() };
        let cause = self.diagnosis.as_ref().and_then(|it| it.root_cause.as_ref());
        let ours = repairs.iter().any(|it| it.by.as_deref().is_some_and(|by| by.starts_with("chiron")));
        Outcome {
            state: self.state,
            recovered_at,
            sustained_for: recovered_at.map_or(0.0, |since| at.seconds_since(since)),
            repaired_by: match (repairs.is_empty(), ours) {
                (true, _) => RepairedBy::None,
                (false, true) => RepairedBy::Chiron,
                (false, false) => RepairedBy::External,
            },
            agrees_with_plan: agreement(self.decision.as_ref(), cause, &repairs),
            repairs,
        }
    }
}

/// Whether every workload that was in trouble is well again: what is gone or was scaled to zero is not.
fn is_recovery(findings: &[Finding]) -> bool {
    let is_well = |workload: &ObjectRef| {
        findings.iter().any(|it| it.workload == *workload && it.clearance == Some(Clearance::Healthy))
    };
    findings.iter().all(|it| it.clearance != Some(Clearance::ScaledToZero) && is_well(&it.workload))
}
