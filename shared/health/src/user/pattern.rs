//! Regular expressions, compiled once: CEL would compile them for each text.

use regex::{Regex, RegexBuilder};
use std::{
    collections::BTreeMap,
    sync::{LazyLock, Mutex, PoisonError},
};

/// Patterns that are kept. Rules have few; those that come from objects may be many.
const KEPT: usize = 256;
/// Bytes of one compiled pattern.
const MAX_SIZE: usize = 1 << 20;

static COMPILED: LazyLock<Mutex<BTreeMap<String, Regex>>> = LazyLock::new(Mutex::default);

/// Whether a pattern is found in a text.
///
/// # Errors
/// What is wrong with the pattern.
pub(super) fn is_found(pattern: &str, text: &str) -> Result<bool, String> {
    compiled(pattern).map(|it| it.is_match(text))
}

fn compiled(pattern: &str) -> Result<Regex, String> {
    let mut known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(it) = known.get(pattern) {
        return Ok(it.clone());
    }
    let built = RegexBuilder::new(pattern).size_limit(MAX_SIZE).build().map_err(|it| it.to_string())?;
    if known.len() >= KEPT {
        known.clear();
    }
    known.insert(pattern.to_owned(), built.clone());
    Ok(built)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pattern_is_found_anywhere() {
        assert_eq!(is_found("b+", "abba"), Ok(true));
        assert_eq!(is_found("^b", "abba"), Ok(false));
        assert!(is_found("(", "").unwrap_err().contains("unclosed group"));
        assert!(is_found("(a{1000}){1000}", "").is_err());
    }

    #[test]
    fn few_patterns_are_kept() {
        for number in 0..2 * KEPT {
            assert_eq!(is_found(&format!("^x{number}$"), "x"), Ok(false));
        }

        assert!(COMPILED.lock().unwrap().len() <= KEPT);
    }
}
