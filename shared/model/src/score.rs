//! Scores and confidences.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A number in `0.0..=1.0`: how unusual a value is, or how sure a statement is.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64", into = "f64")]
pub struct Score(f64);

/// A number was not in `0.0..=1.0`.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("score must lie in 0..=1, got {0}")]
pub struct ScoreOutOfRange(f64);

impl Score {
    /// The nearest score to `value`, rounded to 3 decimals; 0 for what is not a number.
    #[must_use]
    pub fn clamped(value: f64) -> Self {
        if value.is_nan() { Self(0.0) } else { Self((value.clamp(0.0, 1.0) * 1000.0).round() / 1000.0) }
    }

    /// The number.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Score {
    type Error = ScoreOutOfRange;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err(ScoreOutOfRange(value)) }
    }
}

impl From<Score> for f64 {
    fn from(score: Score) -> Self {
        score.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_a_score_above_one() {
        assert_eq!(Score::try_from(1.5), Err(ScoreOutOfRange(1.5)));
    }

    #[test]
    fn clamps_what_is_not_a_number_to_zero() {
        assert_eq!(Score::clamped(f64::NAN), Score(0.0));
    }
}
