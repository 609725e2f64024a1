//! Spans of time, as range queries ask for them.

use super::ClientError;
use chiron_model::Timestamp;
use std::time::Duration;

/// Steps of one request for a range. Prometheus refuses more than 11,000.
const MAX_STEPS: u32 = 10_000;
/// Requests for one range, so that no mistaken start in 1970 asks for ever.
const MAX_RANGES: usize = 64;

/// A span of time, with both ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its start.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
}

impl Span {
    /// The span in pieces that have no more steps than are answered at once.
    pub(super) fn pieces(self, step: Duration) -> Result<Vec<Span>, ClientError> {
        let wrong = |found: String| ClientError::Setting {
            setting: "the span of a range query",
            expected: "a step of 1 ms or more and at most 640,000 steps",
            found,
        };
        if step < Duration::from_millis(1) {
            return Err(wrong(format!("a step of {} s", step.as_secs_f64())));
        }
        let mut pieces = Vec::new();
        let mut from = self.from;
        while from <= self.until {
            if pieces.len() == MAX_RANGES {
                return Err(wrong(format!("{} to {} by {} s", self.from, self.until, step.as_secs_f64())));
            }
            let until = from.plus(step.saturating_mul(MAX_STEPS - 1)).min(self.until);
            pieces.push(Span { from, until });
            if until == self.until {
                break;
            }
            from = from.plus(step.saturating_mul(MAX_STEPS));
        }
        Ok(pieces)
    }
}

/// A time as Prometheus reads it, in seconds.
pub(super) fn seconds(at: Timestamp) -> String {
    let millis = at.nanos().div_euclid(1_000_000);
    format!("{}.{:03}", millis.div_euclid(1000), millis.rem_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: i64, until: i64) -> Span {
        Span { from: Timestamp::from_secs(from), until: Timestamp::from_secs(until) }
    }

    #[test]
    fn a_long_span_is_asked_for_in_pieces_without_overlap() {
        let step = Duration::from_secs(15);

        let pieces = span(0, 400_000).pieces(step).unwrap();

        assert_eq!(pieces.len(), 3);
        assert!(pieces.windows(2).all(|pair| pair[0].until.plus(step) == pair[1].from));
        assert_eq!(
            (pieces[0].from, pieces[2].until),
            (Timestamp::from_secs(0), Timestamp::from_secs(400_000))
        );
    }

    #[test]
    fn a_span_that_ends_before_it_starts_has_no_pieces() {
        assert!(span(10, 9).pieces(Duration::from_secs(1)).unwrap().is_empty());
        assert_eq!(span(9, 9).pieces(Duration::from_secs(1)).unwrap(), vec![span(9, 9)]);
    }

    #[test]
    fn a_span_without_end_is_refused() {
        let forever = Span { from: Timestamp::MIN, until: Timestamp::MAX };

        assert!(forever.pieces(Duration::from_secs(1)).is_err());
        assert!(forever.pieces(Duration::ZERO).is_err());
        assert!(forever.pieces(Duration::MAX).is_ok());
    }

    #[test]
    fn times_are_written_in_seconds() {
        assert_eq!(seconds(Timestamp::from_nanos(1_500_999_999)), "1.500");
        assert_eq!(seconds(Timestamp::from_nanos(-1)), "-1.999");
    }
}
