//! Finds the batches of a span of time in the bucket, reads them, and writes them again in their true order.

use crate::{
    around::Around,
    order::{Line, in_true_order},
    watermark::Span,
};
use bytes::Bytes;
use chiron_events::{Frames, Section, lake_prefix};
use chiron_function::Failure;
use chiron_model::{Digest, Lane, Timestamp};
use chiron_store::{ObjectStore, StoreError};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Batches lie in slots of ten minutes.
const SLOT: Duration = Duration::from_mins(10);
/// So many observations are ordered in memory at once.
const MAX_AT_ONCE: u64 = 20_000;
const MINUTE: Duration = Duration::from_mins(1);

/// A batch in the bucket; its name tells its span.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Batch {
    earliest: Timestamp,
    latest: Timestamp,
    count: u64,
    key: String,
}

/// Part of a span, small enough for the memory, and the batches that reach into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Portion {
    pub from: Timestamp,
    pub until: Timestamp,
    keys: Vec<String>,
}

/// Reads and writes the lake of one cluster in one lane.
pub(crate) struct Lake<'a> {
    pub objects: &'a dyn ObjectStore,
    pub cluster: &'a str,
    pub lane: &'a Lane,
}

impl Lake<'_> {
    /// The parts that a span is sealed in.
    pub(crate) async fn portions(&self, span: Span) -> Result<Vec<Portion>, StoreError> {
        let mut batches = BTreeSet::new();
        for prefix in self.prefixes(span) {
            let found = self.objects.list(&prefix).await?;
            batches.extend(found.iter().filter_map(|meta| batch(&meta.key)));
        }
        batches.retain(|it| it.latest >= span.from && it.earliest < span.until);
        Ok(cut(span, &batches))
    }

    /// Puts the observations of a portion in their true order and writes them, each namespace with what it must know of the
    /// cluster `around` it; says where each namespace lies.
    pub(crate) async fn seal(
        &self,
        portion: &Portion,
        around: &mut Around,
    ) -> Result<BTreeMap<String, Section>, Failure> {
        let mut lines = Vec::new();
        for key in &portion.keys {
            let bytes = self.objects.get(key, None).await?;
            lines.extend(read(key, &bytes, portion)?);
        }
        let lines = by_minute(lines);
        if lines.is_empty() {
            return Ok(BTreeMap::new());
        }
        let key = self.sealed_key(portion, &lines);
        let mut frames = Frames::default();
        around
            .write(&lines, &mut frames)
            .map_err(|error| Failure::rejected(format!("an observation is damaged: {error}")))?;
        let (bytes, sections) =
            frames.finish(&key).map_err(|error| Failure::transient(format!("zstd: {error}")))?;
        self.objects.put(&key, bytes.into()).await?;
        Ok(sections)
    }

    fn sealed_key(&self, portion: &Portion, lines: &[Line]) -> String {
        let ids: String = lines.iter().map(|it| it.id.to_string()).collect();
        format!(
            "{}{}/{}-{}-{}.ndjson.zst",
            lake_prefix(self.lane, "observations", self.cluster),
            portion.from.utc().format("%Y-%m-%d/%H"),
            millis(portion.from),
            millis(portion.until),
            Digest::of(ids.as_bytes()).short(),
        )
    }

    /// Folders that batches of the span lie in: slots where they are few, else days.
    fn prefixes(&self, span: Span) -> Vec<String> {
        let base = lake_prefix(self.lane, "raw", self.cluster);
        let slots = u64::try_from((span.until.nanos() - span.from.floor(SLOT).nanos()) / 1_000_000_000 / 600);
        let (step, format) = match slots {
            Ok(0..=2) => (SLOT, "%Y-%m-%d/%H/%M/"),
            Ok(3..=12) => (Duration::from_hours(1), "%Y-%m-%d/%H/"),
            Ok(13..=4_464) => (Duration::from_hours(24), "%Y-%m-%d/"),
            // More than a month, as when one clock of a recording is years behind: look at everything once.
            _ => return vec![base],
        };
        let mut prefixes = Vec::new();
        let mut at = span.from.floor(step);
        while at < span.until {
            prefixes.push(format!("{base}{}", at.utc().format(format)));
            at = at.plus(step);
        }
        prefixes
    }
}

