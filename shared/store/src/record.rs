//! What people query.

use crate::{Pending, StoreError};
use chiron_model::{Lane, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One row of what people query: an incident, a plan, a label, a dataset, a dead letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What it is: `incident`, `plan`, `label` and so on.
    pub kind: String,
    /// Its name among its kind.
    pub id: String,
    /// Version of the shape of `body`; readers take older ones and ignore unknown fields.
    pub schema_version: u32,
    /// Its status, such as `open`.
    pub status: String,
    /// The time it is listed by.
    pub at: Timestamp,
    /// The object it is about: `cluster/namespace/kind/name`.
    pub object: String,
    /// The lane it comes from.
    pub lane: Lane,
    /// The thing itself.
    pub body: Value,
}

/// Which way a list runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

/// Which records to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Of this kind.
    pub kind: String,
    /// With this status; any when not given.
    pub status: Option<String>,
    /// From this lane; any when not given.
    pub lane: Option<Lane>,
    /// At most so many; all when not given.
    pub limit: Option<usize>,
    /// Which way.
    pub order: Order,
}

impl Query {
    /// All records of a kind, the newest first.
    #[must_use]
    pub fn of(kind: &str) -> Self {
        Self { kind: kind.to_owned(), ..Self::default() }
    }
}

/// Records, written by [`crate::Commit`] and read here.
pub trait RecordStore: Send + Sync {
    /// One record.
    fn get<'a>(&'a self, kind: &'a str, id: &'a str) -> Pending<'a, Result<Option<Record>, StoreError>>;

    /// Many records.
    fn query(&self, query: Query) -> Pending<'_, Result<Vec<Record>, StoreError>>;
}
