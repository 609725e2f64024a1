//! Values that are too large for a table go to the bucket, under their content hash.

use crate::{Commit, CommitError, ObjectStore, Pending, SeenAgain, StateStore, StoreError, Versioned};
use bytes::{BufMut, Bytes, BytesMut};
use chiron_model::{Digest, Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Larger values go to the bucket. DynamoDB takes items of 400 KB with all their attributes.
pub const MAX_INLINE_BYTES: usize = 300 * 1024;

/// Marks outputs of handled inputs that lie in the bucket.
const ELSEWHERE: &[u8] = b"@>";

const INLINE: u8 = 0;
const SPILLED: u8 = 1;

/// A state store that keeps large values in a bucket.
pub struct Spilling<S, O> {
    states: S,
    objects: Arc<O>,
    /// Objects that current values lie in, by key, so that they can be removed when the value is replaced.
    spilled: Mutex<HashMap<String, String>>,
}

impl<S: StateStore, O: ObjectStore> Spilling<S, O> {
    /// Keeps values in `states`, the large ones in `objects`.
    pub fn new(states: S, objects: Arc<O>) -> Self {
        Self { states, objects, spilled: Mutex::default() }
    }

    async fn stow(&self, body: Bytes) -> Result<Bytes, StoreError> {
        let mut stored = BytesMut::with_capacity(body.len() + 1);
        if body.len() <= MAX_INLINE_BYTES {
            stored.put_u8(INLINE);
            stored.extend_from_slice(&body);
        } else {
            let key = place_of(&body);
            self.objects.put(&key, body).await?;
            stored.put_u8(SPILLED);
            stored.extend_from_slice(key.as_bytes());
        }
        Ok(stored.freeze())
    }

    async fn stow_outputs(&self, outputs: Bytes) -> Result<Bytes, StoreError> {
        if outputs.len() <= MAX_INLINE_BYTES {
            return Ok(outputs);
        }
        let key = place_of(&outputs);
        self.objects.put(&key, outputs).await?;
        Ok([ELSEWHERE, key.as_bytes()].concat().into())
    }

    async fn restore(&self, again: &mut SeenAgain) -> Result<(), StoreError> {
        if let Some(key) = again.outputs.strip_prefix(ELSEWHERE) {
            again.outputs = self.objects.get(&String::from_utf8_lossy(key), None).await?;
        }
        Ok(())
    }

    async fn written(&self, commit: Commit) -> Result<(), CommitError> {
        let mut result = self.states.commit(commit).await;
        if let Err(CommitError::Seen(all)) = &mut result {
            for again in all {
                self.restore(again).await?;
            }
        }
        result
    }

    async fn fetch(&self, key: &str, stored: Bytes) -> Result<Bytes, StoreError> {
        match stored.first() {
            Some(&INLINE) => Ok(stored.slice(1..)),
            Some(&SPILLED) => {
                let object = String::from_utf8_lossy(&stored[1..]).into_owned();
                let body = self.objects.get(&object, None).await?;
                if object != place_of(&body) {
                    let reason = format!("{object} is not what was written");
                    return Err(StoreError::Corrupt { store: "the bucket", key: key.to_owned(), reason });
                }
                self.remember(key, Some(object));
                Ok(body)
            }
            _ => Err(StoreError::Corrupt {
                store: "the state table",
                key: key.to_owned(),
                reason: "value is neither inline nor in the bucket".to_owned(),
            }),
        }
    }

    /// Notes where a value lies now; returns where it lay before.
    fn remember(&self, key: &str, object: Option<String>) -> Option<String> {
        let mut spilled = self.spilled.lock().unwrap_or_else(PoisonError::into_inner);
        match object {
            Some(object) => spilled.insert(key.to_owned(), object),
            None => spilled.remove(key),
        }
    }
}

/// Where a large value lies: under its content hash.
fn place_of(body: &[u8]) -> String {
    format!("states/{}", Digest::of(body))
}

fn object_in(stored: &[u8]) -> Option<String> {
    (stored.first() == Some(&SPILLED)).then(|| String::from_utf8_lossy(&stored[1..]).into_owned())
}

impl<S: StateStore, O: ObjectStore> StateStore for Spilling<S, O> {
    fn load<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<Vec<Option<Versioned>>, StoreError>> {
        Box::pin(async move {
            let mut loaded = self.states.load(keys).await?;
            for (key, value) in keys.iter().zip(&mut loaded) {
                if let Some(value) = value {
                    value.body = self.fetch(key, value.body.clone()).await?;
                }
            }
            Ok(loaded)
        })
    }

    fn seen<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<Vec<SeenAgain>, StoreError>> {
        Box::pin(async move {
            let mut seen = self.states.seen(keys).await?;
            for again in &mut seen {
                self.restore(again).await?;
            }
            Ok(seen)
        })
    }

    fn commit(&self, mut commit: Commit) -> Pending<'_, Result<(), CommitError>> {
        Box::pin(async move {
            let mut moved = Vec::new();
            for write in &mut commit.states {
                write.body = self.stow(write.body.clone()).await?;
                moved.push((write.key.clone(), object_in(&write.body)));
            }
            for seen in &mut commit.seen {
                seen.outputs = self.stow_outputs(seen.outputs.clone()).await?;
            }
            self.written(commit).await?;
            for (key, object) in moved {
                let before = self.remember(&key, object.clone());
                if let Some(old) = before.filter(|old| object.as_ref() != Some(old)) {
                    // The value is replaced; its object is only taking room.
                    let _ = self.objects.delete(&old).await;
                }
            }
            Ok(())
        })
    }

    fn count<'a>(&'a self, key: &'a str, expires_at: Timestamp) -> Pending<'a, Result<u64, StoreError>> {
        self.states.count(key, expires_at)
    }

    fn forget<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<(), StoreError>> {
        self.states.forget(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MemoryStore, StateWrite};

    fn write(key: &str, expected: Option<u64>, body: Vec<u8>) -> Commit {
        let write = StateWrite {
            key: key.to_owned(),
            expected,
            body: body.into(),
            expires_at: None,
            is_joined: false,
        };
        Commit { states: vec![write], ..Commit::default() }
    }

    #[tokio::test]
    async fn a_value_over_the_limit_lies_in_the_bucket_and_comes_back_whole() {
        let memory = MemoryStore::default();
        let store = Spilling::new(memory.clone(), Arc::new(memory.clone()));
        let body = vec![7; MAX_INLINE_BYTES + 1];

        store.commit(write("k", None, body.clone())).await.unwrap();

        let loaded = store.load(&["k".to_owned()]).await.unwrap();
        assert_eq!(loaded[0].as_ref().unwrap().body, body);
        assert_eq!(memory.list("states/").await.unwrap().len(), 1);
        let stored = memory.load(&["k".to_owned()]).await.unwrap();
        assert!(stored[0].as_ref().unwrap().body.len() < 100);
    }

    #[tokio::test]
    async fn an_object_that_is_no_longer_named_is_removed() {
        let memory = MemoryStore::default();
        let store = Spilling::new(memory.clone(), Arc::new(memory.clone()));
        store.commit(write("k", None, vec![7; MAX_INLINE_BYTES + 1])).await.unwrap();

        store.commit(write("k", Some(1), vec![8; 10])).await.unwrap();

        assert!(memory.list("states/").await.unwrap().is_empty());
    }
}
