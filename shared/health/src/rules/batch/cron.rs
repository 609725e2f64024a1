//! Schedules in cron's notation, as Kubernetes reads them.

use chiron_model::Timestamp;
use std::time::Duration;

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;
/// A schedule that does not fire within this many days never does: leap years may be 8 years apart.
const MAX_DAYS: i64 = 366 * 9;
const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// When something is to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Schedule {
    /// At the times that match, one bit for each value of a field.
    Times(Times),
    /// Again and again after that time.
    Every(Duration),
}

/// The five fields of a schedule as sets of bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Times {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Whether the day of the month, or of the week, is left open.
    is_any_day: bool,
    is_any_weekday: bool,
}

/// One field: its name, its bounds and the names that stand for numbers.
struct Field {
    name: &'static str,
    least: u64,
    most: u64,
    names: &'static [&'static str],
}

const MINUTES: Field = Field { name: "minute", least: 0, most: 59, names: &[] };
const HOURS: Field = Field { name: "hour", least: 0, most: 23, names: &[] };
const DAYS: Field = Field { name: "day of month", least: 1, most: 31, names: &[] };
const MONTH: Field = Field { name: "month", least: 1, most: 12, names: MONTHS };
const WEEKDAY: Field = Field { name: "day of week", least: 0, most: 6, names: WEEKDAYS };

impl Schedule {
    /// Reads five fields, or a shorthand such as `@daily` or `@every 1h30m`. The error says what is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(word) = text.strip_prefix('@') {
            return shorthand(word);
        }
        let fields: Vec<&str> = text.split_whitespace().take(8).collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            return Err(format!("expected 5 fields, got {}", fields.len()));
        };
        let is_any = |field: &str| field.starts_with(['*', '?']);
        Ok(Self::Times(Times {
            minutes: bits(minute, &MINUTES)?,
            hours: bits(hour, &HOURS)?,
            days: bits(day, &DAYS)?,
            months: bits(month, &MONTH)?,
            weekdays: bits(weekday, &WEEKDAY)?,
            is_any_day: is_any(day),
            is_any_weekday: is_any(weekday),
        }))
    }

    /// The first time after `after`, in UTC; `None` when there is none.
    pub(super) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Every(step) => Some(after.plus(*step)),
            Self::Times(times) => times.next(after.secs()).map(Timestamp::from_secs),
        }
    }
}

impl Times {
    fn next(&self, after: i64) -> Option<i64> {
        let first = after.div_euclid(MINUTE).checked_add(1)?.checked_mul(MINUTE)?;
        let today = first.div_euclid(DAY);
        (today..today.checked_add(MAX_DAYS)?).filter(|day| self.is_on(*day)).find_map(|day| {
            let from = if day == today { first.rem_euclid(DAY) } else { 0 };
            Some(day.checked_mul(DAY)? + self.within_a_day(from)?)
        })
    }

    /// The first second of a day that matches and is not before `from`.
    fn within_a_day(&self, from: i64) -> Option<i64> {
        (from / HOUR..24).filter(|hour| has(self.hours, *hour)).find_map(|hour| {
            let start = if hour == from / HOUR { from % HOUR / MINUTE } else { 0 };
            let minute = (start..60).find(|minute| has(self.minutes, *minute))?;
            Some(hour * HOUR + minute * MINUTE)
        })
    }

    /// Whether a day, counted since the epoch, matches. Where both days are given, one of them is enough.
    fn is_on(&self, day: i64) -> bool {
        let (month, day_of_month) = calendar(day);
        // 1970-01-01 was a Thursday.
        let weekday = has(self.weekdays, (day + 4).rem_euclid(7));
        let date = has(self.days, day_of_month);
        let is_day = if self.is_any_day || self.is_any_weekday { weekday && date } else { weekday || date };
        has(self.months, month) && is_day
    }
}

fn has(bits: u64, value: i64) -> bool {
    u32::try_from(value).is_ok_and(|it| bits.checked_shr(it).is_some_and(|rest| rest & 1 == 1))
}

/// Month and day of the month, in the Gregorian calendar, of a day counted since 1970-01-01.
fn calendar(day: i64) -> (i64, i64) {
    // Years are counted from March, so that the leap day is the last one of its year.
    let since = day + 719_468;
    let of_era = since.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month + 2) / 5 + 1;
    (if month < 10 { month + 3 } else { month - 9 }, day_of_month)
}

fn shorthand(word: &str) -> Result<Schedule, String> {
    let same = match word.trim() {
        "yearly" | "annually" => "0 0 1 1 *",
        "monthly" => "0 0 1 * *",
        "weekly" => "0 0 * * 0",
        "daily" | "midnight" => "0 0 * * *",
        "hourly" => "0 * * * *",
        other => {
            let step = other.strip_prefix("every ").and_then(duration);
            return step.map(Schedule::Every).ok_or_else(|| format!("@{other} is not a known shorthand"));
        }
    };
    Schedule::parse(same)
}

