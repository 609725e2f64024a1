//! What functions are made with: the stores, the key of the redaction, the clock.

use chiron_aws::{Clients, DynamoRecords, DynamoStates, S3Objects};
use chiron_model::Timestamp;
use chiron_redact::Redactor;
use chiron_runtime::{Clock, Metrics};
use chiron_store::{Caching, MemoryStore, ObjectStore, RecordStore, Spilling, StateStore};
use std::{sync::Arc, time::SystemTime};

/// Bytes of objects that are remembered in this process.
const CACHED_BYTES: usize = 64 << 20;

/// What functions are made with.
#[derive(Clone)]
pub struct Ports {
    /// States, and the memory of what was handled.
    pub states: Arc<dyn StateStore>,
    /// Objects.
    pub objects: Arc<dyn ObjectStore>,
    /// What people query.
    pub records: Arc<dyn RecordStore>,
    /// Replaces credentials.
    pub redactor: Arc<Redactor>,
    /// Metrics of this process.
    pub metrics: Arc<Metrics>,
    /// The wall clock.
    pub clock: Clock,
}

impl Ports {
    /// Stores in DynamoDB and S3.
    #[must_use]
    pub fn aws(clients: &Clients, redaction_key: &[u8]) -> Self {
        let objects = S3Objects::new(clients.clone());
        Self {
            states: Arc::new(Spilling::new(DynamoStates::new(clients.clone()), Arc::new(objects.clone()))),
            objects: Arc::new(Caching::new(objects, CACHED_BYTES)),
            records: Arc::new(DynamoRecords::new(clients.clone())),
            redactor: Arc::new(Redactor::new(redaction_key)),
            metrics: Arc::default(),
            clock: now,
        }
    }

    /// Stores in this process, for tests and benches.
    #[must_use]
    pub fn memory(store: &MemoryStore) -> Self {
        Self {
            states: Arc::new(Spilling::new(store.clone(), Arc::new(store.clone()))),
            objects: Arc::new(store.clone()),
            records: Arc::new(store.clone()),
            redactor: Arc::new(Redactor::new(b"memory")),
            metrics: Arc::default(),
            clock: now,
        }
    }
}

/// The wall clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one clock; decisions take their time from events")]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_nanos(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
