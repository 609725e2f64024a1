//! Randomness of texts.

/// Whether a text looks like a random key: one long word of mixed letters and digits with no order in it.
pub(crate) fn is_random(text: &str) -> bool {
    const LEAST_BITS: f64 = 4.3;
    (32..=256).contains(&text.len())
        && is_one_mixed_word(text)
        && !is_identifier(text)
        && bits(text) >= LEAST_BITS
}

fn is_one_mixed_word(text: &str) -> bool {
    let is_word = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=_-".contains(&b));
    let has = |test: fn(&u8) -> bool| text.as_bytes().iter().filter(|b| test(b)).count() >= 3;
    is_word && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit)
}

/// Paths, hyphenated names and UUIDs are long words too.
fn is_identifier(text: &str) -> bool {
    let longest = text.split(['/', '-', '_']).map(str::len).max().unwrap_or(0);
    longest < 20
}

/// Shannon entropy, in bits a character.
#[expect(clippy::cast_precision_loss, reason = "texts are short")]
fn bits(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = text.len() as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / length)
        .map(|p| -p * p.log2())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_key_is_random() {
        assert!(is_random("q7Zp2LxVt9KwB4sNc8RmY1hUe6GjD3fA"));
    }

    #[test]
    fn names_digests_and_sentences_are_not() {
        for text in [
            "16d4c82eebd1346ff07eba45cf800741cd7417c93e72323b7fa98ab6ea2a8663",
            "b6386f2e-c4b0-4cec-9aa8-75076421ef83",
            "My-Long-Deployment-Name-2-With-Many-Parts-7-And-Words-9",
            "Deployment does not have minimum availability.",
        ] {
            assert!(!is_random(text), "{text}");
        }
    }
}
