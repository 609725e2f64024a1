//! The optimiser.

use serde::{Deserialize, Serialize};

const MEAN_MEMORY: f32 = 0.9;
const SQUARE_MEMORY: f32 = 0.999;
const EPSILON: f32 = 1e-8;
/// Gradients that are longer are shortened to this.
const LONGEST: f32 = 1.0;

/// Adam, with gradients of bounded length.
///
/// All state is kept as plain numbers, so that it is saved bit for bit. Source: Kingma and Ba, ICLR 2015.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Adam {
    /// Running means of the gradients, a list for each list of weights.
    means: Vec<Vec<f32>>,
    /// Running means of their squares.
    squares: Vec<Vec<f32>>,
    /// What is left of the zeros at the start in `means` and in `squares`.
    start: [f32; 2],
}

impl Adam {
    /// For lists of weights of these lengths.
    pub(super) fn new(lengths: impl IntoIterator<Item = usize>) -> Self {
        let means: Vec<Vec<f32>> = lengths.into_iter().map(|length| vec![0.0; length]).collect();
        Self { squares: means.clone(), means, start: [1.0, 1.0] }
    }

    /// Moves the weights against the gradients. Gradients that are no numbers move nothing.
    pub(super) fn step(&mut self, weights: &mut [Vec<f32>], gradients: &[Vec<f32>], rate: f32) {
        let length = gradients.iter().flatten().map(|it| it * it).sum::<f32>().sqrt();
        if !length.is_finite() {
            return;
        }
        let shortened = if length > LONGEST { LONGEST / length } else { 1.0 };
        self.start = [self.start[0] * MEAN_MEMORY, self.start[1] * SQUARE_MEMORY];
        let [mean_share, square_share] = self.start.map(|left| 1.0 - left);
        let moments = self.means.iter_mut().zip(&mut self.squares);
        for ((weights, gradients), (means, squares)) in weights.iter_mut().zip(gradients).zip(moments) {
            let moments = means.iter_mut().zip(squares);
            for ((weight, gradient), (mean, square)) in weights.iter_mut().zip(gradients).zip(moments) {
                let gradient = gradient * shortened;
                *mean = MEAN_MEMORY * *mean + (1.0 - MEAN_MEMORY) * gradient;
                *square = SQUARE_MEMORY * *square + (1.0 - SQUARE_MEMORY) * gradient * gradient;
                *weight -= rate * (*mean / mean_share) / ((*square / square_share).sqrt() + EPSILON);
            }
        }
    }

    /// Whether it belongs to lists of these lengths and holds numbers only.
    pub(super) fn fits(&self, lengths: &[usize]) -> bool {
        let fits = |lists: &[Vec<f32>]| {
            lists.iter().map(Vec::len).eq(lengths.iter().copied())
                && lists.iter().flatten().all(|it| it.is_finite())
        };
        fits(&self.means)
            && fits(&self.squares)
            && self.start.iter().all(|it| (0.0..=1.0).contains(it))
            && self.squares.iter().flatten().all(|it| *it >= 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_the_bottom_of_a_bowl() {
        let (mut adam, mut weights) = (Adam::new([2]), vec![vec![3.0_f32, -5.0]]);
        for _ in 0..2000 {
            let gradients = vec![weights[0].iter().map(|weight| 2.0 * (weight - 1.0)).collect()];
            adam.step(&mut weights, &gradients, 0.01);
        }

        assert!(weights[0].iter().all(|weight| (weight - 1.0).abs() < 0.01), "{weights:?}");
    }

    #[test]
    fn gradients_that_are_no_numbers_move_nothing() {
        let (mut adam, mut weights) = (Adam::new([2]), vec![vec![3.0_f32, -5.0]]);
        let before = adam.clone();

        adam.step(&mut weights, &[vec![f32::NAN, 1.0]], 0.01);
        adam.step(&mut weights, &[vec![f32::INFINITY, 1.0]], 0.01);

        assert_eq!((weights, adam), (vec![vec![3.0, -5.0]], before));
    }
}
