//! Where state, objects and records are kept: three traits, and a store in this process for tests.
//!
//! The stores of production are in `chiron-aws`; they keep the same promises.

mod caching;
mod commit;
mod error;
mod memory;
mod object;
mod packed;
mod record;
mod spill;

pub use caching::Caching;
pub use commit::{Commit, CommitError, Seen, SeenAgain, StateStore, StateWrite, Versioned};
pub use error::StoreError;
pub use memory::MemoryStore;
pub use object::{ObjectMeta, ObjectStore};
pub use packed::{pack, unpack};
pub use record::{Order, Query, Record, RecordStore};
pub use spill::{MAX_INLINE_BYTES, Spilling};

use std::{future::Future, pin::Pin};

/// A future behind a pointer, so that stores can be trait objects.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
