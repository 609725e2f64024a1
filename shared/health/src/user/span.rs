//! Spans of time as people write them.

use std::time::Duration;

/// The longest time that a rule may wait.
const LONGEST: Duration = Duration::from_hours(7 * 24);

/// `90s`, `5m`, `1h30m` or `2d`; at most a week.
///
/// # Errors
/// What was wanted.
pub(super) fn span(text: &str) -> Result<Duration, String> {
    let wanted =
        || format!("{text:?} is no span of time: write numbers with s, m, h or d, such as 30s or 1h30m");
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|it: char| !it.is_ascii_digit()).ok_or_else(wanted)?;
        let number: u64 = rest[..digits].parse().map_err(|_| wanted())?;
        let mut after = rest[digits..].chars();
        let unit = match after.next() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3_600,
            Some('d') => 86_400,
            _ => return Err(wanted()),
        };
        rest = after.as_str();
        total = total.saturating_add(Duration::from_secs(number.saturating_mul(unit)));
    }
    if text.is_empty() {
        return Err(wanted());
    }
    if total > LONGEST {
        Err(format!("{text} is longer than a week, which is the longest"))
    } else {
        Ok(total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read() {
        assert_eq!(span("0s"), Ok(Duration::ZERO));
        assert_eq!(span("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(span("1h30m"), Ok(Duration::from_mins(90)));
        assert_eq!(span("7d"), Ok(LONGEST));
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in [
            "",
            "30",
            "s",
            "5 m",
            "-5m",
            "1.5h",
            "5w",
            "8d",
            "99999999999999999999s",
            "18446744073709551615d",
        ] {
            assert!(span(text).is_err(), "{text}");
        }
    }
}
