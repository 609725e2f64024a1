//! What somebody meant who typed a name that is not there.

use std::cmp::Reverse;

/// Names that are offered.
const MAX_NAMES: usize = 3;
/// Longer words are no names.
const MAX_LENGTH: usize = 64;

/// The names that are most like `wanted`: those that hold it, or a part of it, and those that differ by few letters.
pub(super) fn nearest(wanted: &str, names: &[&'static str]) -> Vec<&'static str> {
    if wanted.is_empty() || wanted.len() > MAX_LENGTH {
        return Vec::new();
    }
    let unlikeness = |name: &str| {
        let letters = distance(wanted, name);
        let is_part = name.contains(wanted) || wanted.contains(name);
        let shared = parts(wanted).filter(|part| parts(name).any(|it| it == *part)).count();
        let is_like = is_part || shared > 0 || letters <= wanted.len() / 3;
        is_like.then_some((!is_part, Reverse(shared), letters))
    };
    let mut found: Vec<_> = names.iter().filter_map(|name| Some((unlikeness(name)?, *name))).collect();
    found.sort_unstable();
    found.into_iter().take(MAX_NAMES).map(|(_, name)| name).collect()
}

fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split('-').filter(|part| part.len() > 2)
}

/// How many letters must be put in, taken away or replaced to make one word of the other.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (done, letter) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = done + 1;
        for (at, other) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &[&str] = &["claim-pending", "crash-loop", "job-failed", "volume-failed"];

    #[test]
    fn letters_that_differ_are_counted() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn slips_and_parts_are_understood() {
        assert_eq!(nearest("crashloop", NAMES), ["crash-loop"]);
        assert_eq!(nearest("crash", NAMES), ["crash-loop"]);
        assert_eq!(nearest("pod-failed", NAMES), ["job-failed", "volume-failed"]);
    }

    #[test]
    fn what_is_like_nothing_has_no_neighbour() {
        assert!(nearest("quota", NAMES).is_empty());
        assert!(nearest("", NAMES).is_empty());
    }
}
