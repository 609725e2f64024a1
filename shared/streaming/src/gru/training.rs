//! Training over recorded steps, many times.

use super::{
    DEPTH, GruSequence, bucket,
    network::{Network, Window},
};
use crate::sequence::{SequenceStep, TokenId};
use std::collections::BTreeMap;

/// Windows that are learned at once.
const BATCH: usize = 16;
/// Step of the optimiser.
const RATE: f32 = 0.005;
/// So many tokens of a life are in two windows, so that the second does not begin blindly.
const OVERLAP: usize = DEPTH / 2;

/// How far training has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// Number of the epoch, from 1.
    pub number: u32,
    /// Epochs in all.
    pub of: u32,
    /// Mean surprise of a token in this epoch, in bits.
    pub bits: f64,
}

impl GruSequence {
    /// Trains on all steps `epochs` times, then goes through them once more to learn waiting times and how surprises
    /// rank.
    ///
    /// Steps are in the order of the stream; lives may overlap. After each epoch `progress` is told. What was learned
    /// before is kept and trained on. The order of training is the same for the same steps.
    pub fn train(&mut self, steps: &[SequenceStep<'_>], epochs: u32, mut progress: impl FnMut(Epoch)) {
        let mut windows = self.windows(steps);
        for number in 1..=epochs {
            shuffle(&mut windows, u64::from(number));
            let bits = epoch(&mut self.network, &windows);
            progress(Epoch { number, of: epochs, bits });
        }
        for step in steps {
            let look = self.lives.look(*step);
            let probability = self.probability(&look, &self.guess(&look));
            self.lives.learn(*step, &look, probability);
        }
    }

    /// The lives of all entities, cut into windows.
    fn windows(&mut self, steps: &[SequenceStep<'_>]) -> Vec<Window> {
        let mut lives: BTreeMap<&str, Vec<TokenId>> = BTreeMap::new();
        for step in steps {
            let life = lives.entry(step.entity).or_insert_with(|| vec![self.lives.start(step.entity)]);
            let token = self.lives.token(step.token);
            if life.last() != Some(&token) {
                life.push(token);
            }
        }
        lives.values().flat_map(|life| windows_of(life)).collect()
    }
}

fn windows_of(life: &[TokenId]) -> Vec<Window> {
    let places: Vec<u32> = life.iter().map(|token| bucket(*token)).collect();
    let mut windows = Vec::new();
    let mut begin = 0;
    while begin + 1 < places.len() {
        let end = (begin + DEPTH).min(places.len() - 1);
        windows
            .push(Window { inputs: places[begin..end].to_vec(), targets: places[begin + 1..=end].to_vec() });
        if end == places.len() - 1 {
            break;
        }
        begin = end - OVERLAP;
    }
    windows
}

/// Learns all windows, those of one length together, and returns the mean surprise in bits.
fn epoch(network: &mut Network, windows: &[Window]) -> f64 {
    let mut waiting: BTreeMap<usize, Vec<Window>> = BTreeMap::new();
    let (mut bits, mut tokens) = (0.0, 0.0);
    let mut learn = |batch: &[Window]| {
        #[expect(clippy::cast_precision_loss, reason = "at most 256 tokens")]
        let count = batch.iter().map(|it| it.targets.len()).sum::<usize>() as f64;
        bits += network.learn_all(batch, RATE) * count;
        tokens += count;
    };
    for window in windows {
        let batch = waiting.entry(window.inputs.len()).or_default();
        batch.push(window.clone());
        if batch.len() == BATCH {
            learn(batch);
            batch.clear();
        }
    }
    waiting.values().filter(|batch| !batch.is_empty()).for_each(|batch| learn(batch));
    if tokens > 0.0 { bits / tokens } else { 0.0 }
}

/// Brings windows into another order, always the same for the same seed (Fisher and Yates, with splitmix64).
fn shuffle(windows: &mut [Window], seed: u64) {
    let mut state = seed;
    for last in (1..windows.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let count = last as u64 + 1;
        let place = usize::try_from((mixed ^ (mixed >> 31)) % count).unwrap_or(0);
        windows.swap(last, place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_a_long_life_overlap_and_end_with_it() {
        let life: Vec<TokenId> = (0..40).collect();

        let windows = windows_of(&life);

        assert_eq!(windows[0].inputs, (0..16).collect::<Vec<u32>>());
        assert_eq!(windows[0].targets, (1..17).collect::<Vec<u32>>());
        assert_eq!(windows[1].inputs[0], 8);
        assert_eq!(windows.last().unwrap().targets.last(), Some(&39));
        assert!(windows_of(&[1]).is_empty());
    }
}
