//! What a split is worth.

/// Bits that it takes to tell the classes of all samples, by the weight of each class.
pub(super) fn information(weights: &[f64]) -> f64 {
    let (mut all, mut told) = (0.0, 0.0);
    for weight in weights {
        all += weight;
        told += bits(*weight);
    }
    bits(all) - told
}

/// By how much merits may differ by chance: with probability `1 - delta` the mean of a variable of this range lies
/// no further from the mean of `weight` observations.
///
/// Source: Domingos and Hulten, Mining High-Speed Data Streams, KDD 2000.
pub(super) fn hoeffding_bound(range: f64, delta: f64, weight: f64) -> f64 {
    (range * range * (1.0 / delta).ln() / (2.0 * weight)).sqrt()
}

fn bits(weight: f64) -> f64 {
    if weight > 0.0 { weight * weight.log2() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_equal_classes_take_a_bit_a_sample() {
        assert!((information(&[5.0, 5.0]) - 10.0).abs() < 1e-12);
    }

    #[test]
    fn one_class_takes_nothing() {
        assert!(information(&[0.0, 9.0]).abs() < 1e-12);
    }
}
