//! Which split a family belongs to.

use chiron_model::{Digest, Split};

/// The split of a family: 80 of 100 train, 10 validation, 10 test. It never changes, so that later versions of a
/// dataset do not move an incident from test to train.
#[must_use]
pub fn split_of(family: &str) -> Split {
    let digest = Digest::of(family.as_bytes());
    let number = u32::from_str_radix(digest.as_str().get(..8).unwrap_or("0"), 16).unwrap_or(0) % 100;
    match number {
        0..80 => Split::Train,
        80..90 => Split::Validation,
        _ => Split::Test,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_spread_over_all_splits() {
        let splits: Vec<Split> = (0..1000).map(|n| split_of(&format!("family-{n}"))).collect();
        let share = |split| splits.iter().filter(|it| **it == split).count();

        assert!((740..860).contains(&share(Split::Train)));
        assert!(share(Split::Validation) > 60 && share(Split::Test) > 60);
    }
}
