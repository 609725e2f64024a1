//! What follows after which tokens: a Markov model of variable order.

use super::vocabulary::TokenId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Tokens before the next one that are looked at.
pub(crate) const DEPTH: usize = 3;
/// Contexts that are kept.
const MOST_CONTEXTS: usize = 8192;
/// Successors that are kept of a context; only the empty one has more.
const MOST_SUCCESSORS: usize = 32;
/// Counts of a context are halved when they reach this, so that old habits are forgotten.
const MOST_COUNTED: u32 = 4096;

/// What followed after the last 0 to 3 tokens, and how often.
///
/// Probabilities of all orders are blended: each context keeps for the shorter one as many sightings as it has different
/// successors (method C), and a token counts in shorter contexts only where a longer one did not know it (update
/// exclusion). Sources: Cleary and Witten, IEEE Trans. Communications 32(4), 1984; Moffat, IEEE Trans. Communications
/// 38(11), 1990.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Contexts {
    nodes: BTreeMap<u64, Context>,
}

/// What followed after some tokens, by number of the token.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Context {
    total: u32,
    next: Vec<(TokenId, u32)>,
}

impl Contexts {
    /// Probability of `token` after `recent`, of which the last is the newest, among `known` tokens and one unknown.
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    pub(super) fn probability(&self, recent: &[TokenId], token: Option<TokenId>, known: usize) -> f64 {
        let uniform = 1.0 / (known as f64 + 1.0);
        self.known(recent).fold(uniform, |shorter, context| {
            let count = token.map_or(0, |token| context.count(token));
            let kept = context.next.len() as f64;
            (f64::from(count) + kept * shorter) / (f64::from(context.total) + kept)
        })
    }

    /// The likeliest tokens after `recent`, at most `most`, with their probabilities.
    pub(super) fn expected(&self, recent: &[TokenId], known: usize, most: usize) -> Vec<(TokenId, f64)> {
        let mut candidates: Vec<TokenId> = Vec::new();
        let all: Vec<&Context> = self.known(recent).collect();
        // The empty context has many successors, and is asked only when no longer one is known.
        let longer = if all.len() > 1 { &all[1..] } else { &all[..] };
        for context in longer {
            candidates.extend(context.likeliest(most));
        }
        candidates.sort_unstable();
        candidates.dedup();
        let mut expected: Vec<(TokenId, f64)> = candidates
            .into_iter()
            .map(|token| (token, self.probability(recent, Some(token), known)))
            .collect();
        expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        expected.truncate(most);
        expected
    }

    /// Learns that `token` followed after `recent`.
    pub(super) fn learn(&mut self, recent: &[TokenId], token: TokenId) {
        for order in (0..=recent.len().min(DEPTH)).rev() {
            let context = self.nodes.entry(key(recent, order)).or_default();
            let is_known = context.count(token) > 0;
            context.add(token, if order == 0 { usize::MAX } else { MOST_SUCCESSORS });
            if is_known {
                break;
            }
        }
        if self.nodes.len() > MOST_CONTEXTS {
            self.forget();
        }
    }

    /// Whether the numbers of all tokens are below `known`.
    pub(super) fn fits(&self, known: usize) -> bool {
        self.nodes.values().all(|context| {
            context.next.iter().all(|(token, count)| usize::from(*token) < known && *count > 0)
                && context.next.is_sorted_by(|a, b| a.0 < b.0)
                && context.total == context.next.iter().map(|it| it.1).fold(0, u32::saturating_add)
        })
    }

    /// The contexts of `recent` that are known, the shortest first.
    fn known<'a>(&'a self, recent: &'a [TokenId]) -> impl Iterator<Item = &'a Context> {
        (0..=recent.len().min(DEPTH)).filter_map(|order| self.nodes.get(&key(recent, order)))
    }

    /// Halves all counts until a quarter of the room is free.
    fn forget(&mut self) {
        while self.nodes.len() > MOST_CONTEXTS / 4 * 3 {
            self.nodes.retain(|_, context| {
                context.halve();
                context.total > 0
            });
        }
    }
}