/// A length of time such as `1h30m`; at least a second.
fn duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut seconds = 0_u64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let amount: u64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next()?;
        let factor = match unit {
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(amount.checked_mul(factor)?)?;
        rest = &rest[digits + 1..];
    }
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

fn bits(text: &str, field: &Field) -> Result<u64, String> {
    text.split(',').try_fold(0, |bits, part| Ok(bits | range(part, field)?))
}

/// One part of a field: `*`, `5`, `1-5`, `*/10`, `10-50/5`, `mon-fri`.
fn range(part: &str, field: &Field) -> Result<u64, String> {
    let wrong = || format!("{part:?} is not a {} between {} and {}", field.name, field.least, field.most);
    let (span, step) = part.split_once('/').map_or((part, None), |(span, step)| (span, Some(step)));
    let step = match step {
        Some(step) => plain(step).filter(|it| *it > 0).ok_or_else(wrong)?,
        None => 1,
    };
    let (from, to) = match span.split_once('-') {
        _ if matches!(span, "*" | "?") => (field.least, field.most),
        Some((from, to)) => (number(from, field).ok_or_else(wrong)?, number(to, field).ok_or_else(wrong)?),
        None => {
            let from = number(span, field).ok_or_else(wrong)?;
            (from, if part.contains('/') { field.most } else { from })
        }
    };
    if from < field.least || to > field.most || from > to {
        return Err(wrong());
    }
    Ok((from..=to).filter(|it| (it - from).is_multiple_of(step)).fold(0, |bits, it| bits | 1 << it))
}

fn number(text: &str, field: &Field) -> Option<u64> {
    let name = text.to_ascii_lowercase();
    let named = field.names.iter().zip(field.least..).find(|(it, _)| **it == name);
    named.map_or_else(|| plain(text), |(_, number)| Some(number))
}

fn plain(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(schedule: &str, after: &str) -> String {
        let next = Schedule::parse(schedule).unwrap().next(after.parse().unwrap());
        next.map_or_else(|| "never".to_owned(), |it| it.to_string())
    }

    #[test]
    fn finds_the_next_time() {
        let after = "2026-11-21T04:17:29Z";

        assert_eq!(next("*/15 * * * *", after), "2026-11-21T04:30:00Z");
        assert_eq!(next("17 4 * * *", after), "2026-11-22T04:17:00Z");
        assert_eq!(next("0 3 * * mon-fri", after), "2026-11-23T03:00:00Z");
        assert_eq!(next("30 2 1 JAN *", after), "2027-01-01T02:30:00Z");
        assert_eq!(next("0 0 29 2 *", after), "2028-02-29T00:00:00Z");
        assert_eq!(next("5/20 12 ? * SUN", after), "2026-11-22T12:05:00Z");
        assert_eq!(next("@hourly", after), "2026-11-21T05:00:00Z");
        assert_eq!(next("@every 1h30m", after), "2026-11-21T05:47:29Z");
    }

    #[test]
    fn takes_either_day_where_both_are_given() {
        assert_eq!(next("0 0 13 * 5", "2026-11-21T00:00:00Z"), "2026-11-27T00:00:00Z");
        assert_eq!(next("0 0 24 * 5", "2026-11-21T00:00:00Z"), "2026-11-24T00:00:00Z");
        assert_eq!(next("0 0 */2 * 5", "2026-11-21T00:00:00Z"), "2026-11-27T00:00:00Z");
    }

    #[test]
    fn knows_days_that_do_not_exist() {
        assert_eq!(next("0 0 31 2 *", "2026-11-21T00:00:00Z"), "never");
    }

    #[test]
    fn refuses_what_is_not_a_schedule() {
        for text in
            ["", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7", "5-1 * * * *"]
        {
            assert!(Schedule::parse(text).is_err(), "{text}");
        }
        for text in [
            "*/0 * * * *",
            "a * * * *",
            "@fortnightly",
            "@every x",
            "1,,2 * * * *",
            "* * * * * *",
            "-1 * * * *",
        ] {
            assert!(Schedule::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn goes_on_at_the_ends_of_time() {
        let yearly = Schedule::parse("@yearly").unwrap();

        assert!(yearly.next(Timestamp::MAX).is_some());
        assert!(yearly.next(Timestamp::MIN).is_some());
        assert!(Schedule::parse("@every 99999999999999999999h").is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_a_panic(text in "[-0-9*/,?a-z@ ]{0,40}", secs in proptest::num::i64::ANY) {
            if let Ok(schedule) = Schedule::parse(&text) {
                let after = Timestamp::from_secs(secs);
                proptest::prop_assert!(schedule.next(after).is_none_or(|it| it >= after));
            }
        }

        #[test]
        fn days_follow_each_other(day in -200_000_i64..200_000) {
            let (month, date) = calendar(day);
            let (next_month, next_date) = calendar(day + 1);
            let is_same_month = next_month == month && next_date == date + 1;
            let is_next_month = next_month == month % 12 + 1 && next_date == 1 && date >= 28;
            proptest::prop_assert!(is_same_month || is_next_month);
        }
    }
}
