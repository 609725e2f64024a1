//! Settings of the light detector. How each was chosen stands in docs/benchmarks.md.

use super::{season::SeasonConfig, tail::TailConfig};

/// Settings of a [`super::LightDetector`].
///
/// Lengths are in samples: an exponential mean of length `n` gives the newest sample the weight `1 / n`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LightConfig {
    /// Nothing is said before so many samples.
    pub warm_up: u32,
    /// Length of the slow mean and variance.
    pub slow: f64,
    /// Length of the fast mean, for level shifts.
    pub fast: f64,
    /// Length of the variance of residuals and of steps.
    pub spread: f64,
    /// Length of the mean of residuals, for drifts.
    pub drift: f64,
    /// Length of the mean code length, for novelty.
    pub code: f64,
    /// Length of the history that the code length is compared with.
    pub codes: f64,
    /// Residuals beyond so many deviations widen the spread no more than these.
    pub outlier: f64,
    /// Share of the range below which deviations count as noise.
    pub noise: f64,
    /// Values outside the range by less than this share of it are no record.
    pub record: f64,
    /// Seasonal means.
    pub season: SeasonConfig,
    /// Rank calibration of each channel.
    pub tail: TailConfig,
    /// Weights of the channels, in the order of [`super::CHANNELS`].
    pub weights: [f32; 6],
    /// Score that is added for each tenfold lack of history, up to [`LightConfig::history`] samples.
    pub youth: f32,
    /// Samples from which on a history is long.
    pub history: f32,
    /// Score that is added for each tenfold step over five minutes: a false alarm a day needs fewer samples then.
    pub pace: f32,
    /// The evidence at which the score is one half.
    pub half: f32,
    /// After an alert nothing lower is said for so many samples.
    pub rest: u32,
}

impl LightConfig {
    /// What is shipped.
    pub const DEFAULT: Self = Self {
        warm_up: 120,
        slow: 230.0,
        fast: 37.0,
        spread: 2400.0,
        drift: 53.0,
        code: 5.0,
        codes: 850.0,
        outlier: 27.0,
        noise: 0.0012,
        record: 0.024,
        season: SeasonConfig { week_rate: 0.285, day_rate: 0.13 },
        tail: TailConfig { memory: 5500, prior: 1.3, record_weight: 0.2, record_decay: 0.000_05 },
        weights: [0.957, 0.8, 1.5, 0.185, 0.985, 0.96],
        youth: 0.366,
        history: 12_000.0,
        pace: 0.12,
        half: 2.0,
        rest: 300,
    };
}

impl Default for LightConfig {
    fn default() -> Self {
        Self::DEFAULT
    }
}
