//! From what the API server says to what is told.

use super::{
    Change, Mark, Told,
    identity::{dress, identity, remains},
    known::{Compared, Key, Version},
    stream::{Stop, Stream},
};
use chiron_model::{Operation, Timestamp};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// What is due within so long is told now: the next look may be that far away.
pub(super) const LOOK: Duration = Duration::from_secs(5);

/// The group of the definitions of kinds.
const DEFINITIONS: &str = "apiextensions.k8s.io";

impl Stream {
    /// A watch told a change.
    pub(super) async fn take(&mut self, operation: Operation, mut object: Value) -> Result<(), Stop> {
        dress(&self.resource, &mut object);
        let Some((key, version)) = identity(&object) else {
            self.note(|kind| kind.skipped += 1);
            return Ok(());
        };
        if self.resource.group == DEFINITIONS {
            self.shared.defined.notify_one();
        }
        let position = version.version.to_string();
        if operation == Operation::Delete {
            let is_gone = self.known.forget(&key, &version.uid);
            if let Some(quiet) = &mut self.quiet {
                quiet.forget(&key);
            }
            let mark = Mark { gone: is_gone.then_some(key), ..self.reached(position) };
            return self.tell(Operation::Delete, object, mark).await;
        }
        match self.known.watch(&key, &version) {
            Compared::Same => {
                self.note(|kind| kind.repeated += 1);
                return Ok(());
            }
            Compared::New => self.tell_version(operation, object, (key, version)).await?,
            Compared::Other => self.tell_version(Operation::Update, object, (key, version)).await?,
            Compared::Replaced(old) => {
                self.tell_gone(&key, &old).await?;
                self.tell_version(Operation::Add, object, (key, version)).await?;
            }
        }
        self.position = Some(position);
        Ok(())
    }

    /// A list holds an object that was not known so.
    pub(super) async fn find(
        &mut self,
        compared: Compared,
        object: Value,
        known: (Key, Arc<Version>),
    ) -> Result<(), Stop> {
        self.late += 1;
        let operation = match &compared {
            Compared::Same | Compared::Other => Operation::Update,
            Compared::New | Compared::Replaced(_) => Operation::Add,
        };
        if let Compared::Replaced(old) = compared {
            self.tell_gone(&known.0, &old).await?;
        }
        let mark = Mark { put: Some(known), ..Mark::default() };
        self.tell(operation, object, mark).await
    }

    /// An object is gone, and nobody saw it go.
    pub(super) async fn tell_gone(&mut self, key: &Key, version: &Version) -> Result<(), Stop> {
        if let Some(quiet) = &mut self.quiet {
            quiet.forget(key);
        }
        let object = remains(&self.resource, key, version);
        let mark = Mark { gone: Some(Key::clone(key)), ..Mark::default() };
        self.tell(Operation::Delete, object, mark).await
    }

    /// Tells heartbeats that were held back long enough.
    pub(super) async fn tell_due(&mut self, now: Timestamp) -> Result<(), Stop> {
        let Some(quiet) = &mut self.quiet else { return Ok(()) };
        for (key, change) in quiet.due(now.plus(LOOK)) {
            let Some((_, version)) = identity(&change.object) else { continue };
            self.note(|kind| kind.changes += 1);
            self.send(Some(Told::Changed(change)), Mark { put: Some((key, version)), ..Mark::default() })
                .await?;
        }
        Ok(())
    }

    async fn tell_version(
        &mut self,
        operation: Operation,
        object: Value,
        known: (Key, Arc<Version>),
    ) -> Result<(), Stop> {
        let change = self.change(operation, object);
        let change = match &mut self.quiet {
            Some(quiet) => quiet.admit(&known.0, change),
            None => Some(change),
        };
        let Some(change) = change else {
            self.note(|kind| kind.held += 1);
            return Ok(());
        };
        let mark = Mark { put: Some(Self::owned(&known)), ..self.reached(known.1.version.to_string()) };
        self.note(|kind| kind.changes += 1);
        self.send(Some(Told::Changed(change)), mark).await
    }

    async fn tell(&mut self, operation: Operation, object: Value, mark: Mark) -> Result<(), Stop> {
        let change = self.change(operation, object);
        self.note(|kind| kind.changes += 1);
        if mark.position.is_some() {
            self.position.clone_from(&mark.position);
        }
        self.send(Some(Told::Changed(change)), mark).await
    }

    fn change(&self, operation: Operation, object: Value) -> Change {
        let at = (self.shared.clock)();
        // Without a position all is being listed; after a first look that is catching up.
        let is_late = self.position.is_none() && self.seen.is_some();
        Change { operation, resource: Arc::clone(&self.resource), object, at, is_late }
    }

    fn reached(&self, position: String) -> Mark {
        Mark { position: Some(position), seen: self.seen, ..Mark::default() }
    }

    fn owned((key, version): &(Key, Arc<Version>)) -> (Key, Arc<Version>) {
        (Key::clone(key), Arc::clone(version))
    }
}
