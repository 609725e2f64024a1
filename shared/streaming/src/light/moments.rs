//! Running means and spreads of one series.

use super::config::LightConfig;
use serde::{Deserialize, Serialize};

/// The step that is assumed before two samples are known, in seconds.
const USUAL_STEP: f64 = 300.0;
/// The step follows the gaps between samples by so much each.
const STEP_RATE: f64 = 1.01;
/// Deviations of this share of the largest value are rounding.
const ROUNDING: f64 = 1e-7;

/// What is remembered besides histograms. Plain numbers, in the unit of the series unless said otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Moments {
    pub samples: u32,
    pub last_at: i64,
    /// The first value.
    pub origin: f64,
    pub last: f64,
    /// Usual time between samples, in seconds.
    pub step: f64,
    pub low: f64,
    pub high: f64,
    mean: f64,
    variance: f64,
    fast: f64,
    residual_variance: f64,
    step_variance: f64,
    drift: f64,
    /// Code lengths, in nats: smoothed, their long mean, their long variance.
    code: f64,
    code_mean: f64,
    code_variance: f64,
}

/// What one sample says, before it is compared with the past of each channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measured {
    /// What was expected.
    pub expected: f64,
    pub residual: f64,
    pub channels: [f32; super::CHANNELS.len()],
}

impl Default for Moments {
    fn default() -> Self {
        Self {
            samples: 0,
            last_at: 0,
            origin: 0.0,
            last: 0.0,
            step: USUAL_STEP,
            low: 0.0,
            high: 0.0,
            mean: 0.0,
            variance: 0.0,
            fast: 0.0,
            residual_variance: 0.0,
            step_variance: 0.0,
            drift: 0.0,
            code: 0.0,
            code_mean: 0.0,
            code_variance: 0.0,
        }
    }
}

impl Moments {
    /// Begins with the first sample.
    pub(super) fn begin(&mut self, at: i64, value: f64) {
        *self = Self {
            last_at: at,
            origin: value,
            last: value,
            low: value,
            high: value,
            mean: value,
            fast: value,
            ..Self::default()
        };
    }

    /// Follows the time between samples.
    #[expect(clippy::cast_precision_loss, reason = "seconds")]
    pub(super) fn tick(&mut self, at: i64) {
        let gap = at.saturating_sub(self.last_at) as f64;
        self.last_at = at;
        if gap <= 0.0 {
            return;
        }
        if self.samples == 1 {
            self.step = gap;
        } else if gap > self.step {
            self.step *= STEP_RATE;
        } else if gap < self.step {
            self.step /= STEP_RATE;
        }
    }

    /// Samples in an hour.
    pub(super) fn per_hour(&self) -> f64 {
        3600.0 / self.step.max(1.0)
    }

    /// The mean, for hours of which nothing is known yet.
    pub(super) fn mean(&self) -> f64 {
        self.mean
    }

    /// What is too small to be more than noise.
    fn floor(&self, config: &LightConfig) -> f64 {
        let size = self.high.abs().max(self.low.abs());
        1e-9 + ROUNDING * size + config.noise * (self.high - self.low)
    }

    /// What the channels of [`super::CHANNELS`] see in `value`; `code` is the code length of the step to it.
    #[expect(clippy::cast_possible_truncation, reason = "a float of 32 bits suffices for ratios")]
    pub(super) fn measure(&self, value: f64, expected: f64, code: f32, config: &LightConfig) -> Measured {
        let (floor, range) = (self.floor(config), self.high - self.low);
        let residual = value - expected;
        let deviation = self.residual_variance.sqrt() + floor;
        let smoothed = self.code + (f64::from(code) - self.code) / config.code;
        let beyond = (value - self.high).max(self.low - value);
        let channels = [
            residual.abs() / deviation,
            if self.samples > 50 {
                (smoothed - self.code_mean) / (self.code_variance.sqrt() + 0.3)
            } else {
                0.0
            },
            if range > 0.0 { beyond / range - config.record } else { 0.0 },
            (self.fast - self.mean).abs() / (self.variance.sqrt() + floor),
            (value - self.last).abs() / (self.step_variance.sqrt() + floor),
            self.drift.abs() / deviation,
        ];
        Measured { expected, residual, channels: channels.map(|it| it.clamp(0.0, 1e30) as f32) }
    }

    /// Learns a value of which `residual` was not expected.
    pub(super) fn learn(&mut self, value: f64, residual: f64, code: f32, config: &LightConfig) {
        let young = 1.0 / (f64::from(self.samples) + 1.0);
        let rate = |length: f64| young.max(1.0 / length);
        self.learn_code(f64::from(code), rate(config.codes), config);
        let floor = self.floor(config);
        self.low = self.low.min(value);
        self.high = self.high.max(value);
        let slow = rate(config.slow);
        let difference = value - self.mean;
        self.mean += slow * difference;
        self.variance = (1.0 - slow) * (self.variance + slow * difference * difference);
        self.fast += rate(config.fast) * (value - self.fast);
        let spread = rate(config.spread);
        let widest = config.outlier * config.outlier * self.residual_variance.max(floor * floor);
        let square = residual * residual;
        let square = if self.samples > 30 { square.min(widest) } else { square };
        self.residual_variance += spread * (square - self.residual_variance);
        let step = value - self.last;
        self.step_variance += spread * (step * step - self.step_variance);
        self.drift += rate(config.drift) * (residual - self.drift);
        self.last = value;
        self.samples = self.samples.saturating_add(1);
    }

    fn learn_code(&mut self, code: f64, rate: f64, config: &LightConfig) {
        self.code += (code - self.code) / config.code;
        self.code_mean += rate * (code - self.code_mean);
        let off = code - self.code_mean;
        self.code_variance += rate * (off * off - self.code_variance);
    }

    /// Whether these numbers can come from [`Moments::learn`].
    pub(super) fn is_sound(&self) -> bool {
        let spreads = [
            self.variance,
            self.residual_variance,
            self.step_variance,
            self.code_variance,
            self.high - self.low,
        ];
        let places = [self.last, self.origin, self.mean, self.fast, self.drift, self.code, self.code_mean];
        self.step > 0.0
            && self.step.is_finite()
            && spreads.iter().all(|it| it.is_finite() && *it >= 0.0)
            && places.iter().all(|it| it.is_finite())
    }
}
