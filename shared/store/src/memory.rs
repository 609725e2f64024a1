//! All three stores in this process, for tests.

use crate::{
    Commit, CommitError, ObjectMeta, ObjectStore, Order, Pending, Query, Record, RecordStore, SeenAgain,
    StateStore, StoreError, Versioned,
};
use bytes::Bytes;
use chiron_model::Timestamp;
use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Maps behind a lock. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    states: BTreeMap<String, Versioned>,
    seen: BTreeMap<String, SeenAgain>,
    counts: BTreeMap<String, u64>,
    records: BTreeMap<(String, String), Record>,
    objects: BTreeMap<String, Bytes>,
}

impl MemoryStore {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All state with its versions, for tests.
    #[must_use]
    pub fn states(&self) -> BTreeMap<String, Versioned> {
        self.lock().states.clone()
    }

    /// All objects, for tests.
    #[must_use]
    pub fn objects(&self) -> BTreeMap<String, Bytes> {
        self.lock().objects.clone()
    }

    /// Damages the object under `key`, for tests.
    pub fn damage(&self, key: &str) {
        self.lock().objects.insert(key.to_owned(), Bytes::from_static(b"damaged"));
    }
}

impl Inner {
    fn check(&self, commit: &Commit) -> Result<(), CommitError> {
        let again: Vec<SeenAgain> =
            commit.seen.iter().filter_map(|seen| self.seen.get(&seen.key).cloned()).collect();
        if !again.is_empty() {
            return Err(CommitError::Seen(again));
        }
        let stale = commit
            .states
            .iter()
            .filter(|write| self.states.get(&write.key).map(|value| value.version) != write.expected);
        let keys: Vec<String> = stale.map(|write| write.key.clone()).collect();
        if keys.is_empty() { Ok(()) } else { Err(CommitError::Conflict(keys)) }
    }

    fn apply(&mut self, commit: Commit) {
        for write in commit.states {
            let version = write.expected.unwrap_or(0) + 1;
            self.states.insert(write.key, Versioned { body: write.body, version });
        }
        for seen in commit.seen {
            let again = SeenAgain { key: seen.key.clone(), hash: seen.hash, outputs: seen.outputs };
            self.seen.insert(seen.key, again);
        }
        for record in commit.records {
            self.records.insert((record.kind.clone(), record.id.clone()), record);
        }
    }
}

impl StateStore for MemoryStore {
    fn load<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<Vec<Option<Versioned>>, StoreError>> {
        let inner = self.lock();
        let found = keys.iter().map(|key| inner.states.get(key).cloned()).collect();
        Box::pin(async move { Ok(found) })
    }

    fn seen<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<Vec<SeenAgain>, StoreError>> {
        let inner = self.lock();
        let found = keys.iter().filter_map(|key| inner.seen.get(key).cloned()).collect();
        Box::pin(async move { Ok(found) })
    }

    fn commit(&self, commit: Commit) -> Pending<'_, Result<(), CommitError>> {
        let mut inner = self.lock();
        let checked = inner.check(&commit);
        if checked.is_ok() {
            inner.apply(commit);
        }
        Box::pin(async move { checked })
    }

    fn count<'a>(&'a self, key: &'a str, _: Timestamp) -> Pending<'a, Result<u64, StoreError>> {
        let mut inner = self.lock();
        let count = inner.counts.entry(key.to_owned()).or_default();
        *count += 1;
        let count = *count;
        Box::pin(async move { Ok(count) })
    }

    fn forget<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<(), StoreError>> {
        let mut inner = self.lock();
        for key in keys {
            inner.states.remove(key);
            inner.counts.remove(key);
        }
        Box::pin(async { Ok(()) })
    }
}

impl ObjectStore for MemoryStore {
    fn put<'a>(&'a self, key: &'a str, bytes: Bytes) -> Pending<'a, Result<(), StoreError>> {
        self.lock().objects.insert(key.to_owned(), bytes);
        Box::pin(async { Ok(()) })
    }

    fn get<'a>(&'a self, key: &'a str, range: Option<Range<u64>>) -> Pending<'a, Result<Bytes, StoreError>> {
        let found = self.lock().objects.get(key).cloned();
        Box::pin(async move {
            let bytes = found.ok_or_else(|| StoreError::Missing { store: "memory", key: key.to_owned() })?;
            Ok(range.map_or_else(|| bytes.clone(), |range| slice(&bytes, &range)))
        })
    }

    fn list<'a>(&'a self, prefix: &'a str) -> Pending<'a, Result<Vec<ObjectMeta>, StoreError>> {
        let inner = self.lock();
        let found = inner
            .objects
            .range(prefix.to_owned()..)
            .take_while(|(key, _)| key.starts_with(prefix))
            .map(|(key, bytes)| ObjectMeta { key: key.clone(), bytes: bytes.len() as u64 })
            .collect();
        Box::pin(async move { Ok(found) })
    }

    fn delete<'a>(&'a self, key: &'a str) -> Pending<'a, Result<(), StoreError>> {
        self.lock().objects.remove(key);
        Box::pin(async { Ok(()) })
    }
}

fn slice(bytes: &Bytes, range: &Range<u64>) -> Bytes {
    let clamp = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    bytes.slice(clamp(range.start)..clamp(range.end))
}

impl RecordStore for MemoryStore {
    fn get<'a>(&'a self, kind: &'a str, id: &'a str) -> Pending<'a, Result<Option<Record>, StoreError>> {
        let found = self.lock().records.get(&(kind.to_owned(), id.to_owned())).cloned();
        Box::pin(async move { Ok(found) })
    }

    fn query(&self, query: Query) -> Pending<'_, Result<Vec<Record>, StoreError>> {
        let inner = self.lock();
        let mut found: Vec<Record> = inner
            .records
            .values()
            .filter(|record| record.kind == query.kind)
            .filter(|record| query.status.as_ref().is_none_or(|status| record.status == *status))
            .filter(|record| query.lane.as_ref().is_none_or(|lane| record.lane == *lane))
            .cloned()
            .collect();
        found.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        if query.order == Order::NewestFirst {
            found.reverse();
        }
        found.truncate(query.limit.unwrap_or(usize::MAX));
        Box::pin(async move { Ok(found) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Seen, StateWrite};

    fn write(expected: Option<u64>) -> Commit {
        let write = StateWrite {
            key: "k".to_owned(),
            expected,
            body: Bytes::from_static(b"v"),
            expires_at: None,
            is_joined: false,
        };
        Commit { states: vec![write], ..Commit::default() }
    }

    #[tokio::test]
    async fn two_writers_race_and_one_wins() {
        let store = MemoryStore::default();
        store.commit(write(None)).await.unwrap();

        let first = store.commit(write(Some(1))).await;
        let second = store.commit(write(Some(1))).await;

        assert!(first.is_ok());
        assert!(matches!(second, Err(CommitError::Conflict(keys)) if keys == ["k"]));
    }

    #[tokio::test]
    async fn an_input_that_was_handled_stops_the_whole_commit() {
        let store = MemoryStore::default();
        let seen = Seen {
            key: "s".to_owned(),
            hash: "h".to_owned(),
            outputs: Bytes::new(),
            expires_at: Timestamp::MAX,
        };
        store.commit(Commit { seen: vec![seen.clone()], ..Commit::default() }).await.unwrap();

        let again = store.commit(Commit { seen: vec![seen], ..write(None) }).await;

        assert!(matches!(again, Err(CommitError::Seen(_))));
        assert!(store.states().is_empty());
    }
}
