//! A quantile of many scores in little memory, which forgets.

use serde::{Deserialize, Serialize};

/// Scores that are kept until they are merged.
const BUFFER: usize = 8;
/// Most clusters.
const CLUSTERS: usize = 40;
/// How much further a cluster may reach than the clusters above it: the smaller, the more exact and the more clusters.
const REACH: f32 = 1.4;
/// Lighter clusters are forgotten.
const LEAST_WEIGHT: f32 = 1e-4;

/// Scores that lie near each other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Cluster {
    mean: f32,
    weight: f32,
}

/// Scores as clusters that are small near the top, where thresholds lie, and large below. At most 400 bytes.
///
/// The scale function is the logarithm of the share above, on one side only. Source: Dunning and Ertl, Computing
/// extremely accurate quantiles using t-digests, arXiv:1902.04023.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Digest {
    /// The highest first.
    clusters: Vec<Cluster>,
    buffer: Vec<f32>,
}

impl Digest {
    /// Learns a score; true when the quantiles moved. Of older scores `memory` count, in scores.
    pub(super) fn learn_one(&mut self, score: f32, memory: f32) -> bool {
        self.buffer.push(score);
        let is_full = self.buffer.len() >= BUFFER;
        if is_full {
            self.flush(memory);
        }
        is_full
    }

    /// Merges what was learned into the clusters.
    pub(super) fn flush(&mut self, memory: f32) {
        let kept =
            (1.0 - 1.0 / memory.max(1.0)).powf(f32::from(u8::try_from(self.buffer.len()).unwrap_or(u8::MAX)));
        self.clusters.iter_mut().for_each(|it| it.weight *= kept);
        self.clusters.retain(|it| it.weight > LEAST_WEIGHT);
        self.clusters.extend(self.buffer.drain(..).map(|mean| Cluster { mean, weight: 1.0 }));
        self.clusters.sort_by(|one, other| other.mean.total_cmp(&one.mean));
        let mut reach = REACH;
        self.clusters = merged(&self.clusters, reach);
        while self.clusters.len() > CLUSTERS {
            reach *= 1.2;
            self.clusters = merged(&self.clusters, reach);
        }
    }

    /// The score above which the share `above` of all lies; nothing when there is none.
    pub(super) fn upper_quantile(&self, above: f32) -> Option<f32> {
        let target = above * self.clusters.iter().map(|it| it.weight).sum::<f32>();
        let mut mass = 0.0;
        let mut previous: Option<(f32, f32)> = None;
        for cluster in &self.clusters {
            let middle = mass + cluster.weight / 2.0;
            if target <= middle {
                let Some((mean, at)) = previous else { return Some(cluster.mean) };
                let part = (target - at) / (middle - at).max(f32::MIN_POSITIVE);
                return Some(mean + part * (cluster.mean - mean));
            }
            mass += cluster.weight;
            previous = Some((cluster.mean, middle));
        }
        previous.map(|it| it.0)
    }
}

/// Merges neighbours, from the top, while a cluster reaches no further than `reach` times the mass above it, and 1.
fn merged(clusters: &[Cluster], reach: f32) -> Vec<Cluster> {
    let mut merged: Vec<Cluster> = Vec::with_capacity(CLUSTERS + BUFFER);
    let mut above = 0.0;
    for next in clusters {
        let last = merged.last_mut().filter(|it| above + it.weight + next.weight <= reach * above + 1.0);
        if let Some(last) = last {
            let weight = last.weight + next.weight;
            last.mean += (next.mean - last.mean) * next.weight / weight;
            last.weight = weight;
        } else {
            above += merged.last().map_or(0.0, |it| it.weight);
            merged.push(*next);
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn learned(scores: impl IntoIterator<Item = f32>, memory: f32) -> Digest {
        let mut digest = Digest::default();
        scores.into_iter().for_each(|it| {
            digest.learn_one(it, memory);
        });
        digest.flush(memory);
        digest
    }

    /// Numbers that are spread evenly, in an order that is not.
    fn even(count: u32) -> impl Iterator<Item = f32> {
        #[expect(clippy::cast_precision_loss, reason = "a test")]
        (0..count).map(move |it| (it.wrapping_mul(7_919) % count) as f32 / count as f32)
    }

    #[test]
    fn high_quantiles_are_exact_in_the_share_above() {
        let digest = learned(even(20_011), 1e9);

        for above in [0.1, 0.01, 0.001, 0.0002] {
            let found = 1.0 - digest.upper_quantile(above).unwrap();
            assert!(
                (found / above - 1.0).abs() < 0.2,
                "above {above}: {found}, {} clusters",
                digest.clusters.len()
            );
        }
    }

    #[test]
    fn old_scores_are_forgotten() {
        let digest = learned(std::iter::repeat_n(0.9, 2_000).chain(even(4_000).map(|it| it / 2.0)), 500.0);

        assert!(digest.upper_quantile(0.01).unwrap() < 0.55, "{digest:?}");
    }

    #[test]
    fn few_scores_give_the_highest() {
        assert_eq!(learned([0.1, 0.7, 0.3], 1e3).upper_quantile(0.001), Some(0.7));
        assert_eq!(Digest::default().upper_quantile(0.001), None);
    }

    proptest! {
        #[test]
        fn it_stays_small_and_within_what_it_saw(
            scores in prop::collection::vec(0.0_f32..=1.0, 1..600), above in 0.0_f32..1.0, memory in 1.0_f32..1e6
        ) {
            let digest = learned(scores.iter().copied(), memory);

            let found = digest.upper_quantile(above).unwrap();
            prop_assert!(digest.clusters.len() <= CLUSTERS);
            prop_assert!((-1e-5..=1.0 + 1e-5).contains(&found));
            prop_assert!(digest.upper_quantile(above / 2.0).unwrap() >= found - 1e-5);
        }
    }
}
