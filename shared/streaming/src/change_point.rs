//! Whether a series went over to another level.

use crate::{Learner, Snapshot, SnapshotError};
use chiron_model::{Direction, Sample, Score, Timestamp};
use serde::{Deserialize, Serialize};

/// Samples before anything is said, and after a shift.
const WARM_UP: u16 = 32;
/// Samples of the warm-up that are learned as they are; later ones are cut, so that a spike teaches little.
const UNCUT: u16 = 8;
/// The level and the spread are means over about so many samples; longer, and the swing of a day lies beside the level;
/// shorter, and small shifts become the level before they are told.
const MEMORY: u16 = 64;
/// A distance teaches the spread no more than so many spreads.
const MOST_SPREADS: f32 = 10.0;
/// A residual counts as so many spreads at most, so that single spikes weigh little.
const MOST: f32 = 3.0;
/// Residuals up to this are no shift: half the smallest shift that is looked for, in spreads.
const SLACK: f32 = 0.75;
/// Sum of residuals beyond the slack that makes a shift, if they are independent; six samples at least.
const LIMIT: f32 = 12.0;
/// Largest correlation of neighbours that is believed, so that a shift can reach the limit in time.
const MOST_ALIKE: f32 = 0.9;
/// A run that takes longer is a drift, which the level follows, and no shift.
const LONGEST: u32 = 128;
/// Least spread as a share of the level: smaller changes are not worth a word.
const LEAST_SPREAD: f64 = 1e-3;
/// Larger numbers are taken for this one, so that no sum overflows.
const LARGEST: f64 = 1e30;

/// Tells when the level of a series shifts and stays there, for six samples at least; 72 bytes.
///
/// Two cumulative sums of standardised residuals, one for rises and one for falls. Residuals are cut at three
/// spreads, so a single spike is no shift. Neighbours that are alike wander without a shift, so the limit grows with
/// their correlation. Source: Page, Continuous inspection schemes, Biometrika 41, 1954.
///
/// A series that swings by the hour of the day shifts with it: give what is left when the swing is taken off. Samples
/// that are not finite are ignored; their order is taken as it comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChangePoint {
    /// Mean, in the unit of the series.
    level: f64,
    /// Mean distance from the level, as a standard deviation, in the unit of the series.
    spread: f32,
    /// Last residual, in spreads.
    residual: f32,
    /// Half the mean square of the difference of neighbouring residuals: 1 less their correlation.
    unlike: f32,
    /// Samples learned since the last shift, up to [`MEMORY`].
    learned: u16,
    rise: Run,
    fall: Run,
}

/// A level became another one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// First sample of the new level.
    pub at: Timestamp,
    /// The old level, in the unit of the series.
    pub from: f64,
    /// The new level so far.
    pub to: f64,
    /// On which side of the old level the new one lies.
    pub direction: Direction,
    /// How surely one sample tells the two levels apart, given the noise: the share of samples on their own side of
    /// the middle.
    pub confidence: Score,
}

/// Residuals in one direction that make a shift when they go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Run {
    /// Time of its first sample, in nanoseconds.
    since: i64,
    /// Sum of the residuals beyond the slack; 0 when there is no run.
    sum: f32,
    samples: u32,
    /// Sum of the distances from the level, in the unit of the series.
    way: f64,
}

impl ChangePoint {
    /// Whether it has learned enough to tell a shift.
    #[must_use]
    pub fn is_warm(&self) -> bool {
        self.learned >= WARM_UP
    }

    /// Learns a sample, and tells the shift that is certain with it, if one is.
    pub fn step(&mut self, sample: Sample) -> Option<Shift> {
        if !sample.value.is_finite() {
            return None;
        }
        let value = sample.value.clamp(-LARGEST, LARGEST);
        let residual = self.residual(value);
        if self.is_warm() {
            (self.rise, self.fall) = self.runs(Sample { value, ..sample }, residual);
        }
        if let Some(shift) = self.shift() {
            // What the noise is like is known; the level and the spread are learned anew.
            *self = Self { level: shift.to, spread: self.spread, unlike: self.unlike, ..Self::default() };
            return Some(shift);
        }
        self.learn_unlike(residual);
        // While a shift may be under way, it must not become the ordinary.
        if self.rise.sum.max(self.fall.sum) < self.limit() / 3.0 {
            self.learn(value);
        }
        None
    }

    /// The runs with this sample.
    fn runs(&self, sample: Sample, residual: f32) -> (Run, Run) {
        let way = sample.value - self.level;
        (self.rise.with(residual, way, sample.at), self.fall.with(-residual, -way, sample.at))
    }

    /// Distance from the level, in spreads.
    #[expect(clippy::cast_possible_truncation, reason = "bounded, and needs few digits")]
    fn residual(&self, value: f64) -> f32 {
        ((value - self.level) / self.least_spread()).clamp(-1e6, 1e6) as f32
    }

