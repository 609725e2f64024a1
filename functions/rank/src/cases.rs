//! Anomalies that may still be judged.

use chiron_events::RankVerdict;
use chiron_model::{Anomaly, Id, Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// Anomalies that are remembered at once.
const MOST: usize = 2_000;
/// They are remembered for so long.
const REMEMBERED: Duration = Duration::from_hours(7 * 24);

/// An anomaly as it was when it began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Case {
    /// Its numbers; what is not known is nothing, for JSON has no word for it.
    features: Vec<Option<f32>>,
    /// What it shares with others.
    pub likeness: String,
    pub verdict: RankVerdict,
    /// Whether something was learned of it.
    pub is_learned: bool,
    began: Timestamp,
}

impl Case {
    pub(crate) fn new(anomaly: &Anomaly, features: &[f32], likeness: String, verdict: RankVerdict) -> Self {
        let features = features.iter().map(|it| Some(*it).filter(|it| it.is_finite())).collect();
        Self { features, likeness, verdict, is_learned: false, began: anomaly.started_at }
    }

    pub(crate) fn features(&self) -> Vec<f32> {
        self.features.iter().map(|it| it.unwrap_or(f32::NAN)).collect()
    }
}

/// Anomalies that may still be judged, by their id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cases {
    by_id: BTreeMap<Id, Case>,
}

impl Cases {
    pub(crate) fn put(&mut self, id: Id, case: Case, now: Timestamp) {
        self.forget(now);
        self.by_id.insert(id, case);
    }

    pub(crate) fn get(&self, id: Id) -> Option<&Case> {
        self.by_id.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: Id) -> Option<&mut Case> {
        self.by_id.get_mut(&id)
    }

    fn forget(&mut self, now: Timestamp) {
        let horizon = now.minus(REMEMBERED);
        self.by_id.retain(|_, case| case.began >= horizon);
        while self.by_id.len() >= MOST {
            let oldest = self.by_id.iter().min_by_key(|(id, case)| (case.began, **id)).map(|(id, _)| *id);
            oldest.map(|id| self.by_id.remove(&id));
        }
    }
}
