//! What the leaves of a tree have seen.

use super::{
    HoeffdingTreeConfig,
    histogram::{BINS, Cut, Histogram, HistogramMut, Room, single},
    random::Random,
};
use serde::{Deserialize, Serialize};

/// The leaves of a tree, side by side in flat rows: leaf `i` has the `i`-th part of each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Leaves {
    features: u16,
    classes: u16,
    subset: u16,
    tallies: Vec<Tally>,
    /// The features that a leaf looks at: `subset` a leaf.
    subsets: Vec<u16>,
    /// Weight of each class, with what was inherited at the split: `classes` a leaf.
    weights: Vec<u32>,
    /// Edges of the histograms: `subset` times [`BINS`] a leaf.
    edges: Vec<f32>,
    /// Counts of the histograms: `subset` times [`BINS`] times `classes` a leaf.
    counts: Vec<u32>,
    /// Sums of these counts: `subset` times `classes` a leaf.
    seen: Vec<u32>,
}

/// What a leaf counts besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    /// Splits above it.
    pub(super) depth: u8,
    /// Weight learned since the leaf exists.
    pub(super) learned: u32,
    /// The same when a split was last looked for.
    pub(super) looked: u32,
    /// Weight for which the majority class was right.
    pub(super) majority_right: u32,
    /// Weight for which naive Bayes was right.
    pub(super) bayes_right: u32,
}

/// A split that a leaf offers.
pub(super) struct Offer {
    pub(super) feature: u16,
    pub(super) cut: Cut,
    /// How much more its merit is than that of the best split by another feature.
    pub(super) lead: f64,
    /// Weight of each class on the left and on the right.
    pub(super) sides: [Vec<u32>; 2],
}

/// Bytes that a leaf takes.
pub(super) fn bytes_of_a_leaf(subset: u16, classes: u16) -> f64 {
    let (subset, classes) = (f64::from(subset), f64::from(classes));
    // Its node and its tally; weights; the feature, edges, counts and sums of each histogram. 8 bins of 4 bytes.
    48.0 + 4.0 * classes + subset * (2.0 + 32.0 + 36.0 * classes)
}