    fn least_spread(&self) -> f64 {
        f64::from(self.spread).max(LEAST_SPREAD * self.level.abs()).max(f64::from(f32::MIN_POSITIVE))
    }

    #[expect(clippy::cast_possible_truncation, reason = "bounded, and needs few digits")]
    fn learn(&mut self, value: f64) {
        /// Standard deviation of a normal distribution, in mean distances.
        const DEVIATION: f32 = 1.253_314;
        let (level_most, spread_most) =
            if self.learned < UNCUT { (f32::MAX, f32::MAX) } else { (MOST, MOST_SPREADS) };
        let weight = 1.0 / f32::from(MEMORY.min(self.learned.saturating_add(1)));
        let scale = self.least_spread();
        let distance = if self.learned == 0 { 0.0 } else { (value - self.level).abs() };
        let distance = distance.min(scale * f64::from(spread_most)) as f32;
        let step = (value - self.level).clamp(-scale * f64::from(level_most), scale * f64::from(level_most));
        self.level += f64::from(weight) * step;
        self.spread += weight * (DEVIATION * distance - self.spread);
        self.learned = self.learned.saturating_add(1).min(MEMORY);
    }

    /// Learns how much neighbours differ. A shift hardly shows in that, other than in their product.
    fn learn_unlike(&mut self, residual: f32) {
        let difference = (residual - self.residual).clamp(-MOST, MOST);
        self.residual = residual;
        if self.learned >= UNCUT {
            let weight = 1.0 / f32::from(MEMORY.min(self.learned));
            self.unlike += weight * (difference * difference / 2.0 - self.unlike);
        }
    }

    /// What a sum must exceed: sums of correlated noise wander as much farther as its long-run variance is larger.
    fn limit(&self) -> f32 {
        // A constant has no noise that could wander.
        let is_constant = f64::from(self.spread) < self.least_spread();
        let alike = if is_constant { 0.0 } else { (1.0 - self.unlike).clamp(0.0, MOST_ALIKE) };
        LIMIT * (1.0 + alike) / (1.0 - alike)
    }

    fn shift(&self) -> Option<Shift> {
        let (run, direction) = if self.rise.sum >= self.fall.sum {
            (self.rise, Direction::Above)
        } else {
            (self.fall, Direction::Below)
        };
        if run.sum < self.limit() {
            return None;
        }
        let way = run.way / f64::from(run.samples.max(1));
        let to = match direction {
            Direction::Above => self.level + way,
            Direction::Below => self.level - way,
        };
        let confidence = Score::clamped(normal(way / self.least_spread() / 2.0));
        Some(Shift { at: Timestamp::from_nanos(run.since), from: self.level, to, direction, confidence })
    }
}

impl Run {
    /// The run with one more residual and its distance, which are positive when they go the way of the run.
    fn with(self, residual: f32, way: f64, at: Timestamp) -> Self {
        let sum = self.sum + residual.clamp(-MOST, MOST) - SLACK;
        if sum <= 0.0 || self.samples >= LONGEST {
            return Self::default();
        }
        let since = if self.samples == 0 { at.nanos() } else { self.since };
        Self { since, sum, way: self.way + way, samples: self.samples + 1 }
    }
}

/// Share of a normal distribution below `z` deviations.
///
/// Source: Bowling et al., J. Ind. Eng. Manag. 2(1), 2009, error below 0.00014.
fn normal(z: f64) -> f64 {
    let z = z.clamp(-30.0, 30.0);
    1.0 / (1.0 + (-1.5976 * z - 0.07056 * z.powi(3)).exp())
}

impl Learner for ChangePoint {
    type Input<'a> = Sample;
    /// How near the sample brings a shift, 0..=1; 0 while warming up.
    type Score = f64;
    const NAME: &'static str = "change-point";
    const VERSION: u16 = 1;

    fn score_one(&self, sample: Sample) -> f64 {
        if !self.is_warm() || !sample.value.is_finite() {
            return 0.0;
        }
        let value = sample.value.clamp(-LARGEST, LARGEST);
        let (rise, fall) = self.runs(Sample { value, ..sample }, self.residual(value));
        f64::from((rise.sum.max(fall.sum) / self.limit()).min(1.0))
    }

    fn learn_one(&mut self, sample: Sample) {
        self.step(sample);
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot::of(Self::NAME, Self::VERSION, self)
    }

    fn restore(snapshot: &Snapshot) -> Result<Self, SnapshotError> {
        let restored: Self = snapshot.read(Self::NAME, Self::VERSION)?;
        let Self { level, spread, residual, unlike, rise, fall, .. } = restored;
        let numbers = [spread, residual, unlike, rise.sum, fall.sum];
        if numbers.iter().all(|it| it.is_finite())
            && [level, rise.way, fall.way].iter().all(|it| it.is_finite())
        {
            Ok(restored)
        } else {
            Err(SnapshotError::Impossible(Self::NAME, "its figures are no numbers"))
        }
    }
}
