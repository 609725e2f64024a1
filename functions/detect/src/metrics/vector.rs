//! The metrics of one workload together: how unusual is their combination?

use chiron_model::MetricType;
use chiron_streaming::{Cuts, HalfSpaceTrees, HalfSpaceTreesConfig, Learner, Snapshot};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::sync::{Arc, LazyLock};

/// The types whose means make the vector; custom metrics have no common scale.
const TYPES: [MetricType; 7] = [
    MetricType::Cpu,
    MetricType::Memory,
    MetricType::Network,
    MetricType::Disk,
    MetricType::Latency,
    MetricType::ErrorRate,
    MetricType::Restarts,
];

/// The shape of all forests: 6.4 KB of masses each.
const SHAPE: HalfSpaceTreesConfig =
    HalfSpaceTreesConfig { trees: 25, depth: 6, window_size: 250, features: 7, seed: 0x00c4_1209 };

/// The cuts that all forests of this shape share. They follow from the shape alone.
#[expect(clippy::expect_used, reason = "the shape is a constant that a test builds")]
static CUTS: LazyLock<Arc<Cuts>> = LazyLock::new(|| Cuts::new(SHAPE).expect("the shape is in range"));

/// A forest over the metrics of one workload.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Vector {
    #[serde(serialize_with = "write", deserialize_with = "read")]
    forest: HalfSpaceTrees,
    /// Sum and number of the values of each type in this batch.
    #[serde(skip)]
    sums: [(f64, u32); TYPES.len()],
    /// Score of the last batch, and the type that drove it.
    score: f64,
    driver: Option<MetricType>,
}

impl Default for Vector {
    fn default() -> Self {
        let forest = HalfSpaceTrees::with_cuts(Arc::clone(&CUTS));
        Self { forest, sums: Default::default(), score: 0.0, driver: None }
    }
}

impl PartialEq for Vector {
    fn eq(&self, other: &Self) -> bool {
        self.forest.snapshot() == other.forest.snapshot()
            && (self.score, self.driver) == (other.score, other.driver)
    }
}

impl Vector {
    /// Takes a value of one series of the workload.
    pub(super) fn put(&mut self, ty: MetricType, value: f64) {
        if let Some(place) = TYPES.iter().position(|it| *it == ty) {
            let (sum, count) = &mut self.sums[place];
            *sum += value;
            *count += 1;
        }
    }

    /// Scores and learns the means of what was taken since the last time. Two types at least make a combination.
    #[expect(clippy::cast_possible_truncation, reason = "a float of 32 bits suffices for means")]
    pub(super) fn step(&mut self) {
        let sums = std::mem::take(&mut self.sums);
        if sums.iter().filter(|(_, count)| *count > 0).count() < 2 {
            return;
        }
        let mean =
            |(sum, count): (f64, u32)| if count == 0 { f32::NAN } else { (sum / f64::from(count)) as f32 };
        let features = sums.map(mean);
        self.score = self.forest.score_one(&features);
        let shares = self.forest.attribute(&features);
        let strongest = shares.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        self.driver = strongest.filter(|(_, share)| **share > 0.0).map(|(place, _)| TYPES[place]);
        self.forest.learn_one(&features);
    }

    /// How unusual the last combination was, in `0.0..=1.0`, and the type that drove it.
    pub(super) fn score(&self) -> (f64, Option<MetricType>) {
        (self.score, self.driver)
    }

    /// Bytes of its learned state.
    pub(super) fn size(&self) -> usize {
        self.forest.snapshot().size()
    }
}

fn write<S: Serializer>(forest: &HalfSpaceTrees, serializer: S) -> Result<S::Ok, S::Error> {
    forest.snapshot().serialize(serializer)
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HalfSpaceTrees, D::Error> {
    HalfSpaceTrees::restore_with(&CUTS, &Snapshot::deserialize(deserializer)?).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_combination_that_never_was_scores_higher_than_the_usual_ones() {
        let mut vector = Vector::default();
        for step in 0..600_u32 {
            let load = f64::from(step % 20);
            vector.put(MetricType::Cpu, load);
            vector.put(MetricType::Network, 100.0 * load);
            vector.step();
        }
        let (usual, _) = vector.score();

        vector.put(MetricType::Cpu, 19.0);
        vector.put(MetricType::Network, 0.0);
        vector.step();

        assert!(vector.score().0 > usual, "{} {usual}", vector.score().0);
    }

    #[test]
    fn one_type_alone_is_no_combination() {
        let mut vector = Vector::default();
        vector.put(MetricType::Cpu, 1.0);
        vector.step();

        assert_eq!(vector, Vector::default());
    }
}
