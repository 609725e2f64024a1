//! Objects in a bucket.

use crate::{Pending, StoreError};
use bytes::Bytes;
use std::ops::Range;

/// What a list says of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectMeta {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Objects in a bucket. Keys that are written again get equal bytes, so there is no locking.
pub trait ObjectStore: Send + Sync {
    /// Writes an object.
    fn put<'a>(&'a self, key: &'a str, bytes: Bytes) -> Pending<'a, Result<(), StoreError>>;

    /// Reads an object, or a range of its bytes.
    fn get<'a>(&'a self, key: &'a str, range: Option<Range<u64>>) -> Pending<'a, Result<Bytes, StoreError>>;

    /// All objects whose key begins with `prefix`, by key.
    fn list<'a>(&'a self, prefix: &'a str) -> Pending<'a, Result<Vec<ObjectMeta>, StoreError>>;

    /// Removes an object; one that is not there is no error.
    fn delete<'a>(&'a self, key: &'a str) -> Pending<'a, Result<(), StoreError>>;
}