/// Minutes are ordered one by one, so that the order does not depend on how many are sealed at once.
fn by_minute(lines: Vec<Line>) -> Vec<Line> {
    let mut minutes: BTreeMap<Timestamp, Vec<Line>> = BTreeMap::new();
    for line in lines {
        minutes.entry(line.at.floor(MINUTE)).or_default().push(line);
    }
    minutes.into_values().flat_map(in_true_order).collect()
}

fn millis(at: Timestamp) -> i64 {
    at.nanos() / 1_000_000
}

/// Reads `../earliest-latest-count-digest.ndjson.zst`, in milliseconds.
fn batch(key: &str) -> Option<Batch> {
    let name = key.rsplit('/').next()?;
    let mut parts = name.split('-');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let (earliest, latest, count) = (number()?, number()?, number()?);
    let time = |millis: i64| Timestamp::from_nanos(millis.saturating_mul(1_000_000));
    Some(Batch {
        earliest: time(earliest),
        // The name has lost what is below a millisecond.
        latest: time(latest + 1),
        count: u64::try_from(count).ok()?,
        key: key.to_owned(),
    })
}

/// Cuts a span at whole minutes, so that no part holds many more than [`MAX_AT_ONCE`] observations.
fn cut(span: Span, batches: &BTreeSet<Batch>) -> Vec<Portion> {
    let mut starts = vec![span.from];
    let mut count = 0;
    for batch in batches {
        let start = batch.earliest.floor(MINUTE);
        if count > MAX_AT_ONCE && starts.last().is_some_and(|last| start > *last) {
            starts.push(start);
            count = 0;
        }
        count += batch.count;
    }
    let ends = starts.iter().skip(1).copied().chain([span.until]).collect::<Vec<_>>();
    starts
        .into_iter()
        .zip(ends)
        .map(|(from, until)| {
            let inside = batches.iter().filter(|it| it.latest >= from && it.earliest < until);
            Portion { from, until, keys: inside.map(|it| it.key.clone()).collect() }
        })
        .collect()
}

fn read(key: &str, bytes: &[u8], portion: &Portion) -> Result<Vec<Line>, Failure> {
    let broken = |what: String| Failure::rejected(format!("{key} is damaged: {what}"));
    let text = Bytes::from(zstd::stream::decode_all(bytes).map_err(|error| broken(error.to_string()))?);
    let mut lines = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = text[start..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| start + at);
        let line = Line::read(text.slice(start..end)).map_err(|error| broken(error.to_string()))?;
        if line.at >= portion.from && line.at < portion.until {
            lines.push(line);
        }
        start = end + 1;
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_span_from_the_name() {
        let found =
            batch("raw/c/2026-11-21/04/10/1795234649321-1795234799711-132-20e655eb8023.ndjson.zst").unwrap();

        assert_eq!(found.count, 132);
        assert_eq!(found.earliest.to_string(), "2026-11-21T04:17:29.321Z");
    }

    #[test]
    fn a_long_span_is_cut_where_it_would_not_fit() {
        let batches: BTreeSet<Batch> = (0..6)
            .map(|n| Batch {
                earliest: Timestamp::from_secs(n * 60),
                latest: Timestamp::from_secs(n * 60 + 59),
                count: 15_000,
                key: n.to_string(),
            })
            .collect();
        let span = Span {
            from: Timestamp::from_secs(0),
            until: Timestamp::from_secs(360),
            tick: Timestamp::from_secs(360),
        };

        let portions = cut(span, &batches);

        assert_eq!(portions.len(), 3);
        assert!(portions.windows(2).all(|pair| pair[0].until == pair[1].from));
    }
}
