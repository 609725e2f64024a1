//! Times as files write them: calendars and counts since 1970.

use chiron_model::Timestamp;
use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// Calendars without a zone, which are read as UTC.
const WITHOUT_ZONE: [&str; 6] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y/%m/%d %H:%M",
];

/// Calendars with a zone, besides RFC 3339.
const WITH_ZONE: [&str; 3] =
    ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f %#z", "%Y-%m-%dT%H:%M:%S%.f%#z"];

/// How much a written time says of itself, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Notation {
    /// A calendar, of an unknown place.
    Calendar,
    /// Seconds, or parts of them, since 1970.
    Count,
    /// A calendar and its distance to UTC.
    CalendarWithZone,
}

/// Reads a calendar with or without a zone, or a count since 1970 in seconds, ms, µs or ns, whichever gives a year before
/// 5138; nothing for what is no time, or not between the years 1678 and 2262.
pub(crate) fn moment(text: &str) -> Option<(Timestamp, Notation)> {
    let text = text.trim();
    if let Some(time) = count(text) {
        return Some((time, Notation::Count));
    }
    if let Some(time) = with_zone(text) {
        return Some((time, Notation::CalendarWithZone));
    }
    without_zone(text).map(|time| (time, Notation::Calendar))
}

/// Reads seconds since 1970, exactly.
pub(crate) fn seconds(text: &str) -> Option<Timestamp> {
    scaled(text, 1_000_000_000)
}

/// A time from milliseconds since 1970; nothing outside the years 1678 to 2262.
pub(crate) fn millis(millis: i64) -> Option<Timestamp> {
    millis.checked_mul(1_000_000).map(Timestamp::from_nanos)
}

fn count(text: &str) -> Option<Timestamp> {
    let size = text.parse::<f64>().ok().filter(|it| it.is_finite())?.abs();
    let unit = match size {
        size if size < 1e11 => 1_000_000_000,
        size if size < 1e14 => 1_000_000,
        size if size < 1e17 => 1_000,
        _ => 1,
    };
    scaled(text, unit)
}

/// Reads a number of units of so many nanoseconds. Digits are read as digits, because a float cannot hold them all.
fn scaled(text: &str, unit: i128) -> Option<Timestamp> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_plain = !(whole.is_empty() && part.is_empty())
        && whole.len() <= 20
        && whole.bytes().chain(part.bytes()).all(|it| it.is_ascii_digit());
    if !is_plain {
        return rounded(text, unit);
    }
    let mut nanos = whole.parse::<i128>().unwrap_or(0) * unit;
    let mut place = unit;
    for digit in part.bytes() {
        place /= 10;
        nanos += i128::from(digit - b'0') * place;
    }
    i64::try_from(sign * nanos).ok().map(Timestamp::from_nanos)
}

/// Reads numbers such as `1.7e9`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the range is checked, and a number in this notation is not exact"
)]
fn rounded(text: &str, unit: i128) -> Option<Timestamp> {
    let nanos = text.parse::<f64>().ok()? * unit as f64;
    (nanos.abs() < 9.2e18).then(|| Timestamp::from_nanos(nanos as i64))
}

fn with_zone(text: &str) -> Option<Timestamp> {
    // Go prints its own clock, and the name of the zone, behind the distance: `+0000 UTC m=+0.113`.
    let text = text.split_once(" m=").map_or(text, |(time, _)| time);
    let (text, is_utc) = text.strip_suffix(" UTC").map_or((text, false), |time| (time, true));
    let by_format = |format: &&str| DateTime::parse_from_str(text, format).ok();
    let parsed = DateTime::parse_from_rfc3339(text).ok().or_else(|| WITH_ZONE.iter().find_map(by_format));
    match parsed {
        Some(time) => time.timestamp_nanos_opt().map(Timestamp::from_nanos),
        None if is_utc => without_zone(text),
        None => None,
    }
}

fn without_zone(text: &str) -> Option<Timestamp> {
    let mut parsed =
        WITHOUT_ZONE.iter().filter_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    let time = parsed.next().or_else(day)?;
    time.and_utc().timestamp_nanos_opt().map(Timestamp::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        moment(text).map_or_else(|| "no time".to_owned(), |(time, _)| time.to_string())
    }

    #[test]
    fn reads_calendars() {
        for text in [
            "2022-08-22T03:51:19Z",
            "2022-08-22 03:51:19",
            "2022-08-22T03:51:19",
            "2022-08-22T05:51:19+02:00",
            "2022-08-22 05:51:19+02:00",
            "2022-08-22 03:51:19 +0000 UTC",
            "2022-08-22 03:51:19 UTC",
            "2022/08/22 03:51:19",
            " 2022-08-22 03:51:19 ",
        ] {
            assert_eq!(read(text), "2022-08-22T03:51:19Z", "{text}");
        }
        assert_eq!(read("2022-08-22"), "2022-08-22T00:00:00Z");
        assert_eq!(read("2022-08-22 03:51"), "2022-08-22T03:51:00Z");
    }

    #[test]
    fn reads_what_go_prints() {
        let text = "2022-08-22 03:51:19.607158889 +0000 UTC m=+0.113112869";

        assert_eq!(read(text), "2022-08-22T03:51:19.607158889Z");
    }

    #[test]
    fn tells_the_unit_of_a_count_by_its_size() {
        for text in ["1661140279", "1661140279.0", "1661140279000", "1661140279000000", "1661140279000000000"]
        {
            assert_eq!(read(text), "2022-08-22T03:51:19Z", "{text}");
        }
    }

    #[test]
    fn loses_no_digit_of_a_count() {
        assert_eq!(read("1661140279.123456789"), "2022-08-22T03:51:19.123456789Z");
        assert_eq!(read("-0.5"), "1969-12-31T23:59:59.500Z");
        assert_eq!(read("1.661140279e9"), "2022-08-22T03:51:19Z");
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "-",
            ".",
            "12:00:00",
            "NaN",
            "inf",
            "1e300",
            "1e25",
            "9223372036854775808",
            "99999-01-01",
            "x",
        ] {
            assert_eq!(read(text), "no time", "{text}");
        }
    }

    #[test]
    fn a_zone_says_more_than_a_count_and_a_count_more_than_a_calendar() {
        let notation = |text| moment(text).unwrap().1;

        assert!(notation("2022-08-22 03:51:19") < notation("1661140279"));
        assert!(notation("1661140279") < notation("2022-08-22T03:51:19Z"));
    }
}