impl Context {
    fn count(&self, token: TokenId) -> u32 {
        self.next.binary_search_by_key(&token, |it| it.0).map_or(0, |place| self.next[place].1)
    }

    fn add(&mut self, token: TokenId, most: usize) {
        if self.total >= MOST_COUNTED {
            self.halve();
        }
        if let Ok(place) = self.next.binary_search_by_key(&token, |it| it.0) {
            self.next[place].1 += 1;
        } else {
            if self.next.len() >= most {
                self.drop_rarest();
            }
            let place = self.next.partition_point(|it| it.0 < token);
            self.next.insert(place, (token, 1));
        }
        self.total += 1;
    }

    fn halve(&mut self) {
        self.next.retain_mut(|(_, count)| {
            *count /= 2;
            *count > 0
        });
        self.total = self.next.iter().map(|it| it.1).sum();
    }

    fn drop_rarest(&mut self) {
        let rarest = self.next.iter().enumerate().min_by_key(|(_, it)| it.1).map(|(place, _)| place);
        if let Some(place) = rarest {
            self.total -= self.next.remove(place).1;
        }
    }

    fn likeliest(&self, most: usize) -> impl Iterator<Item = TokenId> {
        let mut best: Vec<(TokenId, u32)> = Vec::with_capacity(most + 1);
        for &(token, count) in &self.next {
            let place = best.partition_point(|it| it.1 >= count);
            if place < most {
                best.insert(place, (token, count));
                best.truncate(most);
            }
        }
        best.into_iter().map(|it| it.0)
    }
}

/// The key of the context of the newest `order` tokens: exact, 16 bits for each of them and for the order.
fn key(recent: &[TokenId], order: usize) -> u64 {
    let newest = &recent[recent.len() - order..];
    newest.iter().fold(order as u64, |key, token| (key << 16) | u64::from(*token))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(sequence: &[TokenId]) -> Contexts {
        let mut contexts = Contexts::default();
        for end in 1..sequence.len() {
            contexts.learn(&sequence[end.saturating_sub(DEPTH)..end], sequence[end]);
        }
        contexts
    }

    #[test]
    fn probabilities_of_all_tokens_add_up_to_one() {
        let contexts = learned(&[1, 2, 3, 1, 2, 4, 1, 2, 3, 3, 2, 1, 4]);

        for recent in [&[1, 2][..], &[3, 1, 2], &[4, 4, 4], &[]] {
            let known = (0..5).map(|token| contexts.probability(recent, Some(token), 5)).sum::<f64>();
            let sum = known + contexts.probability(recent, None, 5);
            assert!((sum - 1.0).abs() < 1e-12, "{recent:?}: {sum}");
        }
    }

    #[test]
    fn what_always_followed_is_expected_first() {
        let contexts = learned(&[1, 2, 3].repeat(20));

        let expected = contexts.expected(&[3, 1, 2], 4, 3);

        assert_eq!(expected[0].0, 3);
        assert!(expected[0].1 > 0.9, "{expected:?}");
    }

    #[test]
    fn contexts_and_successors_stay_within_their_bounds() {
        let mut contexts = Contexts::default();
        let mut state = 1_u32;
        let mut recent = vec![0; DEPTH];
        for _ in 0..60_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let token = TokenId::try_from(state >> 20).unwrap();
            contexts.learn(&recent, token);
            recent.rotate_left(1);
            recent[DEPTH - 1] = token;
            assert!(contexts.nodes.len() <= MOST_CONTEXTS);
        }
        let empty = key(&[], 0);
        let longer = contexts.nodes.iter().filter(|(key, _)| **key != empty);
        assert!(longer.into_iter().all(|(_, context)| context.next.len() <= MOST_SUCCESSORS));
        assert!(contexts.fits(4097));
    }

    #[test]
    fn keys_of_different_orders_differ() {
        assert_ne!(key(&[0, 0], 1), key(&[0, 0], 2));
        assert_ne!(key(&[], 0), key(&[0], 1));
        assert_ne!(key(&[1, 2], 2), key(&[2, 1], 2));
    }
}
