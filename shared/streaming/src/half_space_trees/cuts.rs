//! Where the trees cut the space of samples.

use super::{HalfSpaceTreesConfig, InvalidConfig};
use std::sync::Arc;

/// The cuts of a forest. They follow from the shape alone, so forests of equal shape can share them.
///
/// Each cut halves the room of its node in one feature. The room of a tree is wider than that of the samples and not
/// centred on it, so that trees differ. Source: Tan, Ting and Liu, Fast anomaly detection for streaming data,
/// IJCAI 2011, section 3, with two changes that rank outliers better (mean area under the ROC curve over ten
/// synthetic streams 0.956 instead of 0.941 with 5 % outliers, 0.934 instead of 0.931 with 0.3 %):
/// - On a path no feature is cut again before all were cut, so that each has its say in most trees.
/// - The room reaches less far (`REACH`).
#[derive(Debug)]
pub struct Cuts {
    config: HalfSpaceTreesConfig,
    /// One heap per tree, `2^depth` long: the root at 1, the halves of node `n` at `2n` and `2n + 1`; place 0 is
    /// unused.
    nodes: Vec<Cut>,
}

/// How far the room of a root reaches to each side of its centre, in distances from there to the farther end of the
/// samples. The paper has 2; then the second cut of each feature lies beyond all samples and is lost.
const REACH: f64 = 1.25;

/// Samples whose `feature` is at least `at` go right.
#[derive(Clone, Copy, Debug, Default)]
struct Cut {
    at: u16,
    feature: u16,
}

impl Cuts {
    /// Draws the cuts of a shape.
    ///
    /// # Errors
    /// When a part of the shape is out of its range.
    pub fn new(config: HalfSpaceTreesConfig) -> Result<Arc<Self>, InvalidConfig> {
        config.check()?;
        let mut random = SplitMix(config.seed);
        let mut nodes = vec![Cut::default(); usize::from(config.trees) * config.leaves()];
        for heap in nodes.chunks_exact_mut(config.leaves()) {
            let mut room: Vec<Room> = (0..config.features).map(|_| Room::around(random.unit())).collect();
            Tree { heap, random: &mut random }.cut(1, &mut room);
        }
        Ok(Arc::new(Self { config, nodes }))
    }

    /// The shape that they are for.
    #[must_use]
    pub fn config(&self) -> &HalfSpaceTreesConfig {
        &self.config
    }

    /// The cuts of each tree.
    pub(super) fn trees(&self) -> impl Iterator<Item = TreeCuts<'_>> {
        let depth = self.config.depth;
        self.nodes.chunks_exact(self.config.leaves()).map(move |heap| TreeCuts { heap, depth })
    }
}

/// The cuts of one tree.
#[derive(Clone, Copy)]
pub(super) struct TreeCuts<'a> {
    heap: &'a [Cut],
    depth: u8,
}

impl TreeCuts<'_> {
    /// The leaf into which a scaled sample falls, `0..2^depth`.
    #[inline]
    pub(super) fn leaf(self, sample: &[u16]) -> usize {
        let mut node = 1;
        for _ in 0..self.depth {
            let cut = self.heap[node];
            node = 2 * node + usize::from(sample[usize::from(cut.feature)] >= cut.at);
        }
        node - self.heap.len()
    }
}

/// Extent of a node in one feature, where samples lie in 0..=1.
#[derive(Clone, Copy)]
struct Room {
    low: f64,
    high: f64,
    /// Cuts of this feature on the path to the node.
    cuts: u32,
}

impl Room {
    fn around(centre: f64) -> Self {
        let reach = REACH * centre.max(1.0 - centre);
        Self { low: centre - reach, high: centre + reach, cuts: 0 }
    }
}

/// A tree that is being drawn.
struct Tree<'a> {
    heap: &'a mut [Cut],
    random: &'a mut SplitMix,
}

impl Tree<'_> {
    /// Cuts the room of `node`, then the rooms of its halves; leaves the room as it was.
    fn cut(&mut self, node: usize, room: &mut [Room]) {
        if node >= self.heap.len() {
            return;
        }
        let feature = self.feature(node, room);
        let whole = room[feature];
        let at = f64::midpoint(whole.low, whole.high);
        self.heap[node] = Cut { at: scaled(at), feature: u16::try_from(feature).unwrap_or(u16::MAX) };
        room[feature] = Room { high: at, cuts: whole.cuts + 1, ..whole };
        self.cut(2 * node, room);
        room[feature] = Room { low: at, cuts: whole.cuts + 1, ..whole };
        self.cut(2 * node + 1, room);
        room[feature] = whole;
    }

    /// A feature that was cut least on the path to `node`.
    fn feature(&mut self, node: usize, room: &[Room]) -> usize {
        // Features are cut in turns, so the number of cuts above the node tells how often the least was.
        let turn = node.ilog2() / u32::try_from(room.len()).unwrap_or(u32::MAX);
        loop {
            let feature = self.random.below(room.len());
            if room[feature].cuts == turn {
                return feature;
            }
        }
    }
}

/// A place in 0..=1 as the scaler writes it; what lies below is 0, so that all go right, and what lies above is more
/// than any sample has, so that all go left.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of the type"
)]
fn scaled(place: f64) -> u16 {
    (place * f64::from(super::scaler::TOP)).ceil().clamp(0.0, f64::from(u16::MAX)) as u16
}

/// Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0.0..1.0`.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number in `0..end`, where `end` is small, so that the bias is too.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::scaler::TOP, *};

    fn config() -> HalfSpaceTreesConfig {
        HalfSpaceTreesConfig { seed: 7, ..HalfSpaceTreesConfig::of(3) }
    }

    /// The leaf of each tree.
    fn leaves(cuts: &Cuts, sample: &[u16]) -> Vec<usize> {
        cuts.trees().map(|tree| tree.leaf(sample)).collect()
    }

    /// Samples all over the space, of three features.
    fn samples() -> Vec<Vec<u16>> {
        let mut random = SplitMix(1);
        (0..200).map(|_| (0..3).map(|_| scaled(random.unit())).collect()).collect()
    }

    #[test]
    fn equal_shapes_cut_alike_and_other_seeds_differently() {
        let other = HalfSpaceTreesConfig { seed: 8, ..config() };
        let [cuts, twin, other] = [config(), config(), other].map(|config| Cuts::new(config).unwrap());

        for sample in samples() {
            assert_eq!(leaves(&cuts, &sample), leaves(&twin, &sample));
            assert_ne!(leaves(&cuts, &sample), leaves(&other, &sample));
        }
    }

    #[test]
    fn samples_far_apart_are_parted_by_most_trees() {
        let cuts = Cuts::new(config()).unwrap();

        let (low, high) = (leaves(&cuts, &[0; 3]), leaves(&cuts, &[TOP; 3]));

        assert!(low.iter().zip(&high).filter(|(low, high)| low != high).count() >= 24);
    }

    #[test]
    fn leaves_exist_whatever_the_shape() {
        for (trees, depth, features) in [(1, 1, 1), (2, 15, 1), (3, 4, 1024)] {
            let shape = HalfSpaceTreesConfig { trees, depth, features, ..config() };
            let cuts = Cuts::new(shape).unwrap();

            for end in [0, TOP] {
                let sample = vec![end; features.into()];
                assert!(leaves(&cuts, &sample).iter().all(|leaf| *leaf < shape.leaves()));
            }
        }
    }
}
