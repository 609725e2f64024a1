//! Functions behind a socket, with stores that can be switched off and a sink that remembers.

use super::{
    flaky::Flaky,
    http::{Inbox, serve},
    raw::config_map,
};
use chiron_store::{ObjectStore, Query, Record, RecordStore};
use serde_json::{Value, json};

/// Served functions with stores and a sink.
pub(crate) struct Lab {
    pub(crate) store: Flaky,
    pub(crate) inbox: Inbox,
    pub(crate) url: String,
}

impl Lab {
    pub(crate) async fn of(names: &[&str]) -> Self {
        let (store, inbox) = (Flaky::default(), Inbox::default());
        let sink = inbox.listen().await;
        let url = serve(names, &store.ports(), Some(&sink)).await;
        Self { store, inbox, url }
    }

    pub(crate) async fn dead_letters(&self) -> Vec<Record> {
        self.store.memory.query(Query::of("dead-letter")).await.unwrap()
    }

    pub(crate) async fn raw_objects(&self) -> usize {
        self.store.memory.list("raw/").await.unwrap().len()
    }
}

/// A change of a ConfigMap.
pub(crate) fn change() -> Value {
    config_map("settings", 7, 0, &json!({"MODE": "live"}))
}
