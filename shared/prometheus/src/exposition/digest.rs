//! What a histogram says at one time, or of one interval.

use serde::{Deserialize, Serialize};

/// Bounds that are kept of a histogram; those that come later are left out.
const BOUNDS: usize = 256;

/// Cumulative counts by upper bound, since the start of a process or within an interval.
///
/// All its numbers are finite; what is not is left out on the way in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HistogramDigest {
    /// Finite upper bounds, ascending, each with the number of observations up to it.
    buckets: Vec<(f64, f64)>,
    /// Number of all observations.
    count: Option<f64>,
    /// Sum of all observations, in the unit of the histogram.
    sum: Option<f64>,
}

impl HistogramDigest {
    /// Notes that `count` observations are at most `bound`; `bound` may be infinite.
    pub fn set_bucket(&mut self, bound: f64, count: f64) {
        if bound == f64::INFINITY {
            self.set_count(count);
        }
        if !bound.is_finite() || !count.is_finite() {
            return;
        }
        match self.buckets.binary_search_by(|(known, _)| known.total_cmp(&bound)) {
            Ok(place) => self.buckets[place].1 = count,
            Err(place) if self.buckets.len() < BOUNDS => self.buckets.insert(place, (bound, count)),
            Err(_) => {}
        }
    }

    /// Notes the number of all observations.
    pub fn set_count(&mut self, count: f64) {
        if count.is_finite() {
            self.count = Some(count);
        }
    }

    /// Notes the sum of all observations.
    pub fn set_sum(&mut self, sum: f64) {
        if sum.is_finite() {
            self.sum = Some(sum);
        }
    }

    /// Number of all observations, if it is known.
    #[must_use]
    pub fn count(&self) -> Option<f64> {
        self.count
    }

    /// Whether it has the count, and all parts that `other` has.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let has = |bound: f64| self.buckets.binary_search_by(|(known, _)| known.total_cmp(&bound)).is_ok();
        self.count.is_some()
            && (self.sum.is_some() || other.sum.is_none())
            && other.buckets.iter().all(|(bound, _)| has(*bound))
    }

    /// What was observed between `earlier` and this one, by the bounds that both have; nothing when the process was started
    /// anew between them, or when one has no count.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Option<Self> {
        let count = increase(self.count?, earlier.count?)?;
        let sum = self.sum.zip(earlier.sum).map(|(now, then)| now - then).filter(|it| it.is_finite());
        let mut buckets = Vec::with_capacity(self.buckets.len());
        let mut least: f64 = 0.0;
        for (bound, now) in &self.buckets {
            let Ok(place) = earlier.buckets.binary_search_by(|(known, _)| known.total_cmp(bound)) else {
                continue;
            };
            // Scrapes of a busy histogram are not atomic: a larger bound may have counted a little less.
            least = increase(*now, earlier.buckets[place].1)?.clamp(least, count.max(least));
            buckets.push((*bound, least));
        }
        Some(Self { buckets, count: Some(count), sum })
    }

    /// The value that the share `q` (0 to 1) of the observations does not exceed, in the unit of the histogram; nothing
    /// without observations or bounds.
    ///
    /// Observations are taken to lie evenly between two bounds; above the last bound, that bound is given. Source: the
    /// documentation of `histogram_quantile` of Prometheus.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let count = self.count.filter(|it| *it > 0.0)?;
        let rank = q.clamp(0.0, 1.0) * count;
        let (last, _) = self.buckets.last()?;
        let Some(place) = self.buckets.iter().position(|(_, up_to)| *up_to >= rank) else {
            return Some(*last);
        };
        let (upper, up_to) = self.buckets[place];
        let (lower, before) = match place.checked_sub(1) {
            Some(place) => self.buckets[place],
            None if upper > 0.0 => (0.0, 0.0),
            None => return Some(upper),
        };
        let inside = up_to - before;
        let share = if inside > 0.0 { ((rank - before) / inside).clamp(0.0, 1.0) } else { 1.0 };
        Some(lower + (upper - lower) * share)
    }

    /// Mean of the observations, in the unit of the histogram; nothing without observations or their sum.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let count = self.count.filter(|it| *it > 0.0)?;
        self.sum.map(|sum| sum / count).filter(|it| it.is_finite())
    }
}

