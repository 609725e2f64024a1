//! Lists all objects of a kind, and tells how they differ from what was known.

use super::{
    KindState, Mark,
    identity::{dress, identity},
    known::{Compared, Known},
    stream::{Stop, Stream},
};
use crate::{Error, Page, PageQuery, Resource};
use serde_json::Value;
use std::sync::Arc;

/// What of a page was not known, and what it could not be compared with.
#[derive(Default)]
struct Found {
    changed: Vec<(Compared, Value)>,
    nameless: u64,
}

impl Stream {
    /// Lists all objects. Only a complete list says what is gone.
    ///
    /// A list that breaks off is begun anew, and what it told is known by then: so each attempt gets further.
    pub(super) async fn list(&mut self) -> Result<(), Stop> {
        let shared = Arc::clone(&self.shared);
        let Ok(_turn) = shared.listing.acquire().await else { return Err(Stop::Closed) };
        self.set(KindState::Listing);
        self.known.begin();
        let (mut version, mut after, mut limit) = (None, None, shared.config.page);
        loop {
            let mut found = Found::default();
            let page = self.page(limit, after.as_deref(), &mut found).await;
            // What was handed over before an error counts as known: it must be told.
            for (compared, object) in found.changed {
                if let Some(known) = identity(&object) {
                    self.find(compared, object, known).await?;
                }
            }
            self.note(|kind| kind.skipped += found.nameless);
            let page = page?;
            version.get_or_insert(page.resource_version);
            (after, limit) = (page.next, page.limit);
            if after.is_none() {
                break;
            }
        }
        for (key, version) in self.known.finish() {
            self.late += 1;
            self.tell_gone(&key, &version).await?;
        }
        self.settle(version.unwrap_or_default()).await
    }

    async fn page(&mut self, limit: u32, after: Option<&str>, found: &mut Found) -> Result<Page, Error> {
        let (resource, known) = (&*self.resource, &mut self.known);
        let query = PageQuery { resource, namespace: self.namespace.as_deref(), limit, after };
        let page = self.shared.cluster.page(&query, |object| found.compare(resource, known, object)).await?;
        if page.resource_version.is_empty() {
            let path = resource.path(self.namespace.as_deref());
            return Err(Error::Malformed { path, expected: "the version of a list", got: "none".to_owned() });
        }
        Ok(page)
    }

    /// All is known again.
    async fn settle(&mut self, version: String) -> Result<(), Stop> {
        let from = self.seen;
        let until = self.hear();
        let late = std::mem::take(&mut self.late);
        self.note(|kind| kind.lists += 1);
        if from.is_some() {
            self.note(|kind| kind.lapses += 1);
        }
        self.tell_found(from, until, late).await?;
        self.position = Some(version.clone());
        self.send(None, Mark { position: Some(version), seen: Some(until), ..Mark::default() }).await
    }

    /// Whether the version that a watch would go on from is still in the past: after a restore from a backup it is not,
    /// and a watch would stay silent until the cluster gets there again.
    pub(super) async fn is_ahead(&mut self, position: &str) -> Result<bool, Error> {
        let query = PageQuery {
            resource: &self.resource,
            namespace: self.namespace.as_deref(),
            limit: 1,
            after: None,
        };
        let page = self.shared.cluster.page(&query, drop).await?;
        let versions = (position.parse::<u64>(), page.resource_version.parse::<u64>());
        Ok(matches!(versions, (Ok(ours), Ok(theirs)) if ours > theirs))
    }
}

impl Found {
    fn compare(&mut self, resource: &Resource, known: &mut Known, mut object: Value) {
        dress(resource, &mut object);
        let Some((key, version)) = identity(&object) else {
            self.nameless += 1;
            return;
        };
        match known.list(&key, &version) {
            Compared::Same => {}
            compared @ (Compared::New | Compared::Other | Compared::Replaced(_)) => {
                self.changed.push((compared, object));
            }
        }
    }
}
