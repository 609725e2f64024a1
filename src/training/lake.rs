//! Reads what the platform has stored of a cluster.

use super::{TrainError, steps::Steps};
use crate::replay::Progress;
use chiron_events::{Section, lake_prefix, read_frame};
use chiron_model::{Digest, Lane, Observation, Timestamp};
use chiron_store::ObjectStore;
use futures::{StreamExt, TryStreamExt, stream};

/// So many batches are fetched at once.
const AT_ONCE: usize = 16;

/// The steps of all stored observations of a cluster, from a time on.
///
/// # Errors
/// When the bucket cannot be read, or what lies there is damaged.
pub async fn read(
    objects: &dyn ObjectStore,
    cluster: &str,
    since: Option<Timestamp>,
    progress: &mut Progress,
) -> Result<Steps, TrainError> {
    let found = objects.list(&lake_prefix(&Lane::live(), "raw", cluster)).await?;
    if found.is_empty() {
        let why = format!(
            ": nothing is stored of cluster {cluster:?}; name another with --cluster, or give recordings"
        );
        return Err(TrainError::Nothing(why));
    }
    let keys: Vec<String> = found.into_iter().map(|it| it.key).filter(|key| reaches(key, since)).collect();
    let mut batches = stream::iter(&keys)
        .map(|key| async move { objects.get(key, None).await.map(|bytes| (key, bytes)) })
        .buffered(AT_ONCE);
    let mut steps = Steps::since(since);
    let mut number = 0;
    while let Some((key, bytes)) = batches.try_next().await? {
        for observation in observations(key, &bytes)? {
            steps.take(&observation);
        }
        number += 1;
        progress.say(format!("reading: batch {number} of {}, {} changes", keys.len(), steps.seen()));
    }
    if let (0, Some(since)) = (number, since) {
        return Err(TrainError::Nothing(format!(" from {since} on: choose an earlier --since")));
    }
    progress.done(&format!("read {} changes in {number} batches", steps.seen()));
    Ok(steps)
}

/// The observations of a whole batch: its frames follow each other.
pub(super) fn observations(key: &str, bytes: &[u8]) -> Result<Vec<Observation>, TrainError> {
    let whole = Section {
        key: key.to_owned(),
        offset: 0,
        length: bytes.len() as u64,
        sha256: Digest::of(bytes),
        count: 0,
    };
    Ok(read_frame(&whole, bytes)?)
}

/// Whether a batch reaches to a time, by its name `../earliest-latest-count-digest.ndjson.zst`, in milliseconds.
fn reaches(key: &str, since: Option<Timestamp>) -> bool {
    let Some(since) = since else { return true };
    let latest = key.rsplit('/').next().and_then(|name| name.split('-').nth(1)?.parse::<i64>().ok());
    latest.is_none_or(|latest| latest >= since.nanos() / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_that_end_earlier_are_not_fetched() {
        let key = "raw/c/2026-11-21/04/10/1795234649321-1795234799711-132-20e655eb8023.ndjson.zst";
        let at = |millis: i64| Some(Timestamp::from_nanos(millis * 1_000_000));

        assert!(reaches(key, None) && reaches(key, at(1_795_234_799_711)));
        assert!(!reaches(key, at(1_795_234_799_712)));
        assert!(reaches("raw/c/of-another-name", at(0)), "what is not understood is read");
    }
}
