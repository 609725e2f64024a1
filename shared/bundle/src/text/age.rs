//! Ages, counts and times as kubectl writes them.

use chiron_model::Timestamp;
use chrono::DateTime;

/// An age column: `3m30s (x256 over 58m)`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen<'t> {
    /// How long ago the last time was.
    pub(super) last: &'t str,
    /// How often, when the text says.
    pub(super) count: Option<i64>,
    /// How long ago the first time was.
    pub(super) first: Option<&'t str>,
}

/// Parts an age column.
pub(super) fn seen(text: &str) -> Seen<'_> {
    let (last, rest) = text.split_once('(').unwrap_or((text, ""));
    let rest = rest.trim_end_matches(')');
    let (count, first) =
        rest.split_once(" over ").map_or((rest, None), |(count, first)| (count, Some(first.trim())));
    Seen {
        last: last.trim(),
        count: count.trim().strip_prefix('x').and_then(|count| count.parse().ok()),
        first,
    }
}

/// A restart column, `27 (43s ago)`, as number and age.
pub(super) fn restarts(text: &str) -> Option<(i64, Option<&str>)> {
    let (count, rest) = text.split_once('(').unwrap_or((text, ""));
    let count: u32 = count.trim().parse().ok()?;
    let ago = rest.trim_end_matches(')').trim_end().strip_suffix("ago").map(str::trim);
    Some((count.into(), ago))
}

/// A time such as `Tue, 12 Aug 2025 05:45:20 +0200` in the form of the API.
pub(super) fn time(text: &str) -> Option<String> {
    // The day of the week says nothing new and is wrong in texts that were edited.
    let date = text.split_once(", ").map_or(text, |(_, date)| date);
    let parsed = DateTime::parse_from_str(date.trim(), "%d %b %Y %H:%M:%S %z").ok()?;
    Some(Timestamp::from_secs(parsed.timestamp()).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_parted() {
        assert_eq!(
            seen("3m30s (x256 over 58m)"),
            Seen { last: "3m30s", count: Some(256), first: Some("58m") }
        );
        assert_eq!(seen("58m"), Seen { last: "58m", count: None, first: None });
        assert_eq!(restarts("27 (43s ago)"), Some((27, Some("43s"))));
        assert_eq!(restarts("0"), Some((0, None)));
        assert_eq!(restarts("-1"), None);
    }

    #[test]
    fn times_are_in_utc() {
        assert_eq!(time("Tue, 12 Aug 2025 05:45:20 +0200").as_deref(), Some("2025-08-12T03:45:20Z"));
        assert_eq!(time("<unset>"), None);
    }
}
