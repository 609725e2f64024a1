//! From which score on a value counts.

mod digest;
mod steering;

use chiron_model::Timestamp;
use digest::Digest;
use serde::{Deserialize, Serialize};
use steering::Steering;

/// A threshold that no score reaches.
const NEVER: f64 = 2.0;

/// How the threshold of a series is found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Threshold {
    /// It is this score.
    Static(f64),
    /// It lies just above this quantile of the series' own scores, such as 0.999. Old scores are forgotten slowly.
    Dynamic {
        /// The share of scores below it, in `0.5..1`.
        quantile: f64,
    },
    /// It moves until alerts come so often, in time and not in samples. Silence is not counted as time without alerts.
    Adaptive {
        /// Wanted alerts of one series in a day, above 0 and at most 1,000.
        alerts_per_day: f64,
    },
}

/// The threshold of one series, and what it needs to know for it.
///
/// Ask first, learn then: `state.is_over(score)`, `state.learn_one(score, at)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThresholdState {
    rule: Threshold,
    floor: f64,
    warm_up: u32,
    seen: u32,
    knowledge: Knowledge,
}

/// What is remembered for each kind of threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Knowledge {
    Nothing,
    Scores { digest: Digest, quantile: f64 },
    Rate(Steering),
}

impl ThresholdState {
    /// A threshold that says nothing for `warm_up` scores, and is never below `floor` after them. A static threshold
    /// knows no floor.
    #[must_use]
    pub fn new(rule: Threshold, floor: f64, warm_up: u32) -> Self {
        let knowledge = match rule {
            Threshold::Static(_) => Knowledge::Nothing,
            Threshold::Dynamic { .. } => Knowledge::Scores { digest: Digest::default(), quantile: 0.0 },
            Threshold::Adaptive { .. } => Knowledge::Rate(Steering::default()),
        };
        Self { rule, floor: number_or(floor, NEVER), warm_up, seen: 0, knowledge }
    }

    /// How it is found.
    #[must_use]
    pub fn rule(&self) -> Threshold {
        self.rule
    }

    /// Whether it is still warming up.
    #[must_use]
    pub fn is_warming_up(&self) -> bool {
        self.seen < self.warm_up
    }

    /// The score from which on a value counts; above 1, which no score reaches, while it warms up.
    #[must_use]
    pub fn value(&self) -> f64 {
        if self.is_warming_up() {
            return NEVER;
        }
        match (&self.knowledge, self.rule) {
            (Knowledge::Scores { quantile, .. }, _) => quantile.max(self.floor),
            (Knowledge::Rate(steering), _) => steering.value().max(self.floor),
            (Knowledge::Nothing, Threshold::Static(value)) => number_or(value, NEVER),
            (Knowledge::Nothing, Threshold::Dynamic { .. } | Threshold::Adaptive { .. }) => self.floor,
        }
    }

    /// Whether a value with this score counts.
    #[must_use]
    pub fn is_over(&self, score: f64) -> bool {
        score >= self.value()
    }

    /// Learns a score of `0..=1`; what is not a number is left out.
    pub fn learn_one(&mut self, score: f64, at: Timestamp) {
        if score.is_nan() {
            return;
        }
        let score = score.clamp(0.0, 1.0);
        let is_warming_up = self.is_warming_up();
        self.seen = self.seen.saturating_add(1);
        let is_warm_now = is_warming_up && !self.is_warming_up();
        match (&mut self.knowledge, self.rule) {
            (Knowledge::Scores { digest, quantile: found }, Threshold::Dynamic { quantile }) => {
                let above = 1.0 - number_or(quantile, 1.0).clamp(0.5, 0.999_999);
                learn_quantile(digest, found, score, above, is_warm_now);
            }
            (Knowledge::Rate(steering), Threshold::Adaptive { .. }) if is_warming_up => {
                steering.warm_up(score, at);
            }
            (Knowledge::Rate(steering), Threshold::Adaptive { alerts_per_day }) => {
                #[expect(clippy::cast_possible_truncation, reason = "clamped")]
                let rate = number_or(alerts_per_day, 1.0).clamp(1e-3, 1e3) as f32;
                steering.learn_one(score, at, rate, self.floor);
            }
            (Knowledge::Nothing | Knowledge::Scores { .. } | Knowledge::Rate(_), _) => {}
        }
    }
}

/// Keeps `found` at the score above which the share `above` lies.
fn learn_quantile(digest: &mut Digest, found: &mut f64, score: f64, above: f64, now: bool) {
    #[expect(clippy::cast_possible_truncation, reason = "scores have three digits")]
    let (score, above) = (score as f32, above as f32);
    // Enough scores that some twenty lie above.
    let memory = (20.0 / above).clamp(2_000.0, 1e6);
    let has_moved = digest.learn_one(score, memory);
    if now {
        digest.flush(memory);
    }
    if has_moved || now {
        // The next number above: scores that are all equal are not over.
        *found = f64::from(digest.upper_quantile(above).unwrap_or_default().next_up());
    }
}

fn number_or(value: f64, otherwise: f64) -> f64 {
    if value.is_nan() { otherwise } else { value }
}
