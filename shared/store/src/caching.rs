//! Objects that were just written or read need not be fetched again.

use crate::{ObjectMeta, ObjectStore, Pending, StoreError};
use bytes::Bytes;
use std::{
    collections::{HashMap, VecDeque},
    ops::Range,
    sync::{Mutex, PoisonError},
};

/// Areas whose objects never change once they are written.
const IMMUTABLE: &[&str] = &["raw/", "observations/", "metrics/", "states/"];

/// An object store that remembers objects which cannot change.
pub struct Caching<O> {
    objects: O,
    limit: usize,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    objects: HashMap<String, Bytes>,
    order: VecDeque<String>,
    bytes: usize,
}

impl<O: ObjectStore> Caching<O> {
    /// Remembers at most `limit` bytes of `objects`.
    pub fn new(objects: O, limit: usize) -> Self {
        Self { objects, limit, cache: Mutex::default() }
    }

    fn known(&self, key: &str) -> Option<Bytes> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).objects.get(key).cloned()
    }

    fn remember(&self, key: &str, bytes: &Bytes) {
        let is_immutable =
            IMMUTABLE.iter().any(|area| key.starts_with(area) || key.contains(&format!("/{area}")));
        if !is_immutable || bytes.len() > self.limit / 4 {
            return;
        }
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.objects.insert(key.to_owned(), bytes.clone()).is_none() {
            cache.order.push_back(key.to_owned());
            cache.bytes += bytes.len();
        }
        while cache.bytes > self.limit {
            let Some(oldest) = cache.order.pop_front() else { break };
            cache.bytes -= cache.objects.remove(&oldest).map_or(0, |it| it.len());
        }
    }
}

impl<O: ObjectStore> ObjectStore for Caching<O> {
    fn put<'a>(&'a self, key: &'a str, bytes: Bytes) -> Pending<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.objects.put(key, bytes.clone()).await?;
            self.remember(key, &bytes);
            Ok(())
        })
    }

    fn get<'a>(&'a self, key: &'a str, range: Option<Range<u64>>) -> Pending<'a, Result<Bytes, StoreError>> {
        Box::pin(async move {
            if let Some(whole) = self.known(key) {
                return Ok(range.map_or_else(|| whole.clone(), |range| slice(&whole, &range)));
            }
            let bytes = self.objects.get(key, range.clone()).await?;
            if range.is_none() {
                self.remember(key, &bytes);
            }
            Ok(bytes)
        })
    }

    fn list<'a>(&'a self, prefix: &'a str) -> Pending<'a, Result<Vec<ObjectMeta>, StoreError>> {
        self.objects.list(prefix)
    }

    fn delete<'a>(&'a self, key: &'a str) -> Pending<'a, Result<(), StoreError>> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = cache.objects.remove(key) {
            cache.bytes -= bytes.len();
            cache.order.retain(|known| known != key);
        }
        drop(cache);
        self.objects.delete(key)
    }
}

fn slice(bytes: &Bytes, range: &Range<u64>) -> Bytes {
    let clamp = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    bytes.slice(clamp(range.start)..clamp(range.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryStore;

    #[tokio::test]
    async fn an_object_that_was_written_is_not_fetched() {
        let memory = MemoryStore::default();
        let store = Caching::new(memory.clone(), 1 << 20);
        store.put("raw/a", Bytes::from_static(b"hello")).await.unwrap();
        memory.damage("raw/a");

        assert_eq!(store.get("raw/a", Some(1..3)).await.unwrap(), "el");
    }

    #[tokio::test]
    async fn objects_that_may_change_are_always_fetched() {
        let memory = MemoryStore::default();
        let store = Caching::new(memory.clone(), 1 << 20);
        store.put("incidents/a", Bytes::from_static(b"hello")).await.unwrap();
        memory.damage("incidents/a");

        assert_eq!(store.get("incidents/a", None).await.unwrap(), "damaged");
    }

    #[tokio::test]
    async fn the_limit_holds() {
        let store = Caching::new(MemoryStore::default(), 1000);
        for number in 0..20 {
            store.put(&format!("raw/{number}"), Bytes::from(vec![0; 200])).await.unwrap();
        }

        assert!(store.cache.lock().unwrap().bytes <= 1000);
    }
}
