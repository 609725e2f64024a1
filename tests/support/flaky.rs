//! Stores that can be switched off.

use bytes::Bytes;
use chiron::ports::Ports;
use chiron_model::Timestamp;
use chiron_store::{
    Commit, CommitError, MemoryStore, ObjectMeta, ObjectStore, Pending, SeenAgain, StateStore, StoreError,
    Versioned,
};
use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

/// A memory store that answers nothing while it is down.
#[derive(Clone, Default)]
pub(crate) struct Flaky {
    pub(crate) memory: MemoryStore,
    is_down: Arc<AtomicBool>,
    commits: Arc<AtomicUsize>,
}

impl Flaky {
    pub(crate) fn set_down(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::SeqCst);
    }

    /// Commits that were taken.
    pub(crate) fn commits(&self) -> usize {
        self.commits.load(Ordering::SeqCst)
    }

    pub(crate) fn ports(&self) -> Ports {
        let ports = Ports::memory(&self.memory);
        Ports { states: Arc::new(self.clone()), objects: Arc::new(self.clone()), ..ports }
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable {
                store: "flaky",
                reason: "it is down".to_owned(),
                source: None,
            });
        }
        Ok(())
    }
}

impl StateStore for Flaky {
    fn load<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<Vec<Option<Versioned>>, StoreError>> {
        Box::pin(async move {
            self.check()?;
            self.memory.load(keys).await
        })
    }

    fn seen<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<Vec<SeenAgain>, StoreError>> {
        Box::pin(async move {
            self.check()?;
            self.memory.seen(keys).await
        })
    }

    fn commit(&self, commit: Commit) -> Pending<'_, Result<(), CommitError>> {
        Box::pin(async move {
            self.check()?;
            self.memory.commit(commit).await?;
            self.commits.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
    }

    fn count<'a>(&'a self, key: &'a str, expires_at: Timestamp) -> Pending<'a, Result<u64, StoreError>> {
        self.memory.count(key, expires_at)
    }

    fn forget<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<(), StoreError>> {
        self.memory.forget(keys)
    }
}

impl ObjectStore for Flaky {
    fn put<'a>(&'a self, key: &'a str, bytes: Bytes) -> Pending<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.check()?;
            self.memory.put(key, bytes).await
        })
    }

    fn get<'a>(&'a self, key: &'a str, range: Option<Range<u64>>) -> Pending<'a, Result<Bytes, StoreError>> {
        Box::pin(async move {
            self.check()?;
            ObjectStore::get(&self.memory, key, range).await
        })
    }

    fn list<'a>(&'a self, prefix: &'a str) -> Pending<'a, Result<Vec<ObjectMeta>, StoreError>> {
        self.memory.list(prefix)
    }

    fn delete<'a>(&'a self, key: &'a str) -> Pending<'a, Result<(), StoreError>> {
        self.memory.delete(key)
    }
}
