//! The light detector: one series, a few kilobytes, a fraction of a microsecond a sample.

mod config;
mod logarithm;
mod moments;
mod novelty;
mod season;
mod tail;

pub use config::LightConfig;
pub use season::SeasonConfig;
pub use tail::TailConfig;

use crate::{Learner, Snapshot, SnapshotError};
use chiron_model::Sample;
use moments::{Measured, Moments};
use novelty::Novelty;
use season::Season;
use serde::{Deserialize, Serialize};
use tail::Tail;

/// What the detector looks at; each channel is calibrated by its own past.
pub const CHANNELS: [&str; 6] =
    ["seasonal-residual", "novelty", "range-record", "level-shift", "jump", "drift"];
/// Place of the level shift, which is added to the others instead of competing with them.
const LEVEL_SHIFT: usize = 3;
/// Larger values are taken as this large, so that squares stay finite.
const LARGEST: f64 = 1e150;
/// Seasonal means are no larger, so that their differences are finite in 32 bits.
const LARGEST_MEAN: f64 = 1e37;
/// The step, in seconds, at which [`LightConfig::pace`] adds nothing.
const PACE_STEP: f64 = 300.0;

/// Finds what is unusual in one series of numbers.
///
/// Six channels are measured: distance from what is usual at this hour, novelty of the step between bins of the range,
/// distance outside everything seen, shift of the level, size of the step, and lasting drift. Each is
/// turned into the decimal logarithm of how rarely it was as high, so that one threshold fits all series. Strong channels
/// are combined nearly like a maximum. After an alert nothing lower is said for a while.
#[derive(Clone, Debug, PartialEq)]
pub struct LightDetector {
    config: &'static LightConfig,
    moments: Moments,
    season: Season,
    novelty: Novelty,
    tails: [Tail; CHANNELS.len()],
    /// Height of the last alert, and samples until it is forgotten.
    height: f32,
    resting: u32,
}

/// What the detector says of one sample.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LightReading {
    /// How unusual it is, in `0.0..=1.0`; nought while the detector warms up.
    pub score: f64,
    /// The same, but nought after a higher one: what is told once is not told again for a while.
    pub alert: f64,
    /// What was expected, in the unit of the series.
    pub expected: f64,
    /// Evidence of each channel of [`CHANNELS`]: decimal logarithm of how rarely it was as high, weighted.
    pub evidence: [f32; CHANNELS.len()],
}

/// How it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    moments: Moments,
    season: season::Written,
    novelty: novelty::Written,
    tails: Vec<tail::Written>,
    height: f32,
    resting: u32,
}

impl Default for LightDetector {
    fn default() -> Self {
        Self::new(&LightConfig::DEFAULT)
    }
}

impl LightDetector {
    /// The threshold that is shipped, for [`LightReading::score`] and [`LightReading::alert`].
    pub const THRESHOLD: f64 = 0.622;

    /// A detector that knows nothing.
    #[must_use]
    pub fn new(config: &'static LightConfig) -> Self {
        Self {
            config,
            moments: Moments::default(),
            season: Season::default(),
            novelty: Novelty::default(),
            tails: Default::default(),
            height: 0.0,
            resting: 0,
        }
    }

    /// Samples that were learned.
    #[must_use]
    pub fn samples(&self) -> u32 {
        self.moments.samples
    }

    /// Whether enough was seen to say something.
    #[must_use]
    pub fn is_warm(&self) -> bool {
        self.moments.samples >= self.config.warm_up
    }

    /// Scores a value, then learns it; the same as [`Learner::score_one`] and [`Learner::learn_one`], at half the cost.
    ///
    /// What is not finite is ignored, and scores nought.
    pub fn step(&mut self, at: i64, value: f64) -> LightReading {
        if !value.is_finite() {
            return LightReading::default();
        }
        let value = value.clamp(-LARGEST, LARGEST);
        let (measured, code) = self.measure(at, value);
        let mut evidence = [0.0; CHANNELS.len()];
        for (place, tail) in self.tails.iter_mut().enumerate() {
            evidence[place] = tail.step(measured.channels[place], &self.config.tail);
        }
        let reading = self.read(&measured, evidence);
        self.note(at, value, measured.residual, code);
        self.told(reading.alert);
        reading
    }

    /// What the channels see, and the code length of the step to the value.
    fn measure(&self, at: i64, value: f64) -> (Measured, f32) {
        let moments = &self.moments;
        if moments.samples == 0 {
            return (Measured { expected: value, residual: 0.0, channels: [0.0; CHANNELS.len()] }, 0.0);
        }
        let of_season = self.season.expected(at).map(|it| moments.origin + f64::from(it));
        let expected = of_season.unwrap_or(moments.mean());
        let code = self.novelty.score(value, moments.low, moments.high);
        (moments.measure(value, expected, code, self.config), code)
    }

