//! The decision: is it well again, for long enough, and who repaired it?

use crate::{Checked, Followed, case::Case};
use chiron_events::{Context, IncidentVerified};
use chiron_function::{About, Fold, Kind};
use chiron_model::{Decision, Id, Incident, Timestamp};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

/// Decided incidents, and decisions without an incident, that are remembered.
const REMEMBERED: usize = 64;

/// Settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// For how long everything must be well before an incident is verified. Default 60 s.
    pub sustained: Duration,
    /// For how long trouble may go on after a plan of ours before it is taken back. Default 5 min.
    pub patience: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self { sustained: Duration::from_mins(1), patience: Duration::from_mins(5) }
    }
}

/// Follows incidents until they are decided.
#[derive(Clone, Debug, Default)]
pub struct Verify {
    config: Config,
}

/// The incidents of a namespace that are not decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cases {
    open: BTreeMap<Id, Case>,
    /// Decisions that came before their incident, as they may where nothing keeps the order.
    early: BTreeMap<Id, Decision>,
    /// The last incidents that were decided: what comes late for them is ignored.
    decided: VecDeque<Id>,
    now: Timestamp,
}

impl Verify {
    /// Verifies with the given settings.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config }
    }
}

impl Fold for Verify {
    const ABOUT: About = About {
        name: "verify",
        summary: "Checks whether an incident is over, for long enough, who repaired it, and how the plan compares.",
        kind: Kind::Fold,
        state: "cluster/namespace",
        emits_many: true,
        live: true,
        sealed: true,
        permissions: &[],
    };
    type State = Cases;
    type Input = Followed;
    type Output = Checked;

    fn key(&self, context: &Context, input: &Followed) -> String {
        let namespace = match input {
            Followed::Opened(it) => &it.incident.namespace,
            Followed::Updated(it) => &it.incident.namespace,
            Followed::Closed(it) => &it.incident.namespace,
            Followed::Diagnosed(it) => &it.diagnosis.incident.namespace,
            Followed::Proposed(it) => &it.namespace,
            Followed::Declined(it) => &it.namespace,
            Followed::Executed(it) => &it.namespace,
            Followed::Ticked(it) => &it.namespace,
        };
        format!("{}/{namespace}", context.cluster)
    }

    fn fold(&self, context: &Context, cases: &mut Cases, input: Followed) -> Vec<Checked> {
        let mut found = cases.take(input);
        if let Some(at) = context.time {
            cases.now = cases.now.max(at);
        }
        found.extend(cases.advance(&self.config));
        cases.dismiss();
        found
    }
}

impl Cases {
    fn take(&mut self, input: Followed) -> Vec<Checked> {
        let verdict = match input {
            Followed::Opened(it) => self.case(&it.incident).and(None),
            Followed::Updated(it) => {
                self.case(&it.incident).and_then(|case| case.update(it.incident.clone(), it.at))
            }
            Followed::Closed(it) => self.case(&it.incident).and_then(|case| case.close(it.incident.clone())),
            Followed::Diagnosed(it) => {
                let case = self.case(&it.diagnosis.incident);
                case.and_then(|case| {
                    case.diagnose(it.diagnosis.clone());
                    None
                })
            }
            Followed::Proposed(it) => self.decide(it.plan.incident, Decision::Proposed(it.plan)),
            Followed::Declined(it) => self.decide(it.incident, Decision::Declined { declined: it.reason }),
            Followed::Executed(it) => {
                if let Some(case) = self.open.get_mut(&it.incident) {
                    case.execute(it.plan, it.outcome, it.at);
                }
                None
            }
            Followed::Ticked(_) => None,
        };
        verdict.into_iter().map(checked).collect()
    }

    /// The case of an incident, new if it was not followed yet; none if it is decided.
    fn case(&mut self, incident: &Incident) -> Option<&mut Case> {
        if self.decided.contains(&incident.id) {
            return None;
        }
        let early = &mut self.early;
        Some(self.open.entry(incident.id).or_insert_with(|| {
            let mut case = Case::new(incident.clone());
            case.decision = early.remove(&incident.id);
            case
        }))
    }

    fn decide(&mut self, incident: Id, decision: Decision) -> Option<IncidentVerified> {
        match self.open.get_mut(&incident) {
            Some(case) => case.decision = Some(decision),
            None if !self.decided.contains(&incident) && self.early.len() < REMEMBERED => {
                self.early.insert(incident, decision);
            }
            None => {}
        }
        None
    }

    /// Drops what is decided, and remembers that it was.
    fn dismiss(&mut self) {
        let decided: Vec<Id> =
            self.open.iter().filter(|(_, it)| it.is_decided()).map(|(id, _)| *id).collect();
        for id in decided {
            self.open.remove(&id);
            self.decided.push_back(id);
        }
        while self.decided.len() > REMEMBERED {
            self.decided.pop_front();
        }
    }

    fn advance(&mut self, config: &Config) -> Vec<Checked> {
        let now = self.now;
        let mut found = Vec::new();
        for case in self.open.values_mut() {
            found.extend(case.advance(now, config.sustained).map(checked));
            found.extend(case.give_up(now, config.patience).map(Checked::Rollback));
        }
        found
    }
}

fn checked(verdict: IncidentVerified) -> Checked {
    Checked::Verified(Box::new(verdict))
}
