//! Accepted events survive the process: what a first stage emitted is written down until it is worked through.

use chiron_model::Id;
use chiron_store::{Commit, CommitError, StateStore, StateWrite, StoreError, pack, unpack};
use cloudevents::{AttributesReader, Event};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Semaphore;

/// The key of the list of batches that are not worked through.
const INDEX: &str = "outbox#index";

/// Batches of events that were accepted and are not worked through yet.
pub struct Outbox {
    states: Arc<dyn StateStore>,
    known: Mutex<Known>,
    /// The index is written by one at a time: two that write it at once would only stand in each other's way.
    turn: Semaphore,
}

#[derive(Debug, Default)]
struct Known {
    index: Index,
    version: Option<u64>,
    /// Batches that are worked through and still stand in the stored index.
    done: BTreeSet<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Index {
    batches: BTreeSet<String>,
}

impl Outbox {
    /// Reads the batches that were not worked through when the process last ended, with their names.
    ///
    /// # Errors
    /// When the store does not answer, or holds what it should not.
    pub async fn open(states: Arc<dyn StateStore>) -> Result<(Self, Vec<(String, Vec<Event>)>), StoreError> {
        let stored = states.load(&[INDEX.to_owned()]).await?.pop().flatten();
        let mut known = Known::default();
        if let Some(stored) = stored {
            known.index = unpack(INDEX, &stored.body)?;
            known.version = Some(stored.version);
        }
        let keys: Vec<String> = known.index.batches.iter().cloned().collect();
        let stored = states.load(&keys).await?;
        let mut left = Vec::new();
        for (key, stored) in keys.into_iter().zip(stored) {
            let events = stored.map_or_else(|| Ok(Vec::new()), |it| unpack(&key, &it.body))?;
            left.push((key, events));
        }
        Ok((Self { states, known: Mutex::new(known), turn: Semaphore::new(1) }, left))
    }

    /// Writes events down. Returns the name of the batch.
    ///
    /// # Errors
    /// When the store does not take them: then they are not accepted.
    pub async fn put(&self, events: &[Event]) -> Result<String, StoreError> {
        let ids: String = events.iter().map(|event| event.id().to_owned()).collect();
        let key = format!("outbox#{}", Id::derive(&["outbox", &ids]));
        let batch = StateWrite {
            key: key.clone(),
            expected: None,
            body: pack(&events)?,
            expires_at: None,
            is_joined: false,
        };
        // The semaphore is never closed.
        let _turn = self.turn.acquire().await;
        for _ in 0..3 {
            let (index, expected) = self.with_batch(&key);
            let index = StateWrite {
                key: INDEX.to_owned(),
                expected,
                body: pack(&index)?,
                expires_at: None,
                is_joined: true,
            };
            let commit = Commit { states: vec![batch.clone(), index.clone()], ..Commit::default() };
            match self.states.commit(commit).await {
                Ok(()) => {
                    self.written(expected);
                    return Ok(key);
                }
                // The same batch is there already, left by a process that ended: only the index has to name it.
                Err(CommitError::Conflict(keys)) if !keys.contains(&INDEX.to_owned()) => {
                    let commit = Commit { states: vec![index], ..Commit::default() };
                    if self.states.commit(commit).await.is_ok() {
                        self.written(expected);
                        return Ok(key);
                    }
                }
                Err(CommitError::Store(error)) => return Err(error),
                Err(CommitError::Conflict(_) | CommitError::Seen(_)) => {}
            }
        }
        Err(StoreError::Unavailable {
            store: "the outbox",
            reason: "somebody else writes it".to_owned(),
            source: None,
        })
    }

    /// Notes that a batch is worked through. It leaves the store with the next batch that is written, or now if
    /// nothing else waits.
    pub async fn done(&self, key: &str) {
        let is_empty = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.done.insert(key.to_owned());
            known.done.len() >= known.index.batches.len()
        };
        if is_empty {
            self.sweep().await;
        }
    }

    /// Batches that are not worked through.
    #[must_use]
    pub fn pending(&self) -> usize {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.index.batches.difference(&known.done).count()
    }

    fn with_batch(&self, key: &str) -> (Index, Option<u64>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let done = std::mem::take(&mut known.done);
        known.index.batches.retain(|batch| !done.contains(batch));
        known.index.batches.insert(key.to_owned());
        (known.index.clone(), known.version)
    }

    fn written(&self, expected: Option<u64>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.version = Some(expected.unwrap_or(0) + 1);
    }

    /// Takes everything that is worked through out of the store.
    async fn sweep(&self) {
        let _turn = self.turn.acquire().await;
        let (done, index, expected) = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let done: Vec<String> = std::mem::take(&mut known.done).into_iter().collect();
            known.index.batches.retain(|batch| !done.contains(batch));
            (done, known.index.clone(), known.version)
        };
        let Ok(body) = pack(&index) else { return };
        let write = StateWrite { key: INDEX.to_owned(), expected, body, expires_at: None, is_joined: false };
        let commit = Commit { states: vec![write], ..Commit::default() };
        if self.states.commit(commit).await.is_ok() {
            self.written(expected);
            // What stays behind is only taking room: the index no longer names it.
            let _ = self.states.forget(&done).await;
        }
    }
}
