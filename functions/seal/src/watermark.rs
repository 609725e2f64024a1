//! The decision: how far may be sealed?

use crate::Config;
use chiron_events::{ObservationLapsed, WatermarkAdvanced};
use chiron_model::{Timestamp, is_essential};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// Spans begin and end at whole minutes, so that they are the same however the batches came.
const MINUTE: Duration = Duration::from_mins(1);
/// Namespaces in which nothing happened for so long get no ticks.
const ACTIVE_FOR: Duration = Duration::from_mins(15);
/// How often the live lane is told the time.
const TICK: Duration = Duration::from_secs(5);

/// What is remembered of one cluster in one lane.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Watermark {
    /// Time of the oldest event that is not sealed.
    earliest: Option<Timestamp>,
    /// Time of the newest event.
    latest: Option<Timestamp>,
    /// Everything before this is sealed.
    sealed_until: Option<Timestamp>,
    /// When the live lane was last told the time.
    ticked_at: Option<Timestamp>,
    /// Time of the newest event of each active namespace.
    namespaces: BTreeMap<String, Timestamp>,
    /// Batches that came too late, in whole or in part.
    pub late_batches: u64,
    /// Kinds that matter and are not seen, and since when; of what was never seen nothing is known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    blind: BTreeMap<String, Option<Timestamp>>,
}

/// A span of time that may be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Start, inclusive.
    pub from: Timestamp,
    /// End, exclusive.
    pub until: Timestamp,
    /// What time it is once the span is sealed.
    pub tick: Timestamp,
}

impl Watermark {
    /// Takes the news of a batch.
    pub(crate) fn take(&mut self, news: &WatermarkAdvanced) {
        if news.namespaces.is_empty() {
            // Nothing happened up to then.
            self.latest = self.latest.map(|it| it.max(news.latest));
            return;
        }
        if self.sealed_until.is_some_and(|until| news.earliest < until) {
            self.late_batches += 1;
        }
        self.earliest = Some(self.earliest.map_or(news.earliest, |it| it.min(news.earliest)));
        self.latest = Some(self.latest.map_or(news.latest, |it| it.max(news.latest)));
        for (namespace, newest) in &news.namespaces {
            let known = self.namespaces.entry(namespace.clone()).or_insert(*newest);
            *known = (*known).max(*newest);
        }
    }

    /// Takes the news that a kind is not seen, or is seen again. While one that matters is not, no time passes: whether
    /// something stays well cannot be known, and what happened will be told late.
    pub(crate) fn look(&mut self, lapse: &ObservationLapsed) {
        if !is_essential(&lapse.kind) {
            return;
        }
        let place = format!("{}/{}", lapse.kind, lapse.namespace);
        if lapse.until.is_some() {
            self.blind.remove(&place);
        } else {
            self.blind.insert(place, lapse.from);
        }
    }

    /// The span that may be sealed now, and notes that it is.
    pub(crate) fn due(&mut self, config: &Config, is_last: bool) -> Option<Span> {
        let latest = self.latest?;
        let from = match self.sealed_until {
            Some(until) => until,
            None => self.earliest?.floor(MINUTE),
        };
        let until = if is_last {
            latest.plus(Duration::from_nanos(1))
        } else {
            let gaps = self.blind.values().map(|from| from.unwrap_or(Timestamp::MIN));
            latest.minus(config.lateness).min(gaps.min().unwrap_or(latest)).floor(MINUTE)
        };
        if until <= from {
            return None;
        }
        self.sealed_until = Some(until);
        Some(Span { from, until, tick: if is_last { latest } else { until } })
    }

    /// The time to tell the live lane, when it is due, and notes that it was told.
    pub(crate) fn tick(&mut self) -> Option<Timestamp> {
        let latest = self.latest.filter(|_| self.blind.is_empty())?;
        let is_due = self.ticked_at.is_none_or(|at| at.plus(TICK) <= latest);
        is_due.then(|| {
            self.ticked_at = Some(latest);
            latest
        })
    }

