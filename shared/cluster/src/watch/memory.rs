//! What outlives the process: how far each kind was told.

use super::known::{Key, Version};
use chiron_model::Timestamp;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// How far a kind was told: all of it was taken by the consumer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// The resource version that a watch goes on from; none before the first complete list.
    pub(super) position: Option<String>,
    /// When the kind was last seen.
    pub(super) seen: Option<Timestamp>,
    /// The objects, by namespace and name.
    pub(super) objects: BTreeMap<Key, Arc<Version>>,
}

/// What is remembered cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what is known cannot be kept: {0}")]
pub struct MemoryError(pub String);

/// Where it is kept how far each kind was told.
pub trait Memory: Send + Sync {
    /// What was last saved under `name`.
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Remembered>, MemoryError>>;

    /// Saves it under `name`, instead of what was saved before.
    fn save<'a>(
        &'a self,
        name: &'a str,
        remembered: &'a Remembered,
    ) -> BoxFuture<'a, Result<(), MemoryError>>;
}