    fn read(&self, measured: &Measured, mut evidence: [f32; CHANNELS.len()]) -> LightReading {
        let config = self.config;
        for (evidence, weight) in evidence.iter_mut().zip(config.weights) {
            *evidence *= weight;
        }
        let evidence_of_all = (combine(&evidence) + evidence[LEVEL_SHIFT] + self.leniency()).max(0.0);
        let score = if self.is_warm() { evidence_of_all / (evidence_of_all + config.half) } else { 0.0 };
        let is_news = self.resting == 0 || score > self.height;
        let alert = if is_news { f64::from(score) } else { 0.0 };
        LightReading { score: f64::from(score), alert, expected: measured.expected, evidence }
    }

    /// What is added for a short history and for a slow series.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a ratio")]
    fn leniency(&self) -> f32 {
        let config = self.config;
        let lack = config.history / (self.moments.samples as f32 + 1.0);
        let pace = (self.moments.step / PACE_STEP) as f32;
        config.youth * logarithm::log10(lack.max(1.0)) + config.pace * logarithm::log10(pace.max(1.0))
    }

    #[expect(clippy::cast_possible_truncation, reason = "means of 32 bits suffice")]
    fn note(&mut self, at: i64, value: f64, residual: f64, code: f32) {
        if self.moments.samples == 0 {
            self.moments.begin(at, value);
        }
        self.novelty.learn(value, self.moments.low, self.moments.high);
        self.moments.tick(at);
        self.moments.learn(value, residual, code, self.config);
        let per_hour = self.moments.per_hour() as f32;
        // Means are kept as distances from the first value, so that 32 bits suffice for large numbers that move little.
        let distance = (value - self.moments.origin).clamp(-LARGEST_MEAN, LARGEST_MEAN) as f32;
        self.season.learn(at, distance, per_hour, self.config.season);
    }

    #[expect(clippy::cast_possible_truncation, reason = "it was one of 32 bits")]
    fn told(&mut self, alert: f64) {
        self.resting = self.resting.saturating_sub(1);
        if alert > 0.0 {
            self.height = alert as f32;
            self.resting = self.config.rest;
        }
    }
}

/// The eighth root of the sum of eighth powers, without the level shift: a maximum that several strong channels raise.
fn combine(evidence: &[f32; CHANNELS.len()]) -> f32 {
    let competing =
        || evidence.iter().enumerate().filter(|(place, _)| *place != LEVEL_SHIFT).map(|(_, it)| *it);
    let largest = competing().fold(0.0, f32::max);
    if largest <= 0.0 {
        return 0.0;
    }
    let power = |ratio: f32| {
        let fourth = (ratio * ratio) * (ratio * ratio);
        fourth * fourth
    };
    let sum: f32 = competing().map(|it| power(it / largest)).sum();
    largest * sum.sqrt().sqrt().sqrt()
}

impl Learner for LightDetector {
    type Input<'a> = Sample;
    type Score = LightReading;
    const NAME: &'static str = "light";
    const VERSION: u16 = 1;

    fn score_one(&self, sample: Sample) -> LightReading {
        if !sample.value.is_finite() {
            return LightReading::default();
        }
        let (measured, _) = self.measure(sample.at.secs(), sample.value.clamp(-LARGEST, LARGEST));
        let mut evidence = [0.0; CHANNELS.len()];
        for (place, tail) in self.tails.iter().enumerate() {
            evidence[place] = tail.score(measured.channels[place], &self.config.tail);
        }
        self.read(&measured, evidence)
    }

    fn learn_one(&mut self, sample: Sample) {
        self.step(sample.at.secs(), sample.value);
    }

    fn snapshot(&self) -> Snapshot {
        let written = Written {
            moments: self.moments.clone(),
            season: self.season.write(),
            novelty: self.novelty.write(),
            tails: self.tails.iter().map(Tail::write).collect(),
            height: self.height,
            resting: self.resting,
        };
        Snapshot::of(Self::NAME, Self::VERSION, &written)
    }

    fn restore(snapshot: &Snapshot) -> Result<Self, SnapshotError> {
        let written: Written = snapshot.read(Self::NAME, Self::VERSION)?;
        let damaged = |what| SnapshotError::Impossible(Self::NAME, what);
        let tails: Option<Vec<Tail>> = written.tails.iter().map(Tail::read).collect();
        let tails = tails.and_then(|tails| <[Tail; CHANNELS.len()]>::try_from(tails).ok());
        Ok(Self {
            config: &LightConfig::DEFAULT,
            moments: Some(written.moments).filter(Moments::is_sound).ok_or(damaged("moments"))?,
            season: Season::read(&written.season).ok_or(damaged("seasonal means"))?,
            novelty: Novelty::read(&written.novelty).ok_or(damaged("steps between bins"))?,
            tails: tails.ok_or(damaged("histograms"))?,
            height: written.height,
            resting: written.resting,
        })
    }
}