    /// Namespaces in which something happened not long before `at`.
    pub(crate) fn active(&mut self, at: Timestamp) -> Vec<String> {
        self.namespaces.retain(|_, newest| newest.plus(ACTIVE_FOR) >= at);
        self.namespaces.keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(earliest: i64, latest: i64) -> WatermarkAdvanced {
        WatermarkAdvanced {
            cluster: "c".to_owned(),
            earliest: Timestamp::from_secs(earliest),
            latest: Timestamp::from_secs(latest),
            namespaces: [("n".to_owned(), Timestamp::from_secs(latest))].into(),
            last: false,
        }
    }

    fn config() -> Config {
        Config::default()
    }

    #[test]
    fn nothing_is_sealed_before_the_lateness_has_passed() {
        let mut mark = Watermark::default();
        mark.take(&news(70, 239));

        assert_eq!(mark.due(&config(), false), None);
    }

    #[test]
    fn whole_minutes_are_sealed_once() {
        let mut mark = Watermark::default();
        mark.take(&news(70, 245));

        let span = mark.due(&config(), false).unwrap();

        assert_eq!((span.from, span.until), (Timestamp::from_secs(60), Timestamp::from_secs(120)));
        assert_eq!(mark.due(&config(), false), None);
    }

    #[test]
    fn spans_join_without_gap_or_overlap() {
        let mut mark = Watermark::default();
        mark.take(&news(70, 245));
        let first = mark.due(&config(), false).unwrap();
        mark.take(&news(240, 500));
        let second = mark.due(&config(), false).unwrap();

        assert_eq!(first.until, second.from);
        assert_eq!(second.until, Timestamp::from_secs(360));
    }

    #[test]
    fn the_end_seals_the_rest_and_claims_no_time_that_was_not_seen() {
        let mut mark = Watermark::default();
        mark.take(&news(70, 245));

        let span = mark.due(&config(), true).unwrap();

        assert_eq!(span.tick, Timestamp::from_secs(245));
        assert!(span.until > Timestamp::from_secs(245));
    }

    fn lapse(kind: &str, from: i64, until: Option<i64>) -> ObservationLapsed {
        ObservationLapsed {
            cluster: "c".to_owned(),
            api_version: "v1".to_owned(),
            kind: kind.to_owned(),
            namespace: String::new(),
            from: Some(Timestamp::from_secs(from)),
            until: until.map(Timestamp::from_secs),
            at: Timestamp::from_secs(until.unwrap_or(from)),
            is_known: until.is_some(),
            reason: "cut".to_owned(),
            late: 0,
        }
    }

    #[test]
    fn no_time_passes_while_pods_are_not_seen() {
        let mut mark = Watermark::default();
        mark.take(&news(70, 100));
        mark.look(&lapse("Pod", 100, None));
        mark.look(&lapse("Rollout", 100, None));
        mark.take(&news(101, 500));

        assert_eq!(mark.tick(), None);
        assert_eq!(mark.due(&config(), false), None, "a minute that began before the gap is not whole");

        mark.look(&lapse("Pod", 100, Some(500)));
        assert_eq!(mark.tick(), Some(Timestamp::from_secs(500)));
        assert!(mark.due(&config(), false).is_some());
    }

    #[test]
    fn time_passes_though_nothing_happens() {
        let mut mark = Watermark::default();
        mark.take(&news(70, 100));
        mark.tick();
        mark.take(&WatermarkAdvanced { namespaces: BTreeMap::new(), ..news(130, 130) });

        assert_eq!(mark.tick(), Some(Timestamp::from_secs(130)));
    }

    #[test]
    fn a_batch_behind_the_watermark_is_counted_as_late() {
        let mut mark = Watermark::default();
        mark.take(&news(70, 500));
        mark.due(&config(), false);
        mark.take(&news(100, 501));

        assert_eq!(mark.late_batches, 1);
    }
}
