//! How bad an anomaly is.

use chiron_model::{MetricType, Score, Severity};
use std::time::Duration;

/// How many series of one workload are affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Series that are unusual.
    pub affected: u32,
    /// Series that are watched.
    pub of: u32,
}

impl Scope {
    /// One series, alone.
    pub const ONE: Self = Self { affected: 1, of: 1 };

    /// Whether it is most of several.
    fn is_wide(self) -> bool {
        self.of >= 2 && u64::from(self.affected) * 2 > u64::from(self.of)
    }
}

/// A score from here on is a strong one.
const STRONG: f64 = 0.8;
/// Longer than this is no hiccup.
const LASTING: Duration = Duration::from_mins(5);
/// Longer than this goes away by itself only by chance.
const LONG: Duration = Duration::from_mins(30);

/// How bad an anomaly is, by how unusual it is, how long it lasts, how much of the workload it takes, and what it is.
///
/// One point for each line that is true:
///
/// | what | point |
/// |---|---|
/// | the score is 0.8 or more | 1 |
/// | it lasts 5 minutes or more | 1 |
/// | it lasts 30 minutes or more | 1 |
/// | more than half of at least 2 series are affected | 1 |
///
/// | points | severity |
/// |---|---|
/// | 0 or 1 | info |
/// | 2 | warning |
/// | 3 or 4 | critical |
///
/// It is at most the ceiling of the metric type ([`ceiling`]): only latency and error rates say that users are not served.
#[must_use]
pub fn severity(score: Score, duration: Duration, scope: Scope, metric: MetricType) -> Severity {
    let points =
        [score.value() >= STRONG, duration >= LASTING, duration >= LONG, scope.is_wide()].map(u8::from);
    let severity = match points.iter().sum::<u8>() {
        0 | 1 => Severity::Info,
        2 => Severity::Warning,
        _ => Severity::Critical,
    };
    severity.min(ceiling(metric))
}

/// The worst that an anomaly of such a metric can be by itself.
///
/// Resources that are used otherwise than before may harm nobody, restarts are told as findings, and what a custom
/// metric means is not known.
#[must_use]
pub const fn ceiling(metric: MetricType) -> Severity {
    match metric {
        MetricType::Latency | MetricType::ErrorRate => Severity::Critical,
        MetricType::Cpu
        | MetricType::Memory
        | MetricType::Network
        | MetricType::Disk
        | MetricType::Restarts
        | MetricType::Custom => Severity::Warning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn of(score: f64, minutes: u32, affected: u32, metric: MetricType) -> Severity {
        severity(Score::clamped(score), MINUTE * minutes, Scope { affected, of: 4 }, metric)
    }

    #[test]
    fn a_short_mild_anomaly_of_one_series_is_worth_knowing_only() {
        assert_eq!(of(0.65, 1, 1, MetricType::Latency), Severity::Info);
        assert_eq!(severity(Score::clamped(0.99), MINUTE, Scope::ONE, MetricType::ErrorRate), Severity::Info);
    }

    #[test]
    fn a_strong_anomaly_that_lasts_is_a_warning() {
        assert_eq!(of(0.9, 6, 1, MetricType::Memory), Severity::Warning);
        assert_eq!(of(0.65, 30, 1, MetricType::Latency), Severity::Warning);
    }

    #[test]
    fn a_strong_one_of_most_pods_that_lasts_is_critical_for_users_only() {
        assert_eq!(of(0.9, 6, 3, MetricType::Latency), Severity::Critical);
        assert_eq!(of(0.9, 6, 3, MetricType::ErrorRate), Severity::Critical);
        assert_eq!(of(0.9, 60, 4, MetricType::Cpu), Severity::Warning);
        assert_eq!(of(0.9, 60, 4, MetricType::Custom), Severity::Warning);
    }

    #[test]
    fn half_of_the_series_are_not_most() {
        assert!(!Scope { affected: 2, of: 4 }.is_wide());
        assert!(!Scope::ONE.is_wide());
        assert!(Scope { affected: u32::MAX, of: u32::MAX }.is_wide());
    }

    proptest! {
        #[test]
        fn more_of_anything_is_never_less_severe(
            score in 0.0_f64..1.0, more in 0.0_f64..1.0, minutes in 0_u32..90, longer in 0_u32..90,
            affected in 0_u32..=4, wider in 0_u32..=4, metric in 0_usize..8
        ) {
            let metric = MetricType::ALL[metric];

            let less = of(score, minutes, affected, metric);
            let worse = of((score + more).min(1.0), minutes + longer, (affected + wider).min(4), metric);

            prop_assert!(worse >= less);
            prop_assert!(worse <= ceiling(metric));
        }
    }
}
