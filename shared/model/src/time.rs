//! Points in time.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, time::Duration};

/// A point in time, in nanoseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

/// A text is not a time that can be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected an RFC 3339 time between the years 1678 and 2262, got {0:?}")]
pub struct InvalidTime(String);

impl Timestamp {
    /// Before every event.
    pub const MIN: Self = Self(i64::MIN);
    /// After every event.
    pub const MAX: Self = Self(i64::MAX);

    /// A time from nanoseconds since the epoch.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// A time from seconds since the epoch.
    #[must_use]
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000_000_000))
    }

    /// Nanoseconds since the epoch.
    #[must_use]
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }

    /// Seconds from `earlier` to this time; negative when this time is the earlier one.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a difference in seconds needs no nanoseconds")]
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.0.saturating_sub(earlier.0) as f64 / 1e9
    }

    /// This time moved by `step`, at most to [`Timestamp::MAX`].
    #[must_use]
    pub fn plus(self, step: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(step.as_nanos()).unwrap_or(i64::MAX)))
    }

    /// This time moved back by `step`, at most to [`Timestamp::MIN`].
    #[must_use]
    pub fn minus(self, step: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(step.as_nanos()).unwrap_or(i64::MAX)))
    }

    /// The largest multiple of `step` since the epoch that is not after this time.
    #[must_use]
    pub fn floor(self, step: Duration) -> Self {
        let step = i64::try_from(step.as_nanos()).unwrap_or(i64::MAX).max(1);
        Self(self.0.div_euclid(step).saturating_mul(step))
    }

    /// The calendar form, for folders by date and hour.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(self.0)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let parsed = DateTime::parse_from_rfc3339(text).map_err(|_| InvalidTime(text.to_owned()))?;
        parsed.timestamp_nanos_opt().map(Self).ok_or_else(|| InvalidTime(text.to_owned()))
    }
}

impl TryFrom<String> for Timestamp {
    type Error = InvalidTime;

    fn try_from(text: String) -> Result<Self, InvalidTime> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(time: Timestamp) -> Self {
        time.to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_nanoseconds_through_text() {
        let time: Timestamp = "2026-11-21T04:17:29.321468813Z".parse().unwrap();

        assert_eq!(time.to_string(), "2026-11-21T04:17:29.321468813Z");
    }

    #[test]
    fn reads_an_offset_as_utc() {
        let time: Timestamp = "2026-11-21T06:17:29+02:00".parse().unwrap();

        assert_eq!(time.to_string(), "2026-11-21T04:17:29Z");
    }

    #[test]
    fn refuses_the_years_1_and_9999() {
        assert!("0001-01-01T00:00:00Z".parse::<Timestamp>().is_err());
        assert!("9999-12-31T00:00:00Z".parse::<Timestamp>().is_err());
    }

    #[test]
    fn floors_to_the_minute() {
        let time: Timestamp = "2026-11-21T04:17:29.3Z".parse().unwrap();

        assert_eq!(time.floor(Duration::from_mins(1)).to_string(), "2026-11-21T04:17:00Z");
    }
}
