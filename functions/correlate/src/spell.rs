//! One incident as it grows.

use crate::joining::{belongs, is_another};
use chiron_model::{Finding, Id, Incident};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Findings that are kept with everything that is known of them; more tell nothing new of the cause.
const WHOLE: usize = 32;
/// Findings that are listed at all; of more only their end is waited for.
const LISTED: usize = 256;

/// An incident, and findings of it that are not listed because there are too many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spell {
    /// The incident.
    pub incident: Incident,
    /// Findings that go on and are not listed.
    unlisted: BTreeSet<Id>,
    /// Findings so far.
    count: usize,
}

impl Spell {
    pub(crate) fn new(incident: Incident) -> Self {
        Self { count: incident.findings.len(), unlisted: BTreeSet::new(), incident }
    }

    pub(crate) fn holds(&self, finding: Id) -> bool {
        self.place(finding).is_some() || self.unlisted.contains(&finding)
    }

    pub(crate) fn belongs(&self, finding: &Finding) -> bool {
        belongs(finding, &self.incident) && !is_another(finding, &self.incident)
    }

    /// Adds a finding. Returns whether that is worth telling: of many alike every doubling is.
    pub(crate) fn join(&mut self, finding: Finding) -> bool {
        let is_worse = finding.severity > self.incident.severity;
        let is_relapse = self.incident.closed_at.take().is_some();
        self.incident.relapses += u32::from(is_relapse);
        self.incident.severity = self.incident.severity.max(finding.severity);
        self.count += 1;
        match self.incident.findings.len() {
            listed if listed < LISTED => self.incident.findings.push(trimmed(finding, listed)),
            _ => {
                self.unlisted.insert(finding.id);
            }
        }
        is_worse || is_relapse || self.count <= WHOLE || self.count.is_power_of_two()
    }

    /// Takes a correction of a finding. Returns whether it is worth telling.
    pub(crate) fn correct(&mut self, finding: Finding) -> bool {
        let is_worse = finding.severity > self.incident.severity;
        self.incident.severity = self.incident.severity.max(finding.severity);
        let Some(place) = self.place(finding.id) else { return is_worse };
        let known = &self.incident.findings[place];
        let correction = trimmed(finding, place);
        // What was said before must not undo what is known since, least of all its end.
        if !known.is_active() || correction.updated_at < known.updated_at || correction == *known {
            return false;
        }
        self.incident.findings[place] = correction;
        is_worse || place < WHOLE
    }

    /// Takes the end of a finding. Returns whether it was the last one, so that the incident is closed now.
    pub(crate) fn end(&mut self, finding: Finding) -> bool {
        let ended = finding.cleared_at;
        match self.place(finding.id) {
            Some(place) => self.incident.findings[place] = trimmed(finding, place),
            None => {
                self.unlisted.remove(&finding.id);
            }
        }
        let goes_on = !self.unlisted.is_empty() || self.incident.findings.iter().any(Finding::is_active);
        if self.incident.closed_at.is_some() || goes_on {
            return false;
        }
        self.incident.closed_at =
            self.incident.findings.iter().filter_map(|it| it.cleared_at).chain(ended).max();
        true
    }

    fn place(&self, finding: Id) -> Option<usize> {
        self.incident.findings.iter().position(|it| it.id == finding)
    }
}

/// What is kept of a finding at that place of the list.
fn trimmed(mut finding: Finding, place: usize) -> Finding {
    if place >= WHOLE {
        finding.suspects.clear();
        finding.repairs.clear();
        finding.facts.clear();
        finding.excerpts.truncate(1);
        finding.evidence.truncate(1);
    }
    finding
}
