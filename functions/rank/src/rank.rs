//! The decision: how much does this anomaly matter, and is it told?

use crate::{
    Heard,
    cases::{Case, Cases},
    features::{features, likeness},
    forests::Forests,
    tally::Tally,
};
use chiron_events::{AnomalyRanked, Context, FeedbackGiven, IncidentVerified, RankVerdict};
use chiron_function::{About, Fold, Kind};
use chiron_model::{Anomaly, LabelType, OutcomeState, Severity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Judgements against anomalies that are alike before one is suppressed.
const ENOUGH: u32 = 3;
/// An anomaly that is likelier real than this is told, whatever was said of others.
const UNLIKELY: f64 = 0.25;
/// Kinds of anomalies of which judgements are remembered.
const MOST: usize = 5_000;

/// Ranks anomalies by what became of others like them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rank;

/// What is remembered of the anomalies of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ranks {
    forests: Forests,
    tallies: BTreeMap<String, Tally>,
    cases: Cases,
    kept: u64,
    suppressed: u64,
}

/// What people may see of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RanksView {
    /// Outcomes and judgements that were learned.
    pub learned: u64,
    /// Examples of each family of causes.
    pub families: BTreeMap<LabelType, u64>,
    /// Anomalies that were told.
    pub kept: u64,
    /// Anomalies that were counted and not told.
    pub suppressed: u64,
    /// Why the next one of these would not be told, if it is no likelier real than others.
    pub dismissed: BTreeMap<String, String>,
}

impl Fold for Rank {
    const ABOUT: About = About {
        name: "rank",
        summary: "Ranks anomalies by what became of others like them; with enough evidence keeps some quiet.",
        kind: Kind::Fold,
        state: "cluster",
        emits_many: true,
        live: true,
        sealed: true,
        permissions: &[],
    };
    type State = Ranks;
    type Input = Heard;
    type Output = AnomalyRanked;

    fn key(&self, context: &Context, _: &Heard) -> String {
        context.cluster.clone()
    }

    fn fold(&self, _: &Context, ranks: &mut Ranks, input: Heard) -> Vec<AnomalyRanked> {
        match input {
            Heard::Detected(it) => vec![ranks.rank(it.anomaly)],
            Heard::Ended(it) => vec![ranks.end(it.anomaly)],
            Heard::Verified(it) => {
                ranks.prove(&it);
                Vec::new()
            }
            Heard::Feedback(it) => {
                ranks.judge(&it);
                Vec::new()
            }
        }
    }
}

impl Ranks {
    fn rank(&mut self, anomaly: Anomaly) -> AnomalyRanked {
        let (features, likeness) = (features(&anomaly), likeness(&anomaly));
        let known = self.cases.get(anomaly.id).map(|case| case.verdict.clone());
        let verdict = self.verdict(&anomaly, &features, &likeness);
        // What was told stays told, and what was kept quiet may get worse.
        let verdict = if known == Some(RankVerdict::Kept) { RankVerdict::Kept } else { verdict };
        if known.is_none() {
            self.count(&verdict);
            let case = Case::new(&anomaly, &features, likeness, verdict.clone());
            self.cases.put(anomaly.id, case, anomaly.started_at);
        } else if let Some(case) = self.cases.get_mut(anomaly.id) {
            case.verdict = verdict.clone();
        }
        self.ranked(anomaly, &features, verdict)
    }

    fn end(&mut self, anomaly: Anomaly) -> AnomalyRanked {
        let verdict = self.cases.get(anomaly.id).map_or(RankVerdict::Kept, |case| case.verdict.clone());
        let features = features(&anomaly);
        self.ranked(anomaly, &features, verdict)
    }

    fn ranked(&self, anomaly: Anomaly, features: &[f32], verdict: RankVerdict) -> AnomalyRanked {
        AnomalyRanked {
            priority: self.forests.priority(features, anomaly.score),
            evidence: self.forests.learned(),
            families: self.forests.families(features),
            verdict,
            anomaly,
        }
    }

    /// What is critical is told, and so is all that was real once, and all that the forest thinks is real.
    fn verdict(&self, anomaly: &Anomaly, features: &[f32], likeness: &str) -> RankVerdict {
        let dismissed = self.tallies.get(likeness).filter(|it| it.dismissed() >= ENOUGH && !it.has_real());
        match dismissed {
            Some(tally)
                if anomaly.severity < Severity::Critical
                    && self.forests.probability(features) <= UNLIKELY =>
            {
                RankVerdict::Suppressed(tally.reason())
            }
            Some(_) | None => RankVerdict::Kept,
        }
    }

    fn count(&mut self, verdict: &RankVerdict) {
        match verdict {
            RankVerdict::Kept => self.kept = self.kept.saturating_add(1),
            RankVerdict::Suppressed(_) => self.suppressed = self.suppressed.saturating_add(1),
        }
    }

    /// The anomalies of an incident that was verified were real.
    fn prove(&mut self, verified: &IncidentVerified) {
        if verified.outcome.state != OutcomeState::Verified {
            return;
        }
        let cause = verified.diagnosis.as_ref().and_then(|it| it.root_cause.as_ref());
        let Some(family) = cause.map(|it| it.mechanism.label_type()) else { return };
        for anomaly in &verified.incident.anomalies {
            let Some(case) = self.cases.get_mut(anomaly.id).filter(|case| !case.is_learned) else { continue };
            case.is_learned = true;
            let (features, likeness) = (case.features(), case.likeness.clone());
            self.forests.prove(&features, family);
            self.tally(likeness).prove();
        }
    }

    /// What a person says counts more than an outcome, and the last word counts.
    fn judge(&mut self, feedback: &FeedbackGiven) {
        let Some(case) = feedback.anomaly.and_then(|id| self.cases.get_mut(id)) else { return };
        case.is_learned = true;
        let (features, likeness) = (case.features(), case.likeness.clone());
        self.forests.learn(&features, feedback.verdict);
        self.tally(likeness).count(feedback.verdict, &feedback.by);
    }

    fn tally(&mut self, likeness: String) -> &mut Tally {
        if self.tallies.len() >= MOST && !self.tallies.contains_key(&likeness) {
            self.tallies.pop_first();
        }
        self.tallies.entry(likeness).or_default()
    }

    /// What people may see of it.
    #[must_use]
    pub fn view(&self) -> RanksView {
        let dismissed = self.tallies.iter().filter(|(_, it)| it.dismissed() >= ENOUGH && !it.has_real());
        RanksView {
            learned: self.forests.learned(),
            families: self.forests.examples(),
            kept: self.kept,
            suppressed: self.suppressed,
            dismissed: dismissed.map(|(likeness, it)| (likeness.clone(), it.reason())).collect(),
        }
    }

    /// Forgets what people said of anomalies whose workload and metric contain `text`. Returns how many kinds there were.
    pub fn reset(&mut self, text: &str) -> usize {
        let before = self.tallies.len();
        self.tallies.retain(|likeness, _| !likeness.contains(text));
        before - self.tallies.len()
    }
}
