//! The decision: which findings are one incident, when does it begin and when does it end?

use crate::{Heard, Told, spell::Spell};
use chiron_events::{Context, IncidentClosed, IncidentOpened, IncidentUpdated, RankVerdict};
use chiron_function::{About, Fold, Kind};
use chiron_model::{Anomaly, Finding, Id, Incident, Severity, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What comes back within this time is the same incident.
const RELAPSE: Duration = Duration::from_mins(1);
/// Closed incidents and anomalies are remembered this long.
const REMEMBERED: Duration = Duration::from_mins(10);
/// An anomaly this long before the first finding belongs to the incident.
const PRELUDE: Duration = Duration::from_mins(2);

/// Ends that are kept for findings that are still to come.
const MAX_EARLY: usize = 256;

/// Groups findings into incidents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Correlate;

/// What is remembered of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Open {
    spells: Vec<Spell>,
    anomalies: Vec<Anomaly>,
    /// Ends of findings that are not known yet: brokers keep no order.
    #[serde(default)]
    early: Vec<Finding>,
}

impl Fold for Correlate {
    const ABOUT: About = About {
        name: "correlate",
        summary: "Groups findings into incidents: one fault, one incident, from its first symptom to its last.",
        kind: Kind::Fold,
        state: "cluster",
        emits_many: true,
        live: true,
        sealed: true,
        permissions: &[],
    };
    type State = Open;
    type Input = Heard;
    type Output = Told;

    fn key(&self, context: &Context, input: &Heard) -> String {
        match input {
            Heard::Raised(it) => it.finding.object.cluster.clone(),
            Heard::Cleared(it) => it.finding.object.cluster.clone(),
            Heard::Ranked(_) => context.cluster.clone(),
        }
    }

    fn fold(&self, context: &Context, open: &mut Open, input: Heard) -> Vec<Told> {
        open.forget(context.at());
        match input {
            Heard::Raised(it) => open.begin(it.finding),
            Heard::Cleared(it) => open.clear(it.finding),
            Heard::Ranked(it) if it.verdict == RankVerdict::Kept => open.notice(&it.anomaly),
            Heard::Ranked(_) => Vec::new(),
        }
    }
}

impl Open {
    /// Takes a finding, and its end if that came before it.
    fn begin(&mut self, finding: Finding) -> Vec<Told> {
        let end = self.early.iter().position(|it| it.id == finding.id).map(|place| self.early.remove(place));
        let mut told = self.raise(finding);
        if let Some(end) = end {
            told.extend(self.clear(end));
        }
        told
    }

    fn raise(&mut self, finding: Finding) -> Vec<Told> {
        if finding.severity == Severity::Info {
            return Vec::new();
        }
        let at = finding.updated_at;
        let known = self.spells.iter().position(|it| it.holds(finding.id));
        let joined =
            || self.spells.iter().position(|it| is_current(&it.incident, at) && it.belongs(&finding));
        let Some(place) = known.or_else(joined) else {
            let incident = self.open(finding);
            self.spells.push(Spell::new(incident.clone()));
            return vec![Told::Opened(IncidentOpened { incident })];
        };
        let spell = &mut self.spells[place];
        let is_news = if known.is_some() { spell.correct(finding) } else { spell.join(finding) };
        if !is_news {
            return Vec::new();
        }
        vec![Told::Updated(IncidentUpdated { incident: spell.incident.clone(), at })]
    }

    fn open(&self, finding: Finding) -> Incident {
        let earliest = finding.first_seen.minus(PRELUDE);
        let before = self.anomalies.iter().filter(|it| {
            it.namespace == finding.object.namespace && it.ended_at.is_none_or(|end| end >= earliest)
        });
        Incident {
            id: Id::derive(&["incident", &finding.id.to_string()]),
            cluster: finding.object.cluster.clone(),
            namespace: finding.object.namespace.clone(),
            group: finding.group.clone(),
            severity: finding.severity,
            opened_at: finding.first_seen,
            closed_at: None,
            relapses: 0,
            anomalies: before.cloned().collect(),
            findings: vec![finding],
        }
    }

    fn clear(&mut self, finding: Finding) -> Vec<Told> {
        let Some(spell) = self.spells.iter_mut().find(|it| it.holds(finding.id)) else {
            if finding.severity > Severity::Info && self.early.len() < MAX_EARLY {
                self.early.push(finding);
            }
            return Vec::new();
        };
        if !spell.end(finding) {
            return Vec::new();
        }
        vec![Told::Closed(IncidentClosed { incident: spell.incident.clone() })]
    }

    fn notice(&mut self, anomaly: &Anomaly) -> Vec<Told> {
        let concerned = self.spells.iter_mut().filter(|it| it.incident.namespace == anomaly.namespace);
        for incident in concerned.map(|it| &mut it.incident) {
            put(&mut incident.anomalies, anomaly, incident.closed_at.is_none());
        }
        put(&mut self.anomalies, anomaly, true);
        Vec::new()
    }

    fn forget(&mut self, now: Timestamp) {
        let horizon = now.minus(REMEMBERED);
        self.spells.retain(|it| it.incident.closed_at.is_none_or(|at| at >= horizon));
        self.anomalies.retain(|it| it.ended_at.unwrap_or(it.started_at) >= horizon);
        self.early.retain(|it| it.updated_at >= horizon);
    }
}

/// Open, or closed so shortly before that what comes now is a relapse.
fn is_current(incident: &Incident, at: Timestamp) -> bool {
    incident.closed_at.is_none_or(|closed| closed.plus(RELAPSE) >= at)
}

/// Replaces what is known of an anomaly; adds it when it is new and may be added.
fn put(anomalies: &mut Vec<Anomaly>, anomaly: &Anomaly, may_be_added: bool) {
    match anomalies.iter_mut().find(|it| it.id == anomaly.id) {
        Some(known) => known.clone_from(anomaly),
        None if may_be_added => anomalies.push(anomaly.clone()),
        None => {}
    }
}
