//! Replaces credentials in texts.

use crate::{
    entropy::is_random,
    names::{is_placeholder, is_sensitive},
    shapes::{SHAPES, compile},
};
use aho_corasick::AhoCorasick;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chiron_model::{Piece, marker, pieces};
use hmac::{Hmac, Mac};
use regex::{Captures, Regex};
use sha2::Sha256;
use std::{borrow::Cow, sync::OnceLock};

/// Groups of a pattern that may hold the credential.
const GROUPS: [&str; 4] = ["s", "q", "a", "e"];

/// Finds credentials and puts a keyed hash in their place. Equal credentials get equal hashes; without the key nobody
/// can test a guess against them.
pub struct Redactor {
    key: Vec<u8>,
    literals: AhoCorasick,
    /// The shape that each literal belongs to.
    owners: Vec<usize>,
    /// Compiled when a literal of the shape first occurs: most never do, and compiling takes milliseconds.
    patterns: Vec<OnceLock<Option<Regex>>>,
}

impl Redactor {
    /// A redactor whose hashes depend on `key`.
    ///
    /// # Panics
    /// Never: the literals are constant.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the literals are constant")]
    pub fn new(key: &[u8]) -> Self {
        let patterns = SHAPES.iter().map(|_| OnceLock::new()).collect();
        let literals = SHAPES.iter().flat_map(|shape| shape.literals.iter().copied());
        let owners = SHAPES
            .iter()
            .enumerate()
            .flat_map(|(index, shape)| shape.literals.iter().map(move |_| index))
            .collect();
        let literals = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(literals)
            .expect("a few hundred short literals");
        Self { key: key.to_vec(), literals, owners, patterns }
    }

    /// What stands in place of `secret`.
    ///
    /// # Panics
    /// Never: HMAC takes keys of any length.
    #[must_use]
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    pub fn mark(&self, kind: &str, secret: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("any key length");
        mac.update(secret.as_bytes());
        let hash = mac.finalize().into_bytes();
        let hash: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        marker(kind, &hash)
    }

    /// The text without credentials that can be told by their shape.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if text.len() < 8 {
            return Cow::Borrowed(text);
        }
        let mut result = Cow::Borrowed(text);
        for index in self.shapes_in(text) {
            let Some(pattern) = self.pattern(index) else { continue };
            if pattern.is_match(&result) {
                let kind = SHAPES[index].kind;
                let replaced = between_marks(&result, |part| {
                    pattern.replace_all(part, |found: &Captures<'_>| self.replace(kind, found))
                });
                result = Cow::Owned(replaced);
            }
        }
        match self.base64(&result) {
            Some(cleaned) => Cow::Owned(cleaned),
            None => result,
        }
    }

    /// The text stored under `name` without credentials that can be told by name, shape or randomness.
    #[must_use]
    pub fn named<'a>(&self, name: &str, text: &'a str) -> Cow<'a, str> {
        if is_sensitive(name) && !is_placeholder(text) {
            return Cow::Owned(self.mark("named", text));
        }
        let cleaned = self.text(text);
        if is_random(cleaned.trim()) { Cow::Owned(self.mark("random", text)) } else { cleaned }
    }

    fn pattern(&self, index: usize) -> Option<&Regex> {
        self.patterns[index].get_or_init(|| compile(&SHAPES[index])).as_ref()
    }

    /// The shapes whose literals occur in the text, in their order.
    fn shapes_in(&self, text: &str) -> Vec<usize> {
        let mut shapes: Vec<usize> = self
            .literals
            .find_overlapping_iter(text)
            .map(|found| self.owners[found.pattern().as_usize()])
            .collect();
        shapes.sort_unstable();
        shapes.dedup();
        shapes
    }

    fn replace(&self, kind: &str, found: &Captures<'_>) -> String {
        let whole = &found[0];
        let Some(secret) = GROUPS.iter().find_map(|name| found.name(name)) else {
            return self.mark(kind, whole);
        };
        if is_harmless(kind, whole, secret.as_str()) {
            return whole.to_owned();
        }
        let start = secret.start() - found.get(0).map_or(0, |it| it.start());
        let end = start + secret.as_str().len();
        format!("{}{}{}", &whole[..start], self.mark(kind, secret.as_str()), &whole[end..])
    }

    /// Looks into words of base64, one level deep.
    fn base64(&self, text: &str) -> Option<String> {
        const SHORTEST: usize = 24;
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
        let mut result = None;
        for word in text.split(|c| !is_base64(c)).filter(|word| word.len() >= SHORTEST) {
            if self.decodes_to_secret(word) {
                let current = result.get_or_insert_with(|| text.to_owned());
                *current = current.replace(word, &self.mark("base64", word));
            }
        }
        result
    }

    fn decodes_to_secret(&self, word: &str) -> bool {
        // A word cut from running text may have lost its last characters.
        let whole = &word[..word.len() - usize::from(word.len() % 4 == 1)];
        let Ok(bytes) = STANDARD_NO_PAD.decode(whole) else { return false };
        let Ok(text) = String::from_utf8(bytes) else { return false };
        self.shapes_in(&text).into_iter().any(|index| {
            let Some(pattern) = self.pattern(index) else { return false };
            pattern.captures_iter(&text).any(|found| {
                let secret = GROUPS.iter().find_map(|name| found.name(name));
                secret.is_none_or(|secret| !is_harmless(SHAPES[index].kind, &found[0], secret.as_str()))
            })
        })
    }
}

/// What has the shape of a credential by accident.
fn is_harmless(kind: &str, whole: &str, secret: &str) -> bool {
    match kind {
        "assignment" | "flag" | "element" => {
            let name = whole
                .trim_start_matches('<')
                .split([':', '=', ' ', '>', '"', '\\', '\''])
                .next()
                .unwrap_or(whole);
            !is_sensitive(name) || is_placeholder(secret)
        }
        // `token authentication` is prose; a token has digits or capitals inside.
        "authorization" => {
            let inner = &secret[1..];
            !inner.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) || is_placeholder(secret)
        }
        _ => is_placeholder(secret),
    }
}

/// Replaces parts of a text, but nothing inside the marks of what was replaced before.
fn between_marks<'a>(text: &'a str, replace: impl Fn(&'a str) -> Cow<'a, str>) -> String {
    let clean = |piece: Piece<'a>| match piece {
        Piece::Plain(text) => replace(text),
        Piece::Mark { text, .. } => Cow::Borrowed(text),
    };
    pieces(text).into_iter().map(clean).collect()
}
