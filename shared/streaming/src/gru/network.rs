//! The network: embedding, one gated recurrent layer, and a layer that says how likely each token comes next.

use super::adam::Adam;
use candle_core::{D, DType, Device, Result, Tensor, Var, backprop::GradStore};
use serde::{Deserialize, Serialize};

/// Tokens that the network tells apart.
pub(super) const BUCKETS: u32 = 256;
const OUTPUTS: usize = BUCKETS as usize;
const EMBEDDING: usize = 16;
const HIDDEN: usize = 32;
/// The reset gate, the update gate and the candidate, side by side.
const GATES: usize = 3 * HIDDEN;

/// Shapes of the lists of weights.
const SHAPES: [(usize, usize); 7] = [
    (OUTPUTS, EMBEDDING),
    (EMBEDDING, GATES),
    (1, GATES),
    (HIDDEN, GATES),
    (1, GATES),
    (HIDDEN, OUTPUTS),
    (1, OUTPUTS),
];

/// What is learned, as plain numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Weights {
    /// A list for each of [`SHAPES`], row by row.
    lists: Vec<Vec<f32>>,
    adam: Adam,
}

/// The network. The tensors are a copy of the weights, for the library.
#[derive(Debug)]
pub(super) struct Network {
    weights: Weights,
    tensors: Vec<Var>,
}

/// Some tokens of a life, and what followed after each. Both have the same length, which is not 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub inputs: Vec<u32>,
    pub targets: Vec<u32>,
}

/// Probabilities of all tokens.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Guess(Vec<f64>);

impl Guess {
    /// From logarithms that are not yet normalised. Nothing is known when they are no numbers.
    fn of(logits: &[f32]) -> Self {
        let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let weights: Vec<f64> = logits.iter().map(|it| f64::from(it - highest).exp()).collect();
        let sum: f64 = weights.iter().sum();
        if sum.is_finite() && sum > 0.0 {
            Self(weights.iter().map(|it| it / sum).collect())
        } else {
            Self::nothing()
        }
    }

    /// All tokens are as likely.
    fn nothing() -> Self {
        Self(vec![1.0 / f64::from(BUCKETS); OUTPUTS])
    }

    pub(super) fn probability(&self, token: u32) -> f64 {
        self.0.get(token as usize).copied().unwrap_or(0.0)
    }

    /// The likeliest tokens, at most `most`.
    pub(super) fn likeliest(&self, most: usize) -> Vec<(u32, f64)> {
        let mut all: Vec<(u32, f64)> = (0..).zip(self.0.iter().copied()).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all.truncate(most);
        all
    }
}

impl Network {
    /// With small random weights that follow from `seed`.
    pub(super) fn new(seed: u64) -> Self {
        let mut state = seed;
        let lists: Vec<Vec<f32>> = SHAPES
            .iter()
            .map(|(rows, columns)| (0..rows * columns).map(|_| small(&mut state)).collect())
            .collect();
        let adam = Adam::new(lists.iter().map(Vec::len));
        let tensors = tensors(&lists).unwrap_or_default();
        Self { weights: Weights { lists, adam }, tensors }
    }

    /// With these weights; nothing when they have another shape or are no numbers.
    pub(super) fn of(weights: Weights) -> Option<Self> {
        let lengths = SHAPES.map(|(rows, columns)| rows * columns);
        let fits = weights.lists.iter().map(Vec::len).eq(lengths)
            && weights.lists.iter().flatten().all(|it| it.is_finite())
            && weights.adam.fits(&lengths);
        let tensors = tensors(&weights.lists).ok()?;
        fits.then_some(Self { weights, tensors })
    }

    pub(super) fn weights(&self) -> &Weights {
        &self.weights
    }

    /// What comes next after `inputs`.
    pub(super) fn guess(&self, inputs: &[u32]) -> Guess {
        self.logits(&[inputs]).and_then(|logits| last_row(&logits)).unwrap_or_else(|_| Guess::nothing())
    }

    /// Learns what followed in these windows at once, which share one length.
    ///
    /// Returns what was expected last in the last window, before it was learned.
    pub(super) fn learn(&mut self, windows: &[Window], rate: f32) -> Guess {
        // The library fails only where shapes do not fit together, which they do; then nothing is learned.
        let Ok((guess, _, gradients)) = self.gradients(windows) else { return Guess::nothing() };
        self.move_weights(&gradients, rate);
        guess
    }

    /// The same; returns the mean surprise of all that followed, in bits.
    pub(super) fn learn_all(&mut self, windows: &[Window], rate: f32) -> f64 {
        let Ok((_, loss, gradients)) = self.gradients(windows) else { return 0.0 };
        self.move_weights(&gradients, rate);
        f64::from(loss) / std::f64::consts::LN_2
    }

    fn move_weights(&mut self, gradients: &[Vec<f32>], rate: f32) {
        let Weights { lists, adam } = &mut self.weights;
        adam.step(lists, gradients, rate);
        if let Ok(tensors) = tensors(lists) {
            self.tensors = tensors;
        }
    }

