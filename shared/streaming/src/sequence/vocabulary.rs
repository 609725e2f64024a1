//! Tokens by number.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Tokens that are told apart; all further ones are one token.
const MOST_TOKENS: usize = 4096;
/// Longer tokens are cut where they are shown, in characters.
const LONGEST_SHOWN: usize = 96;
/// Counts are halved when they reach this, so that old habits are forgotten.
const MOST_COUNTED: u32 = 1 << 20;

/// The number of a token.
pub(crate) type TokenId = u16;

/// The token of all tokens that came after the vocabulary was full.
const OTHER: TokenId = 0;

/// Tokens that were seen, and how often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Word>", into = "Vec<Word>")]
pub(crate) struct Vocabulary {
    ids: BTreeMap<u64, TokenId>,
    words: Vec<Word>,
    total: u64,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Word {
    hash: u64,
    shown: String,
    count: u32,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self::from(vec![Word { hash: 0, shown: "other".to_owned(), count: 0 }])
    }
}

impl From<Vec<Word>> for Vocabulary {
    fn from(mut words: Vec<Word>) -> Self {
        words.truncate(MOST_TOKENS + 1);
        let numbers = (0..).zip(&words).skip(1);
        let ids = numbers.map(|(id, word)| (word.hash, id)).collect();
        let total = words.iter().map(|word| u64::from(word.count)).sum();
        Self { ids, words, total }
    }
}

impl From<Vocabulary> for Vec<Word> {
    fn from(vocabulary: Vocabulary) -> Self {
        vocabulary.words
    }
}

impl Vocabulary {
    /// Tokens that can be told apart by now.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// The number of a token; none when it was never seen and there is room for it.
    pub(crate) fn id_of(&self, token: &str) -> Option<TokenId> {
        let is_full = self.words.len() > MOST_TOKENS;
        self.ids.get(&hash(token)).copied().or(is_full.then_some(OTHER))
    }

    /// The number of a token, which is added when it is new. Does not count it.
    pub(crate) fn add(&mut self, token: &str) -> TokenId {
        if let Some(id) = self.id_of(token) {
            return id;
        }
        let Ok(id) = TokenId::try_from(self.words.len()) else { return OTHER };
        let hash = hash(token);
        self.words.push(Word { hash, shown: token.chars().take(LONGEST_SHOWN).collect(), count: 0 });
        self.ids.insert(hash, id);
        id
    }

    /// Counts a token.
    pub(crate) fn count(&mut self, id: TokenId) {
        let Some(word) = self.words.get_mut(usize::from(id)) else { return };
        word.count = word.count.saturating_add(1);
        self.total += 1;
        if word.count >= MOST_COUNTED {
            self.words.iter_mut().for_each(|word| word.count /= 2);
            self.total = self.words.iter().map(|word| u64::from(word.count)).sum();
        }
    }

    /// Probability of a token anywhere; tokens that were never seen share what one sighting weighs.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(crate) fn probability(&self, id: Option<TokenId>) -> f64 {
        let count = id.and_then(|id| self.words.get(usize::from(id))).map_or(0, |word| word.count);
        (f64::from(count) + 1.0 / self.words.len() as f64) / (self.total as f64 + 1.0)
    }

    /// The token, as people read it.
    pub(crate) fn shown(&self, id: TokenId) -> &str {
        self.words.get(usize::from(id)).map_or("other", |word| &word.shown)
    }
}

/// A stable hash of 64 bits: FNV-1a with the last mixing of splitmix64.
pub(crate) fn hash(text: &str) -> u64 {
    let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (fnv ^ (fnv >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_beyond_the_most_are_one_token() {
        let mut vocabulary = Vocabulary::default();
        for number in 0..10_000 {
            vocabulary.add(&format!("token-{number}"));
        }

        assert_eq!(vocabulary.len(), MOST_TOKENS + 1);
        assert_eq!(vocabulary.id_of("token-9999"), Some(OTHER));
        assert_eq!(vocabulary.id_of("never seen"), Some(OTHER));
        assert_eq!(vocabulary.id_of("token-7"), Some(8));
    }

    #[test]
    fn what_is_seen_often_is_likely_anywhere() {
        let mut vocabulary = Vocabulary::default();
        let (often, once) = (vocabulary.add("often"), vocabulary.add("once"));
        (0..9).for_each(|_| vocabulary.count(often));
        vocabulary.count(once);

        let [often, once, never] = [Some(often), Some(once), None].map(|id| vocabulary.probability(id));

        assert!(often > once && once > never && never > 0.0, "{often} {once} {never}");
    }

    #[test]
    fn a_long_token_is_cut_where_it_is_shown() {
        let mut vocabulary = Vocabulary::default();
        let id = vocabulary.add(&"ä".repeat(5000));

        assert_eq!(vocabulary.shown(id).chars().count(), LONGEST_SHOWN);
    }
}
