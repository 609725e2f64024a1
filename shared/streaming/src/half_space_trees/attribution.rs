//! Which features make a sample unusual.

/// The share of each feature, together 1; equal shares when no feature alone makes a difference.
///
/// `sum` tells how much mass is near a sample. Both ends of the Shapley value are looked at: the feature as the last
/// and as the first that differs from the middle. With the last alone, two features that are both unusual would
/// hide each other.
pub(super) fn shares(mut sample: Vec<u16>, mut middles: Vec<u16>, sum: impl Fn(&[u16]) -> u64) -> Vec<f32> {
    let (whole, ordinary) = (sum(&sample), sum(&middles));
    let gains: Vec<u64> = (0..sample.len())
        .map(|feature| {
            let (value, middle) = (sample[feature], middles[feature]);
            (sample[feature], middles[feature]) = (middle, value);
            let gain = sum(&sample).saturating_sub(whole) + ordinary.saturating_sub(sum(&middles));
            (sample[feature], middles[feature]) = (value, middle);
            gain
        })
        .collect();
    parts(&gains)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "shares need few digits")]
fn parts(gains: &[u64]) -> Vec<f32> {
    let total: u64 = gains.iter().sum();
    if total == 0 {
        return vec![1.0 / gains.len() as f32; gains.len()];
    }
    gains.iter().map(|gain| (*gain as f64 / total as f64) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten samples near the middle of two features, one elsewhere.
    fn sum(sample: &[u16]) -> u64 {
        if sample.iter().all(|value| (40..60).contains(value)) { 10 } else { 1 }
    }

    #[test]
    fn the_feature_that_leaves_the_crowd_has_the_whole_share() {
        assert_eq!(shares(vec![90, 55], vec![50, 50], sum), [1.0, 0.0]);
    }

    #[test]
    fn two_unusual_features_do_not_hide_each_other() {
        assert_eq!(shares(vec![90, 10, 45], vec![50, 50, 50], sum), [0.5, 0.5, 0.0]);
    }

    #[test]
    fn the_blame_is_shared_when_no_feature_alone_matters() {
        assert_eq!(shares(vec![45, 55], vec![50, 50], sum), [0.5, 0.5]);
    }
}
