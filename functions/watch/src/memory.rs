//! Keeps in a state store how far each kind was told.

use chiron_cluster::watch::{Memory, MemoryError, Remembered};
use chiron_store::{Commit, CommitError, StateStore, StateWrite, StoreError, pack, unpack};
use futures::{future::BoxFuture, lock::Mutex};
use std::{collections::BTreeMap, sync::Arc};

/// Keeps in a state store how far each kind of one cluster was told, under `watch#live#cluster#kind`.
pub struct Kept {
    states: Arc<dyn StateStore>,
    cluster: String,
    /// The version of each value, as it was last read or written.
    versions: Mutex<BTreeMap<String, Option<u64>>>,
}

impl Kept {
    /// Keeps it in `states`.
    #[must_use]
    pub fn new(states: Arc<dyn StateStore>, cluster: &str) -> Self {
        Self { states, cluster: cluster.to_owned(), versions: Mutex::default() }
    }

    fn key(&self, name: &str) -> String {
        format!("watch#live#{}#{name}", self.cluster)
    }

    async fn read(&self, key: &String) -> Result<Option<Remembered>, StoreError> {
        let stored = self.states.load(std::slice::from_ref(key)).await?.pop().flatten();
        self.versions.lock().await.insert(key.clone(), stored.as_ref().map(|it| it.version));
        stored.map(|stored| unpack(key, &stored.body)).transpose()
    }

    /// Writes a value. Somebody else may have written it, as while one process takes over from another: then ours, which
    /// is newer, replaces it.
    async fn write(&self, key: &String, remembered: &Remembered) -> Result<(), CommitError> {
        let body = pack(remembered)?;
        for is_last in [false, true] {
            let known = self.versions.lock().await.get(key).copied();
            let expected = match known {
                Some(version) => version,
                None => self.version(key).await?,
            };
            let write = StateWrite {
                key: key.clone(),
                expected,
                body: body.clone(),
                expires_at: None,
                is_joined: false,
            };
            match self.states.commit(Commit { states: vec![write], ..Commit::default() }).await {
                Ok(()) => {
                    let next = expected.unwrap_or(0) + 1;
                    self.versions.lock().await.insert(key.clone(), Some(next));
                    return Ok(());
                }
                Err(CommitError::Conflict(_)) if !is_last => drop(self.versions.lock().await.remove(key)),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn version(&self, key: &String) -> Result<Option<u64>, StoreError> {
        Ok(self.states.load(std::slice::from_ref(key)).await?.pop().flatten().map(|it| it.version))
    }
}

impl Memory for Kept {
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Remembered>, MemoryError>> {
        Box::pin(async move {
            match self.read(&self.key(name)).await {
                // What nobody can read is no use: all is told anew.
                Err(StoreError::Corrupt { key, reason, .. }) => {
                    tracing::warn!(key, error = reason, "what was known cannot be read and is told anew");
                    Ok(None)
                }
                read => read.map_err(|error| MemoryError(error.to_string())),
            }
        })
    }

    fn save<'a>(
        &'a self,
        name: &'a str,
        remembered: &'a Remembered,
    ) -> BoxFuture<'a, Result<(), MemoryError>> {
        Box::pin(async move {
            self.write(&self.key(name), remembered).await.map_err(|error| MemoryError(error.to_string()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chiron_store::MemoryStore;

    #[tokio::test]
    async fn what_is_saved_is_loaded_by_the_next_process() {
        let store = Arc::new(MemoryStore::default());
        let first = Kept::new(Arc::clone(&store) as Arc<dyn StateStore>, "c");
        let second = Kept::new(Arc::clone(&store) as Arc<dyn StateStore>, "c");

        assert_eq!(second.load("pods").await, Ok(None));
        first.save("pods", &Remembered::default()).await.unwrap();
        first.save("pods", &Remembered::default()).await.unwrap();
        second.save("pods", &Remembered::default()).await.unwrap();

        assert_eq!(first.load("pods").await, Ok(Some(Remembered::default())));
        assert_eq!(first.load("nodes").await, Ok(None));
        assert!(store.states().contains_key("watch#live#c#pods"));
    }
}
