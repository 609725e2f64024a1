//! The course of a life in a few points, be it minutes or weeks.

use serde::{Deserialize, Serialize};

/// Most points that are kept.
pub(super) const POINTS: usize = 48;

/// Means of a series over steps of time. When there are too many, the step is doubled and neighbours are merged, so
/// that a life of any length fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Ring {
    /// Length of a step, in seconds.
    step: f64,
    points: Vec<Point>,
    open: Open,
}

/// Mean time and value of the samples of one step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Point {
    /// Seconds since the life began.
    pub seconds: f32,
    /// In the unit of the series.
    pub value: f32,
}

/// The step that goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Open {
    /// When it ends, in seconds since the life began.
    end: f64,
    samples: u32,
    /// Sum over the samples.
    seconds: f64,
    /// Sum over the samples.
    value: f64,
}

impl Ring {
    /// Nothing yet, with steps of so many seconds.
    pub(super) fn new(step: f64) -> Self {
        Self { step, points: Vec::new(), open: Open::default() }
    }

    /// Whether samples can have led to it.
    pub(super) fn is_possible(&self) -> bool {
        let points = self.points.iter().flat_map(|point| [f64::from(point.seconds), f64::from(point.value)]);
        let rest = [self.open.end, self.open.seconds, self.open.value, self.step];
        points.chain(rest).all(f64::is_finite) && self.points.len() < POINTS && self.step > 0.0
    }

    /// The points whose steps are over, the oldest first.
    pub(super) fn points(&self) -> &[Point] {
        &self.points
    }

    /// Adds a sample that is later than all before, and says whether it ended a step.
    pub(super) fn learn(&mut self, seconds: f64, value: f64) -> bool {
        let is_over = self.open.samples > 0 && seconds >= self.open.end;
        if is_over {
            self.close();
        }
        if self.open.samples == 0 {
            self.open.end = ((seconds / self.step).floor() + 1.0) * self.step;
        }
        self.open.samples = self.open.samples.saturating_add(1);
        self.open.seconds += seconds;
        self.open.value += value;
        is_over
    }

    fn close(&mut self) {
        let Open { samples, seconds, value, .. } = std::mem::take(&mut self.open);
        let samples = f64::from(samples);
        self.points.push(Point { seconds: single(seconds / samples), value: single(value / samples) });
        while self.points.len() >= POINTS {
            self.coarsen();
        }
    }

    /// Doubles the step and merges the points that now share one.
    fn coarsen(&mut self) {
        self.step *= 2.0;
        let step = self.step;
        let step_of = |point: &Point| (f64::from(point.seconds) / step).floor();
        // Both have the same length of time behind them, so both weigh the same.
        self.points = self
            .points
            .chunk_by(|one, other| step_of(one).total_cmp(&step_of(other)).is_eq())
            .map(|points| points.iter().copied().reduce(Point::between).unwrap_or(points[0]))
            .collect();
    }
}

impl Point {
    fn between(self, other: Self) -> Self {
        Self {
            seconds: f32::midpoint(self.seconds, other.seconds),
            value: f32::midpoint(self.value, other.value),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "seven digits are enough for a slope")]
fn single(number: f64) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ring of a line, with a sample every `every` seconds.
    fn line(samples: u32, every: f64) -> Ring {
        let mut ring = Ring::new(15.0);
        for sample in 0..samples {
            let seconds = f64::from(sample) * every;
            ring.learn(seconds, 2.0 * seconds);
        }
        ring
    }

    #[test]
    fn lives_of_minutes_and_of_weeks_have_as_many_points() {
        for (samples, every) in [(48, 15.0), (1000, 15.0), (100_000, 15.0), (600, 1.0), (1000, 3600.0)] {
            let count = line(samples, every).points().len();

            assert!((POINTS / 2..POINTS).contains(&count), "{samples} samples: {count}");
        }
    }

    #[test]
    fn points_stay_on_the_line() {
        for point in line(10_000, 60.0).points() {
            assert!((point.value / point.seconds - 2.0).abs() < 1e-3, "{point:?}");
        }
    }

    #[test]
    fn a_leap_of_the_clock_costs_nothing() {
        let mut ring = line(100, 15.0);

        for leap in [1e6, 1e12, 1e17] {
            ring.learn(leap, 1.0);
            ring.learn(leap + 1e3, 1.0);
        }

        assert!(ring.is_possible());
        assert!(ring.points().is_sorted_by(|one, other| one.seconds <= other.seconds), "{ring:?}");
    }
}
