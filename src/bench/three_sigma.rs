//! Plain detectors that every other must beat: so many deviations from the mean of a window.

use super::{Entrant, Scorer};
use chiron_model::Timestamp;
use std::collections::VecDeque;

/// Deviations that are an alert as the rule of thumb has it.
pub const SIGMAS: f64 = 3.0;
/// A deviation counts as at least this share of the mean: in a series that was constant, less is no change.
const LEAST_SHARE: f64 = 1e-3;
/// The least deviation of the windowed Gaussian, as in the benchmark.
const LEAST_DEVIATION: f64 = 1e-6;

/// Distance from the mean of the last rows, in their standard deviations.
///
/// The score is `z / (z + 3)`, so that 3 sigma is 0.5 and every other number of sigmas is one threshold too.
#[derive(Clone, Debug)]
pub struct ThreeSigma {
    window: Moments,
    /// Rows before it says anything.
    warm_up: usize,
}

impl ThreeSigma {
    /// Looks at the last `rows`; says nothing before it has seen `warm_up` of them.
    #[must_use]
    pub fn new(rows: usize, warm_up: usize) -> Self {
        Self { window: Moments::new(rows), warm_up }
    }
}

impl Scorer for ThreeSigma {
    fn name(&self) -> &'static str {
        "3-sigma"
    }

    fn score(&mut self, _at: Timestamp, value: f64) -> f64 {
        if !value.is_finite() {
            return 0.0;
        }
        let is_ready = self.window.len() >= self.warm_up.max(2);
        let score = if is_ready {
            share(self.window.sigmas(value, LEAST_SHARE * self.window.mean.abs()))
        } else {
            0.0
        };
        self.window.push(value);
        score
    }
}

/// The windowed Gaussian of the Numenta Anomaly Benchmark: mean and deviation of a window that moves on in steps.
///
/// Source: the detector of that name in the benchmark, by its published description: a window of 6,400 rows that moves
/// on by 100. It ranks rows by the tail of a normal distribution; the number of sigmas ranks them the same way.
#[derive(Clone, Debug)]
pub struct WindowedGaussian {
    window: Moments,
    waiting: Vec<f64>,
    rows: usize,
    step: usize,
}

impl Default for WindowedGaussian {
    fn default() -> Self {
        let rows = 6_400;
        Self { window: Moments::new(rows), waiting: Vec::new(), rows, step: 100 }
    }
}

impl Scorer for WindowedGaussian {
    fn name(&self) -> &'static str {
        "windowed Gaussian"
    }

    fn score(&mut self, _at: Timestamp, value: f64) -> f64 {
        if !value.is_finite() {
            return 0.0;
        }
        let score =
            if self.window.len() > 0 { share(self.window.sigmas(value, LEAST_DEVIATION)) } else { 0.0 };
        self.waiting.push(value);
        if self.window.len() < self.rows || self.waiting.len() >= self.step {
            for value in self.waiting.drain(..) {
                self.window.push(value);
            }
        }
        score
    }
}

/// 3-sigma with windows of several lengths, and the windowed Gaussian. The best of them on a set is the tuned 3-sigma.
#[must_use]
pub fn references() -> Vec<Entrant> {
    let half = Some(share(SIGMAS));
    vec![
        Entrant::of("3-sigma, 30 rows", half, || ThreeSigma::new(30, 20)),
        Entrant::of("3-sigma, 120 rows", half, || ThreeSigma::new(120, 40)),
        Entrant::of("3-sigma, 500 rows", half, || ThreeSigma::new(500, 40)),
        Entrant::of("3-sigma, 2,000 rows", half, || ThreeSigma::new(2_000, 40)),
        Entrant::of("windowed Gaussian", half, WindowedGaussian::default),
    ]
}

fn share(sigmas: f64) -> f64 {
    if sigmas.is_nan() {
        return 0.0;
    }
    if sigmas.is_finite() { sigmas / (sigmas + SIGMAS) } else { 1.0 }
}

/// Mean and variance of the last values.
///
/// Source: Welford's update, Technometrics 4(3), 1962, with the oldest value taken out as the newest comes in.
#[derive(Clone, Debug)]
struct Moments {
    values: VecDeque<f64>,
    most: usize,
    mean: f64,
    /// Sum of the squares of the distances from the mean.
    squares: f64,
    /// Pushes until both are computed anew, so that errors of rounding do not add up.
    left: usize,
}

