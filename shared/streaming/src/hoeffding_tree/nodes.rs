//! How a tree leads a sample to a leaf.

use super::leaves::value_of;
use serde::{Deserialize, Serialize};

/// The nodes of a tree. The root comes first, and the children of a split lie side by side, behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Nodes(Vec<Node>);

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Node {
    Leaf { leaf: u32 },
    Split(Split),
}

/// Leads a sample to one of two children.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Split {
    feature: u16,
    /// What is below goes to the left.
    threshold: f32,
    /// Whether samples without the feature go to the right, which was the heavier side when the leaf was split.
    missing_right: bool,
    /// The left child; the right one follows.
    children: u32,
}

/// What a leaf is replaced by.
pub(super) struct Fork {
    pub(super) feature: u16,
    pub(super) threshold: f32,
    pub(super) missing_right: bool,
    /// The leaves on the left and on the right.
    pub(super) leaves: [u32; 2],
}

impl Nodes {
    /// A tree that is one leaf, the first.
    pub(super) fn new() -> Self {
        Self(vec![Node::Leaf { leaf: 0 }])
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The node and the leaf at which a sample ends.
    pub(super) fn find(&self, features: &[f32]) -> (usize, usize) {
        let mut at = 0;
        loop {
            match self.0[at] {
                Node::Leaf { leaf } => return (at, leaf as usize),
                Node::Split(split) => at = split.child(features),
            }
        }
    }

    /// Makes a split of the leaf at `node`.
    pub(super) fn split(&mut self, node: usize, fork: &Fork) {
        let children = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.extend(fork.leaves.map(|leaf| Node::Leaf { leaf }));
        let Fork { feature, threshold, missing_right, .. } = *fork;
        self.0[node] = Node::Split(Split { feature, threshold, missing_right, children });
    }

    /// The depth of each leaf, by its number, if this is a tree: every node but the root is a child of one split before
    /// it, and the leaves are numbered without a gap.
    pub(super) fn depths(&self, features: u16) -> Option<Vec<u8>> {
        let mut depths: Vec<Option<u8>> = vec![None; self.0.len()];
        let mut leaves: Vec<Option<u8>> = vec![None; self.0.len().div_ceil(2)];
        *depths.first_mut()? = Some(0);
        for at in 0..self.0.len() {
            let depth = depths[at]?;
            match self.0[at] {
                Node::Leaf { leaf } => set_once(&mut leaves, leaf as usize, depth)?,
                Node::Split(split) => {
                    let left = split.children as usize;
                    let is_sound = split.feature < features && split.threshold.is_finite() && left > at;
                    let below = depth.checked_add(1).filter(|_| is_sound)?;
                    set_once(&mut depths, left, below)?;
                    set_once(&mut depths, left.checked_add(1)?, below)?;
                }
            }
        }
        leaves.into_iter().collect()
    }
}

impl Split {
    fn child(&self, features: &[f32]) -> usize {
        let value = value_of(features, self.feature);
        let is_right = if value.is_nan() { self.missing_right } else { value >= self.threshold };
        self.children as usize + usize::from(is_right)
    }
}

fn set_once(places: &mut [Option<u8>], at: usize, depth: u8) -> Option<()> {
    let place = places.get_mut(at).filter(|place| place.is_none())?;
    *place = Some(depth);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(children: u32) -> Node {
        Node::Split(Split { feature: 0, threshold: 1.0, missing_right: true, children })
    }

    fn leaf(leaf: u32) -> Node {
        Node::Leaf { leaf }
    }

    #[test]
    fn leads_a_missing_feature_to_the_heavier_side() {
        let nodes = Nodes(vec![split(1), leaf(0), leaf(1)]);

        assert_eq!(nodes.find(&[0.0]).1, 0);
        assert_eq!(nodes.find(&[1.0]).1, 1);
        assert_eq!(nodes.find(&[f32::NEG_INFINITY]).1, 0);
        assert_eq!(nodes.find(&[f32::NAN]).1, 1);
        assert_eq!(nodes.find(&[]).1, 1);
    }

    #[test]
    fn knows_the_depth_of_each_leaf() {
        let nodes = Nodes(vec![split(1), leaf(1), split(3), leaf(2), leaf(0)]);

        assert_eq!(nodes.depths(1), Some(vec![2, 1, 2]));
    }

    #[test]
    fn a_tree_with_a_loop_or_a_gap_is_none() {
        let loops = Nodes(vec![split(0), leaf(0), leaf(1)]);
        let shared = Nodes(vec![split(1), split(1), leaf(0)]);
        let twice = Nodes(vec![split(1), leaf(0), leaf(0)]);
        let beyond = Nodes(vec![split(u32::MAX), leaf(0), leaf(1)]);
        let unknown = Nodes(vec![split(1), leaf(0), leaf(1)]);

        assert_eq!([loops, shared, twice, beyond].map(|nodes| nodes.depths(1)), [const { None }; 4]);
        assert_eq!(unknown.depths(0), None);
        assert_eq!(Nodes(Vec::new()).depths(1), None);
    }
}
