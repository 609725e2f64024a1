//! With which weight a tree learns a sample.

use crate::hoeffding_tree::Random;

/// Draws numbers of a Poisson distribution.
#[derive(Clone, Debug)]
pub(super) struct Poisson {
    /// Probabilities that a number is no larger than the place, as parts of 2^32.
    below: Vec<u64>,
}

impl Poisson {
    /// Source: the sequential search of Devroye, Non-Uniform Random Variate Generation, 1986, section X.3.
    pub(super) fn new(lambda: f64) -> Self {
        /// Numbers beyond are not drawn: at the largest mean, 32, one in 10^12 would be.
        const MOST: u8 = 80;
        let mut probability = (-lambda).exp();
        let mut sum = 0.0;
        let below = (1..=MOST).map(|number| {
            sum += probability;
            probability *= lambda / f64::from(number);
            parts(sum)
        });
        Self { below: below.collect() }
    }

    pub(super) fn draw(&self, random: &mut Random) -> u32 {
        let drawn = random.next() >> 32;
        (0..).zip(&self.below).find(|(_, below)| drawn < **below).map_or(0, |(number, _)| number)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in 0..=2^32")]
fn parts(share: f64) -> u64 {
    (share * 4_294_967_296.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_mean_and_the_variance_of_the_distribution() {
        for lambda in [0.5, 6.0, 32.0] {
            let (poisson, mut random) = (Poisson::new(lambda), Random::new(3));

            let drawn: Vec<f64> = (0..20_000).map(|_| f64::from(poisson.draw(&mut random))).collect();

            let mean = drawn.iter().sum::<f64>() / 20_000.0;
            let variance = drawn.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / 20_000.0;
            assert!((mean / lambda - 1.0).abs() < 0.04, "{mean}");
            assert!((variance / lambda - 1.0).abs() < 0.06, "{variance}");
        }
    }
}