impl Moments {
    fn new(most: usize) -> Self {
        let most = most.max(2);
        Self { values: VecDeque::new(), most, mean: 0.0, squares: 0.0, left: most }
    }

    fn len(&self) -> usize {
        self.values.len()
    }

    #[expect(clippy::cast_precision_loss, reason = "few values")]
    fn sigmas(&self, value: f64, least: f64) -> f64 {
        let deviation = (self.squares.max(0.0) / self.values.len().max(1) as f64).sqrt();
        let distance = (value - self.mean).abs();
        if distance <= 0.0 { 0.0 } else { distance / deviation.max(least) }
    }

    #[expect(clippy::cast_precision_loss, reason = "few values")]
    fn push(&mut self, value: f64) {
        self.values.push_back(value);
        let dropped = (self.values.len() > self.most).then(|| self.values.pop_front()).flatten();
        let count = self.values.len() as f64;
        let before = self.mean;
        if let Some(dropped) = dropped {
            self.mean += (value - dropped) / count;
            self.squares += (value - dropped) * (value - self.mean + dropped - before);
        } else {
            self.mean += (value - before) / count;
            self.squares += (value - before) * (value - self.mean);
        }
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || !self.squares.is_finite() {
            self.compute();
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "few values")]
    fn compute(&mut self) {
        let count = self.values.len().max(1) as f64;
        let first = self.values.front().copied().unwrap_or_default();
        // By differences, so that the mean of a constant is that constant; divided first, so that nothing overflows.
        self.mean = first + self.values.iter().map(|it| it / count - first / count).sum::<f64>();
        self.squares = self.values.iter().map(|it| (it - self.mean).powi(2)).sum();
        self.left = self.most;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scores(scorer: &mut dyn Scorer, values: &[f64]) -> Vec<f64> {
        values.iter().map(|value| scorer.score(Timestamp::from_secs(0), *value)).collect()
    }

    #[test]
    fn a_constant_series_is_never_unusual() {
        let constant = [7.3; 500];

        assert!(scores(&mut ThreeSigma::new(30, 20), &constant).iter().all(|it| *it <= 0.0));
        assert!(scores(&mut WindowedGaussian::default(), &constant).iter().all(|it| *it < 0.5));
    }

    #[test]
    fn three_deviations_are_one_half() {
        // Mean 0, deviation 1.
        let mut values: Vec<f64> = (0..40).map(|it| if it % 2 == 0 { 1.0 } else { -1.0 }).collect();
        values.push(3.0);

        let score = scores(&mut ThreeSigma::new(100, 20), &values)[40];

        assert!((score - 0.5).abs() < 1e-9, "{score}");
    }

    #[test]
    fn says_nothing_in_warm_up() {
        assert!(scores(&mut ThreeSigma::new(30, 20), &[0.0, 1.0, 900.0, 5.0]).iter().all(|it| *it <= 0.0));
    }

    #[test]
    fn what_is_not_finite_is_passed_over() {
        let mut scorer = ThreeSigma::new(30, 2);
        scores(&mut scorer, &[1.0, 2.0, 1.0, f64::NAN, f64::INFINITY]);

        assert!(scores(&mut scorer, &[1.5])[0] < 0.5);
    }

    proptest! {
        #[test]
        fn moments_are_those_of_the_window(values in prop::collection::vec(-1e6_f64..1e6, 2..200)) {
            let mut moments = Moments::new(25);
            for value in &values {
                moments.push(*value);
            }

            let last = &values[values.len().saturating_sub(25)..];
            let count = f64::from(u8::try_from(last.len()).unwrap());
            let mean = last.iter().sum::<f64>() / count;
            let squares: f64 = last.iter().map(|it| (it - mean).powi(2)).sum();
            prop_assert!((moments.mean - mean).abs() < 1e-3);
            prop_assert!((moments.squares - squares).abs() <= 1e-6 * squares.max(1.0));
        }

        #[test]
        fn scores_stay_between_0_and_1(values in prop::collection::vec(prop::num::f64::ANY, 0..300)) {
            for scorer in [&mut ThreeSigma::new(30, 2) as &mut dyn Scorer, &mut WindowedGaussian::default()] {
                prop_assert!(scores(scorer, &values).iter().all(|it| (0.0..=1.0).contains(it)));
            }
        }
    }
}