/// How much a count grew; nothing when it fell, because it began anew.
fn increase(now: f64, then: f64) -> Option<f64> {
    let grown = now - then;
    (grown >= 0.0 && grown.is_finite()).then_some(grown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(buckets: &[(f64, f64)], sum: f64) -> HistogramDigest {
        let mut digest = HistogramDigest::default();
        for (bound, count) in buckets {
            digest.set_bucket(*bound, *count);
        }
        digest.set_sum(sum);
        digest
    }

    fn close(found: Option<f64>, wanted: f64) {
        assert!((found.unwrap() - wanted).abs() < 1e-9, "{found:?} is not {wanted}");
    }

    #[test]
    fn quantiles_lie_evenly_between_bounds() {
        let digest = digest(&[(0.1, 50.0), (0.2, 90.0), (0.4, 98.0), (f64::INFINITY, 100.0)], 12.0);

        close(digest.quantile(0.25), 0.05);
        close(digest.quantile(0.5), 0.1);
        close(digest.quantile(0.7), 0.15);
        close(digest.quantile(0.94), 0.3);
        close(digest.quantile(0.99), 0.4);
        close(digest.mean(), 0.12);
    }

    #[test]
    fn an_interval_knows_only_what_came_in_it() {
        let earlier = digest(&[(1.0, 100.0), (2.0, 100.0), (f64::INFINITY, 100.0)], 50.0);
        let later = digest(&[(1.0, 100.0), (2.0, 110.0), (f64::INFINITY, 110.0)], 65.0);

        let interval = later.since(&earlier).unwrap();

        close(interval.count(), 10.0);
        close(interval.mean(), 1.5);
        close(interval.quantile(0.5), 1.5);
    }

    #[test]
    fn a_new_start_gives_no_interval() {
        let earlier = digest(&[(1.0, 5.0), (f64::INFINITY, 9.0)], 50.0);

        assert_eq!(digest(&[(1.0, 5.0), (f64::INFINITY, 8.0)], 1.0).since(&earlier), None);
        assert_eq!(digest(&[(1.0, 4.0), (f64::INFINITY, 9.0)], 1.0).since(&earlier), None);
        assert_eq!(HistogramDigest::default().since(&earlier), None);
    }

    #[test]
    fn only_bounds_of_both_count() {
        let earlier = digest(&[(1.0, 0.0), (4.0, 0.0), (f64::INFINITY, 0.0)], 0.0);
        let later = digest(&[(1.0, 5.0), (2.0, 7.0), (4.0, 10.0), (f64::INFINITY, 10.0)], 20.0);

        let interval = later.since(&earlier).unwrap();

        assert_eq!(interval, digest(&[(1.0, 5.0), (4.0, 10.0), (f64::INFINITY, 10.0)], 20.0));
    }

    #[test]
    fn nothing_is_said_of_no_observations() {
        let digest = digest(&[(1.0, 0.0), (f64::INFINITY, 0.0)], 0.0);

        assert_eq!(digest.quantile(0.5), None);
        assert_eq!(digest.mean(), None);
        assert_eq!(HistogramDigest::default().quantile(0.5), None);
    }

    #[test]
    fn what_is_not_finite_is_left_out() {
        let mut odd = digest(&[(f64::NAN, 1.0), (1.0, f64::INFINITY), (f64::NEG_INFINITY, 1.0)], f64::NAN);
        odd.set_count(f64::NAN);

        assert_eq!(odd, HistogramDigest::default());
    }

    #[test]
    fn a_negative_lowest_bound_is_given_as_it_is() {
        close(digest(&[(-1.0, 5.0), (f64::INFINITY, 5.0)], -9.0).quantile(0.5), -1.0);
    }

    #[test]
    fn no_more_bounds_are_kept_than_a_histogram_has() {
        let mut digest = HistogramDigest::default();
        for bound in 0..1000 {
            digest.set_bucket(f64::from(bound), 1.0);
        }

        assert_eq!(digest.buckets.len(), BOUNDS);
    }
}
