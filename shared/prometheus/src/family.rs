//! What the makers of a metric say of it: its type and its unit.

use chiron_model::MetricKind;
use std::{collections::BTreeMap, str::FromStr};

/// The type of a metric family, as in `OpenMetrics`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FamilyType {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Counts by upper bound, since the start.
    Histogram,
    /// Counts by upper bound, of now.
    GaugeHistogram,
    /// Quantiles, with a sum and a count since the start.
    Summary,
    /// Facts, with the value 1.
    Info,
    /// Which of several states hold.
    StateSet,
    /// Nobody said.
    #[default]
    Unknown,
}

/// What was said of a metric family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Family {
    ty: FamilyType,
    /// Empty when nobody said.
    unit: String,
}

/// What was said of many families, in bounded memory.
#[derive(Clone, Debug)]
pub struct Families {
    known: BTreeMap<String, Family>,
    limit: usize,
}

/// Bytes of a name that is remembered; longer ones are none that people give.
const NAME_BYTES: usize = 1024;
/// Bytes of a unit that is remembered.
const UNIT_BYTES: usize = 64;

impl Default for Families {
    /// Remembers 20,000 families, which is several times what a large cluster has.
    fn default() -> Self {
        Self::new(20_000)
    }
}

/// What a sample's name may have more than the name of its family.
const SUFFIXES: [&str; 7] = ["_bucket", "_count", "_sum", "_total", "_created", "_gcount", "_gsum"];

/// Names with these endings do not count in the unit of their family.
const UNITLESS: [&str; 4] = ["_bucket", "_count", "_gcount", "_created"];

impl FromStr for FamilyType {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "counter" => Ok(Self::Counter),
            "gauge" => Ok(Self::Gauge),
            "histogram" => Ok(Self::Histogram),
            "gaugehistogram" => Ok(Self::GaugeHistogram),
            "summary" => Ok(Self::Summary),
            "info" => Ok(Self::Info),
            "stateset" => Ok(Self::StateSet),
            "unknown" | "untyped" => Ok(Self::Unknown),
            _ => Err(()),
        }
    }
}

impl Family {
    /// A family of this type and unit; the unit is empty when nobody said.
    #[must_use]
    pub fn new(ty: FamilyType, unit: &str) -> Self {
        let mut family = Self { ty, unit: String::new() };
        family.set_unit(unit);
        family
    }

    pub(crate) fn set_type(&mut self, ty: FamilyType) {
        self.ty = ty;
    }

    /// Sets the unit, unless it is longer than any.
    pub(crate) fn set_unit(&mut self, unit: &str) {
        if unit.len() <= UNIT_BYTES {
            unit.clone_into(&mut self.unit);
        }
    }

    /// How the numbers of the series `name` of this family are to be read; nothing when the type does not say.
    #[must_use]
    pub fn kind_of(&self, name: &str) -> Option<MetricKind> {
        if name.ends_with("_created") {
            return Some(MetricKind::Gauge);
        }
        let counts = ["_bucket", "_count", "_sum"].iter().any(|it| name.ends_with(it));
        match self.ty {
            FamilyType::Counter => Some(MetricKind::Counter),
            FamilyType::Gauge | FamilyType::GaugeHistogram | FamilyType::Info | FamilyType::StateSet => {
                Some(MetricKind::Gauge)
            }
            FamilyType::Histogram | FamilyType::Summary if counts => Some(MetricKind::Counter),
            FamilyType::Summary => Some(MetricKind::Gauge),
            FamilyType::Histogram | FamilyType::Unknown => None,
        }
    }

    /// The unit of the series `name` of this family; nothing when it was not said.
    #[must_use]
    pub fn unit_of(&self, name: &str) -> Option<&str> {
        let is_said = !self.unit.is_empty() && !UNITLESS.iter().any(|it| name.ends_with(it));
        is_said.then_some(self.unit.as_str())
    }
}

impl Families {
    /// Remembers up to `limit` families, with names of up to 1 KiB.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { known: BTreeMap::new(), limit }
    }

    /// What is known of the family `name`, to be added to; nothing when the memory is full or the name too long.
    pub fn entry(&mut self, name: &str) -> Option<&mut Family> {
        let is_full = self.known.len() >= self.limit && !self.known.contains_key(name);
        if is_full || name.len() > NAME_BYTES {
            return None;
        }
        Some(self.known.entry(name.to_owned()).or_default())
    }

    /// The family of the series `name`, which may have an ending of its own such as `_bucket`.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&Family> {
        let mut stems = SUFFIXES.iter().filter_map(|suffix| name.strip_suffix(suffix));
        self.known.get(name).or_else(|| stems.find_map(|stem| self.known.get(stem)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_belongs_to_its_histogram() {
        let mut families = Families::new(10);
        *families.entry("wait_seconds").unwrap() = Family::new(FamilyType::Histogram, "seconds");

        let family = families.of("wait_seconds_bucket").unwrap();

        assert_eq!(family.kind_of("wait_seconds_bucket"), Some(MetricKind::Counter));
        assert_eq!(family.unit_of("wait_seconds_bucket"), None);
        assert_eq!(family.unit_of("wait_seconds_sum"), Some("seconds"));
    }

    #[test]
    fn quantiles_of_a_summary_are_gauges_and_its_count_is_none() {
        let summary = Family::new(FamilyType::Summary, "");

        assert_eq!(summary.kind_of("wait"), Some(MetricKind::Gauge));
        assert_eq!(summary.kind_of("wait_count"), Some(MetricKind::Counter));
    }

    #[test]
    fn a_full_memory_keeps_what_it_has() {
        let mut families = Families::new(1);
        families.entry("a").unwrap().ty = FamilyType::Gauge;

        assert!(families.entry("b").is_none());
        assert!(families.entry("a").is_some());
        assert!(families.of("b").is_none());
        assert!(Families::default().entry(&"a".repeat(2000)).is_none());
    }
}
