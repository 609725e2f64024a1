//! From symptoms to root causes: every change that reaches the objects in trouble is weighed against every symptom.

mod blame;
mod capacity;
mod part;
mod reading;
mod state;
mod symptom;
mod weigh;

pub(crate) use blame::Blame;
use chiron_model::{Change, Finding, Hypothesis, Incident, Mechanism, RootCause, Score, Suspect, Timestamp};
use part::{Part, container_of, part};
use serde_json::Value;
use std::time::Duration;
use symptom::trouble;

/// A change explains trouble that begins up to this long before it: both are told the time by different clocks.
const SAME_MOMENT: Duration = Duration::from_secs(2);
/// Below this a hypothesis is listed, not believed.
const BELIEVED: f64 = 0.3;
/// A change that is read from who owns a field weighs so much of one that was seen.
const NOT_SEEN: f64 = 0.9;
/// Stands for a former value that is not known.
const UNKNOWN: &str = "(not known)";
/// Hypotheses that are kept.
const MAX_HYPOTHESES: usize = 8;

/// All hypotheses for an incident, the most likely first, and the one to believe, if any.
///
/// Only changes made before the incident opened are considered, so that a repair is never taken for the cause.
#[must_use]
pub fn explain(incident: &Incident) -> (Option<RootCause>, Vec<Hypothesis>) {
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    let latest = incident.opened_at.plus(SAME_MOMENT);
    for finding in &incident.findings {
        for suspect in finding.suspects.iter().filter(|it| it.change.at <= latest) {
            consider(&mut candidates, finding, suspect);
        }
    }
    candidates.sort_by(|a, b| {
        let later_first = b.change.at.cmp(&a.change.at);
        b.rank().total_cmp(&a.rank()).then(later_first).then_with(|| a.change.field.cmp(&b.change.field))
    });
    let mut hypotheses: Vec<Hypothesis> = hypotheses(&candidates);
    let state =
        incident.findings.iter().find_map(|it| Some((state::hypothesis(it)?, Blame::of(it).is_some())));
    if let Some(state) = state.and_then(|(it, is_blamed)| state::beside(it, is_blamed, &hypotheses)) {
        hypotheses.insert(0, state);
    }
    hypotheses.sort_by(|a, b| b.cause.confidence.value().total_cmp(&a.cause.confidence.value()));
    hypotheses.truncate(MAX_HYPOTHESES);
    let believed = hypotheses.first().filter(|it| it.cause.confidence.value() >= BELIEVED);
    (believed.map(|it| it.cause.clone()), hypotheses)
}

/// Whether a change only starts pods anew and changes nothing in them.
#[must_use]
pub fn is_restart_mark(change: &Change) -> bool {
    part(change) == Part::RestartMark
}

/// A change and the best that was found for it.
struct Candidate<'a> {
    change: &'a Change,
    /// None when nobody saw the change.
    relation: Option<chiron_model::Relation>,
    mechanism: Mechanism,
    weight: f64,
    explained: Vec<&'a Finding>,
}

impl Candidate<'_> {
    /// The best weight, a little more for each further symptom that is explained.
    fn rank(&self) -> f64 {
        let others = u32::try_from(self.explained.len().saturating_sub(1).min(5)).unwrap_or(0);
        self.weight + 0.002 * f64::from(others)
    }
}

fn consider<'a>(candidates: &mut Vec<Candidate<'a>>, finding: &'a Finding, suspect: &'a Suspect) {
    let Some((mechanism, weight)) = weigh_seen_or_not(finding, suspect) else { return };
    let weight = weight * recency(finding.first_seen, suspect.change.at) * same_container(finding, suspect);
    let known = candidates.iter_mut().find(|it| {
        it.change.observation == suspect.change.observation && it.change.field == suspect.change.field
    });
    match known {
        Some(candidate) => {
            candidate.explained.push(finding);
            if weight > candidate.weight {
                candidate.weight = weight;
                candidate.mechanism = mechanism;
            }
        }
        None => candidates.push(Candidate {
            change: &suspect.change,
            relation: (!suspect.unseen).then_some(suspect.relation),
            mechanism,
            weight,
            explained: vec![finding],
        }),
    }
}

/// What was not seen is worth less, and its former value may have been anything: absent or another.
fn weigh_seen_or_not(finding: &Finding, suspect: &Suspect) -> Option<(Mechanism, f64)> {
    let weigh = |suspect: &Suspect| weigh::weigh(trouble(finding), finding, suspect);
    if !suspect.unseen {
        return weigh(suspect);
    }
    let mut other = suspect.clone();
    other.change.from = Value::from(UNKNOWN);
    let best = weigh(suspect).into_iter().chain(weigh(&other)).max_by(|a, b| a.1.total_cmp(&b.1));
    best.map(|(mechanism, weight)| (mechanism, weight * NOT_SEEN))
}

/// Older changes are less likely causes: half as likely after a day.
fn recency(seen: Timestamp, changed: Timestamp) -> f64 {
    let hours = seen.seconds_since(changed).max(0.0) / 3600.0;
    1.0 / (1.0 + hours / 24.0)
}

/// A change of another container is a less likely cause.
fn same_container(finding: &Finding, suspect: &Suspect) -> f64 {
    match (finding.container.as_deref(), container_of(&suspect.change)) {
        (Some(sick), Some(changed)) if sick != changed => 0.4,
        _ => 1.0,
    }
}

fn hypotheses(candidates: &[Candidate<'_>]) -> Vec<Hypothesis> {
    let mut all = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let rival =
            candidates.iter().enumerate().find(|(other, _)| *other != index).map_or(0.0, |(_, it)| it.weight);
        all.push(hypothesis(candidate, rival));
    }
    all
}

/// A rival that explains the trouble nearly as well takes away from the confidence.
fn hypothesis(candidate: &Candidate<'_>, rival: f64) -> Hypothesis {
    let closeness = (rival / candidate.weight).min(1.0);
    let change = candidate.change;
    let mut evidence = vec![change.observation];
    for id in candidate.explained.iter().flat_map(|it| &it.evidence) {
        if !evidence.contains(id) {
            evidence.push(*id);
        }
    }
    let names: Vec<&str> = candidate.explained.iter().map(|it| it.condition.as_str()).collect();
    Hypothesis {
        relation: candidate.relation,
        reason: format!("{} Seen: {}.", candidate.mechanism.about(), distinct(&names).join(", ")),
        cause: RootCause {
            mechanism: candidate.mechanism,
            object: change.object.clone(),
            field: change.field.clone(),
            from: change.from.clone(),
            to: change.to.clone(),
            changed_at: Some(change.at),
            changed_by: change.by.clone(),
            confidence: Score::clamped(candidate.weight * (1.0 - 0.3 * closeness.powi(4))),
            evidence,
        },
    }
}

fn distinct<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if !seen.contains(name) {
            seen.push(name);
        }
    }
    seen
}