    /// The last guess, the mean surprise in nats, and the gradient of each list of weights.
    fn gradients(&self, windows: &[Window]) -> Result<(Guess, f32, Vec<Vec<f32>>)> {
        let inputs: Vec<&[u32]> = windows.iter().map(|it| it.inputs.as_slice()).collect();
        let logits = self.logits(&inputs)?;
        let targets: Vec<u32> = windows.iter().flat_map(|it| &it.targets).copied().collect();
        let targets = Tensor::from_slice(&targets, (targets.len(), 1), &Device::Cpu)?;
        let hits = logits.gather(&targets, D::Minus1)?.squeeze(1)?;
        let loss = (logits.log_sum_exp(D::Minus1)? - hits)?.mean_all()?;
        let store = loss.backward()?;
        let lists = self.tensors.iter().map(|tensor| gradient(tensor, &store));
        Ok((last_row(&logits)?, loss.to_scalar::<f32>()?, lists.collect::<Result<_>>()?))
    }

    /// For each place of each window, how likely each token is next: logarithms, one row a place.
    fn logits(&self, windows: &[&[u32]]) -> Result<Tensor> {
        let [embedding, from_input, input_bias, from_hidden, hidden_bias, output, output_bias] =
            &self.tensors[..]
        else {
            candle_core::bail!("a network has seven lists of weights")
        };
        let (batch, length) = (windows.len(), windows.first().map_or(0, |it| it.len()));
        let tokens = Tensor::from_vec(windows.concat(), batch * length, &Device::Cpu)?;
        let inputs = embedding.index_select(&tokens, 0)?.matmul(from_input)?.broadcast_add(input_bias)?;
        let inputs = inputs.reshape((batch, length, GATES))?;
        let mut hidden = Tensor::zeros((batch, HIDDEN), DType::F32, &Device::Cpu)?;
        let mut all = Vec::with_capacity(length);
        for place in 0..length {
            let input = inputs.narrow(1, place, 1)?.squeeze(1)?;
            let past = hidden.matmul(from_hidden)?.broadcast_add(hidden_bias)?;
            let gates = logistic(&(input.narrow(1, 0, 2 * HIDDEN)? + past.narrow(1, 0, 2 * HIDDEN)?)?)?;
            let (reset, update) = (gates.narrow(1, 0, HIDDEN)?, gates.narrow(1, HIDDEN, HIDDEN)?);
            let remembered = (reset * past.narrow(1, 2 * HIDDEN, HIDDEN)?)?;
            let candidate = (input.narrow(1, 2 * HIDDEN, HIDDEN)? + remembered)?.tanh()?;
            hidden = (&candidate + (update * (hidden - &candidate)?)?)?;
            all.push(hidden.clone());
        }
        let all = Tensor::stack(&all, 1)?.reshape((batch * length, HIDDEN))?;
        all.matmul(output)?.broadcast_add(output_bias)
    }
}

/// `1 / (1 + exp(-x))`.
fn logistic(x: &Tensor) -> Result<Tensor> {
    x.affine(0.5, 0.0)?.tanh()?.affine(0.5, 0.5)
}

fn last_row(logits: &Tensor) -> Result<Guess> {
    Ok(Guess::of(&logits.get(logits.dim(0)? - 1)?.to_vec1::<f32>()?))
}

fn gradient(tensor: &Var, store: &GradStore) -> Result<Vec<f32>> {
    match store.get(tensor) {
        Some(gradient) => gradient.flatten_all()?.to_vec1(),
        None => Ok(vec![0.0; tensor.elem_count()]),
    }
}

fn tensors(lists: &[Vec<f32>]) -> Result<Vec<Var>> {
    let all = lists.iter().zip(SHAPES);
    all.map(|(list, shape)| Var::from_tensor(&Tensor::from_slice(list, shape, &Device::Cpu)?)).collect()
}

/// A number between -0.18 and 0.18, which is one by the root of the hidden units (splitmix64).
#[expect(clippy::cast_precision_loss, reason = "24 bits")]
fn small(state: &mut u64) -> f32 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let unit = ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1_u32 << 24) as f32;
    (unit * 2.0 - 1.0) / (HIDDEN as f32).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(tokens: &[u32]) -> Window {
        Window { inputs: tokens[..tokens.len() - 1].to_vec(), targets: tokens[1..].to_vec() }
    }

    #[test]
    fn gradients_are_those_of_the_loss() {
        let window = window(&[1, 2, 3, 1, 4]);
        let network = Network::new(7);
        let (_, _, gradients) = network.gradients(std::slice::from_ref(&window)).unwrap();

        for (list, place) in [(0, 17), (1, 40), (2, 3), (3, 500), (4, 90), (5, 4), (6, 3)] {
            let loss = |shift: f32| {
                let mut weights = network.weights.clone();
                weights.lists[list][place] += shift;
                Network::of(weights).unwrap().gradients(std::slice::from_ref(&window)).unwrap().1
            };
            let measured = (loss(0.01) - loss(-0.01)) / 0.02;
            let told = gradients[list][place];
            assert!((measured - told).abs() < 1e-3, "{list} {place}: {measured} {told}");
        }
    }

    #[test]
    fn it_learns_a_short_sequence() {
        let mut network = Network::new(7);
        for _ in 0..200 {
            network.learn(&[window(&[1, 2, 3, 1, 4, 1, 2])], 0.01);
        }

        assert_eq!(network.guess(&[1, 2, 3, 1]).likeliest(1)[0].0, 4);
        assert_eq!(network.guess(&[1]).likeliest(1)[0].0, 2);
    }

    #[test]
    fn logits_that_are_no_numbers_say_nothing() {
        assert_eq!(Guess::of(&[f32::NAN; OUTPUTS]), Guess::nothing());
        assert_eq!(Guess::of(&[f32::INFINITY; OUTPUTS]), Guess::nothing());
    }
}
