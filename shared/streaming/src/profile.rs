//! How each type of metric is watched.

mod metric_type;
mod name;
mod unit;

use crate::{Dampening, Onset, Threshold, ceiling};
use chiron_model::{Direction, MetricType, Severity};
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub use metric_type::{bad_of, metric_type_of};
pub use unit::{kind_of, unit_of};

/// Which side of what was expected is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bad {
    /// Only more than expected: a falling latency is good.
    Above,
    /// Only less than expected: more free memory is good.
    Below,
    /// Both: traffic may flood in, and may fail to come.
    Both,
}

impl Bad {
    /// Whether something unusual in this direction counts.
    #[must_use]
    pub fn covers(self, direction: Direction) -> bool {
        match self {
            Self::Above => direction == Direction::Above,
            Self::Below => direction == Direction::Below,
            Self::Both => true,
        }
    }
}

/// What of a cleaned value is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// The value, which for counters is a rate already.
    Value,
    /// Its logarithm: what varies by factors is compared by factors.
    LogValue,
    /// The change since the value before.
    Difference,
    /// The change per second since the value before: the speed of a leak whatever the scrape interval.
    Rate,
}

/// A model that can watch a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Seasons, novelty, records and level shifts of one series.
    Light,
    /// Slopes that last, and the time to a limit.
    Trend,
    /// Half-Space Trees over all series of a workload.
    HalfSpaceTrees,
}

/// The models of a metric type.
pub type ModelSet = &'static [Model];

/// How series of one type are watched. The figures are starting points: they are kept where what is wrong for users
/// (latency, errors) is told within minutes, and what may harm nobody needs three of five samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// What of a value is looked at.
    pub features: &'static [Feature],
    /// By which models.
    pub models: ModelSet,
    /// Which direction is bad; for one metric see [`bad_of`].
    pub bad: Bad,
    /// From which score on it counts.
    pub threshold: Threshold,
    /// The threshold is never below this.
    pub floor: f64,
    /// How it begins and ends.
    pub dampening: Dampening,
    /// Samples before anything is said.
    pub warm_up: u32,
    /// The worst that an anomaly of this type can be by itself.
    pub ceiling: Severity,
}

/// The lowest threshold of all types: about where the light detector begins to tell more than it guesses.
const FLOOR: f64 = crate::LightDetector::THRESHOLD;

impl Profile {
    /// The profile of a type.
    ///
    /// | type | bad | why |
    /// |---|---|---|
    /// | cpu | above | less load, more replicas and better releases all make it fall; a program that hangs is seen by its traffic and latency |
    /// | memory | above | every restart makes it fall |
    /// | network | both | traffic that stays away is an outage |
    /// | disk | above | less use harms nobody; free space is turned round by its name |
    /// | latency, error rate, restarts | above | fewer are good |
    /// | custom | both | what it means is not known |
    #[must_use]
    pub const fn of(metric: MetricType) -> Self {
        match metric {
            MetricType::Cpu => CPU,
            MetricType::Memory => MEMORY,
            MetricType::Network => NETWORK,
            MetricType::Disk => DISK,
            MetricType::Latency => LATENCY,
            MetricType::ErrorRate => ERROR_RATE,
            MetricType::Restarts => RESTARTS,
            MetricType::Custom => CUSTOM,
        }
    }
}

const fn dampening(onset: Onset, cooldown_minutes: u64) -> Dampening {
    Dampening {
        onset,
        hold: Duration::from_mins(2),
        release: Duration::from_mins(5),
        cooldown: Duration::from_mins(cooldown_minutes),
    }
}

/// One odd sample of a resource is ordinary.
const THREE_OF_FIVE: Onset = Onset::nearest(3, 5);
/// Users should not wait for a third.
const TWO_OF_THREE: Onset = Onset::nearest(2, 3);

const CPU: Profile = Profile {
    features: &[Feature::Value, Feature::Difference],
    models: &[Model::Light, Model::HalfSpaceTrees],
    bad: Bad::Above,
    // Garbage collection and jobs make spikes that are usual for one program and not for another.
    threshold: Threshold::Dynamic { quantile: 0.999 },
    floor: FLOOR,
    dampening: dampening(THREE_OF_FIVE, 15),
    warm_up: 120,
    ceiling: ceiling(MetricType::Cpu),
};

const MEMORY: Profile = Profile {
    features: &[Feature::Value, Feature::Rate],
    models: &[Model::Light, Model::Trend, Model::HalfSpaceTrees],
    threshold: Threshold::Static(FLOOR),
    ceiling: ceiling(MetricType::Memory),
    ..CPU
};

const NETWORK: Profile = Profile {
    features: &[Feature::LogValue, Feature::Difference],
    bad: Bad::Both,
    ceiling: ceiling(MetricType::Network),
    ..CPU
};

const DISK: Profile = Profile {
    features: &[Feature::Value, Feature::Rate],
    models: &[Model::Light, Model::Trend, Model::HalfSpaceTrees],
    ceiling: ceiling(MetricType::Disk),
    ..CPU
};

const LATENCY: Profile = Profile {
    features: &[Feature::LogValue, Feature::Difference],
    dampening: dampening(TWO_OF_THREE, 10),
    warm_up: 60,
    ceiling: ceiling(MetricType::Latency),
    ..CPU
};

const ERROR_RATE: Profile = Profile {
    features: &[Feature::Value, Feature::Difference],
    threshold: Threshold::Static(FLOOR),
    dampening: dampening(TWO_OF_THREE, 10),
    warm_up: 60,
    ceiling: ceiling(MetricType::ErrorRate),
    ..CPU
};

const RESTARTS: Profile = Profile {
    features: &[Feature::Value],
    models: &[Model::Light],
    threshold: Threshold::Static(FLOOR),
    // A restart is one sample, and an event by itself.
    dampening: dampening(Onset::AT_ONCE, 15),
    warm_up: 30,
    ceiling: ceiling(MetricType::Restarts),
    ..CPU
};

const CUSTOM: Profile = Profile {
    features: &[Feature::Value, Feature::Difference],
    models: &[Model::Light],
    bad: Bad::Both,
    // The setting that is measured on the Numenta benchmark.
    threshold: Threshold::Static(FLOOR),
    ceiling: ceiling(MetricType::Custom),
    ..CPU
};