impl Leaves {
    /// No leaves yet.
    pub(super) fn new(config: &HoeffdingTreeConfig) -> Self {
        Self {
            features: config.features,
            classes: config.classes,
            subset: config.subset,
            tallies: Vec::new(),
            subsets: Vec::new(),
            weights: Vec::new(),
            edges: Vec::new(),
            counts: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Adds a leaf that inherits these weights of classes, and gives back its number.
    pub(super) fn add(&mut self, depth: u8, weights: &[u32], random: &mut Random) -> u32 {
        let leaf = self.tallies.len();
        self.tallies.push(Tally::default());
        self.resize();
        self.begin(leaf, depth, weights, random);
        u32::try_from(leaf).unwrap_or(u32::MAX)
    }

    /// Lets a leaf forget all and begin anew, as one that inherits these weights of classes.
    pub(super) fn begin(&mut self, leaf: usize, depth: u8, weights: &[u32], random: &mut Random) {
        let (subset, classes, cells) = self.strides();
        self.tallies[leaf] = Tally { depth, ..Tally::default() };
        random.choose(self.features, &mut self.subsets[leaf * subset..][..subset]);
        self.weights[leaf * classes..][..classes].copy_from_slice(weights);
        self.edges[leaf * cells..][..cells].fill(f32::INFINITY);
        self.counts[leaf * cells * classes..][..cells * classes].fill(0);
        self.seen[leaf * subset * classes..][..subset * classes].fill(0);
    }

    pub(super) fn tally(&self, leaf: usize) -> Tally {
        self.tallies[leaf]
    }

    pub(super) fn tally_mut(&mut self, leaf: usize) -> &mut Tally {
        &mut self.tallies[leaf]
    }

    /// Weight of each class.
    pub(super) fn weights(&self, leaf: usize) -> &[u32] {
        let classes = usize::from(self.classes);
        &self.weights[leaf * classes..][..classes]
    }

    /// Likelihood of each class by its weight alone; all the same where nothing was seen.
    pub(super) fn majority(&self, leaf: usize, likelihoods: &mut [f32]) {
        let weights = self.weights(leaf);
        if weights.iter().all(|weight| *weight == 0) {
            likelihoods.fill(1.0);
            return;
        }
        likelihoods.iter_mut().zip(weights).for_each(|(likelihood, weight)| *likelihood = single(*weight));
    }

    /// Turns likelihoods by the weights of the classes into those of naive Bayes.
    pub(super) fn bayes(&self, leaf: usize, features: &[f32], smoothing: f32, likelihoods: &mut [f32]) {
        /// Below this the next feature could make all likelihoods 0.
        const SMALL: f32 = 1e-18;
        for place in self.places(leaf) {
            let value = value_of(features, self.subsets[place]);
            if !value.is_finite() {
                continue;
            }
            self.histogram(place).weigh(value, smoothing, likelihoods);
            let largest = likelihoods.iter().fold(0.0_f32, |largest, likelihood| largest.max(*likelihood));
            if largest < SMALL {
                for likelihood in likelihoods.iter_mut() {
                    *likelihood /= largest;
                }
            }
        }
    }

    /// Learns a sample. What is no finite number is not looked at.
    pub(super) fn learn(&mut self, leaf: usize, features: &[f32], class: usize, weight: u32) {
        let (_, classes, _) = self.strides();
        let tally = &mut self.tallies[leaf];
        tally.learned = tally.learned.saturating_add(weight);
        let known = &mut self.weights[leaf * classes + class];
        *known = known.saturating_add(weight);
        for place in self.places(leaf) {
            let value = value_of(features, self.subsets[place]);
            if value.is_finite() {
                self.histogram_mut(place).learn(value, class, weight);
            }
        }
    }

    /// The best split of a leaf, if any tells something.
    ///
    /// A feature that was often missing is worth less, by the share of the weight that had it. Source: Quinlan, C4.5,
    /// 1993, chapter 3.
    pub(super) fn best_split(&self, leaf: usize) -> Option<Offer> {
        let learned = f64::from(self.tallies[leaf].learned);
        let mut room = Room::new();
        let mut best: Option<(usize, Cut)> = None;
        let mut second = 0.0;
        for place in self.places(leaf) {
            let histogram = self.histogram(place);
            let Some(mut cut) = histogram.best_cut(&mut room) else { continue };
            cut.merit *= (histogram.weight() / learned).min(1.0);
            match best {
                Some((_, best)) if cut.merit <= best.merit => second = cut.merit.max(second),
                Some((_, worse)) => {
                    second = worse.merit;
                    best = Some((place, cut));
                }
                None => best = Some((place, cut)),
            }
        }
        best.map(|(place, cut)| Offer {
            feature: self.subsets[place],
            lead: cut.merit - second,
            sides: self.histogram(place).sides(&cut),
            cut,
        })
    }

    /// Whether these can be the leaves of a tree that is set so.
    pub(super) fn is_possible(&self, config: &HoeffdingTreeConfig, leaves: usize) -> bool {
        let (subset, classes, cells) = self.strides();
        self.features == config.features
            && self.classes == config.classes
            && self.subset == config.subset
            && self.tallies.len() == leaves
            && self.subsets.len() == leaves * subset
            && self.weights.len() == leaves * classes
            && self.edges.len() == leaves * cells
            && self.counts.len() == leaves * cells * classes
            && self.seen.len() == leaves * subset * classes
            && self.subsets.iter().all(|feature| *feature < self.features)
            && self.tallies.iter().all(|tally| tally.looked <= tally.learned)
            && (0..leaves * subset).all(|place| self.histogram(place).is_possible())
    }

    /// Features of a leaf, classes, and bins of a leaf.
    fn strides(&self) -> (usize, usize, usize) {
        let subset = usize::from(self.subset);
        (subset, self.classes.into(), subset * BINS)
    }

    fn resize(&mut self) {
        let (subset, classes, cells) = self.strides();
        let leaves = self.tallies.len();
        self.subsets.resize(leaves * subset, 0);
        self.weights.resize(leaves * classes, 0);
        self.edges.resize(leaves * cells, f32::INFINITY);
        self.counts.resize(leaves * cells * classes, 0);
        self.seen.resize(leaves * subset * classes, 0);
    }

    /// Where the histograms of a leaf are.
    fn places(&self, leaf: usize) -> std::ops::Range<usize> {
        let subset = usize::from(self.subset);
        leaf * subset..(leaf + 1) * subset
    }

    fn histogram(&self, place: usize) -> Histogram<'_> {
        let classes = usize::from(self.classes);
        Histogram {
            edges: &self.edges[place * BINS..][..BINS],
            counts: &self.counts[place * BINS * classes..][..BINS * classes],
            seen: &self.seen[place * classes..][..classes],
        }
    }

    fn histogram_mut(&mut self, place: usize) -> HistogramMut<'_> {
        let classes = usize::from(self.classes);
        HistogramMut {
            edges: &mut self.edges[place * BINS..][..BINS],
            counts: &mut self.counts[place * BINS * classes..][..BINS * classes],
            seen: &mut self.seen[place * classes..][..classes],
        }
    }
}

/// What a sample has for a feature; not a number when it is missing.
pub(super) fn value_of(features: &[f32], feature: u16) -> f32 {
    features.get(usize::from(feature)).copied().unwrap_or(f32::NAN)
}
