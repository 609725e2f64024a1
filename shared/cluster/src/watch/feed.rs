//! The end of the consumer: batches of what was told, and what is saved once they were taken.

use super::{
    Memory, Remembered, Told,
    outlet::{Mark, Parcel},
};
use chiron_model::Timestamp;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tracing::warn;

/// What the watches of a cluster tell, in batches.
///
/// What is saved is only what was taken: after a crash the rest is told again.
pub struct Feed {
    receiver: mpsc::Receiver<Parcel>,
    memory: Arc<dyn Memory>,
    clock: super::Clock,
    saving: Duration,
    saved: Timestamp,
    waiting: Vec<Parcel>,
    told: Vec<Told>,
    known: BTreeMap<Arc<str>, Tracked>,
}

/// What was taken of one kind.
#[derive(Default)]
struct Tracked {
    remembered: Remembered,
    is_changed: bool,
}

impl Feed {
    pub(super) fn new(
        receiver: mpsc::Receiver<Parcel>,
        memory: Arc<dyn Memory>,
        clock: super::Clock,
        saving: Duration,
    ) -> Self {
        let saved = clock();
        Self {
            receiver,
            memory,
            clock,
            saving,
            saved,
            waiting: Vec::new(),
            told: Vec::new(),
            known: BTreeMap::new(),
        }
    }

    /// The next batch: `most` at most, and what comes `within` so long after the first. The same again until it was
    /// [`Feed::taken`]. `None` when the watches ended. May be dropped while it waits.
    pub async fn next(&mut self, most: usize, within: Duration) -> Option<&[Told]> {
        while self.told.is_empty() {
            self.gather(most, within).await?;
            self.told = self.waiting.iter_mut().filter_map(|parcel| parcel.told.take()).collect();
            if self.told.is_empty() {
                self.taken().await;
            }
        }
        Some(&self.told)
    }

    /// The batch was taken and need not be told again. Saves what is known, when it is time.
    pub async fn taken(&mut self) {
        self.told.clear();
        for parcel in self.waiting.drain(..) {
            self.known.entry(parcel.stream).or_default().take(parcel.mark);
        }
        let now = (self.clock)();
        // A clock that was set back must not stop the saving.
        if now >= self.saved.plus(self.saving) || now < self.saved {
            self.save().await;
        }
    }

    /// Saves what is known, at the end.
    pub async fn save(&mut self) {
        self.saved = (self.clock)();
        for (name, tracked) in self.known.iter_mut().filter(|(_, tracked)| tracked.is_changed) {
            match self.memory.save(name, &tracked.remembered).await {
                Ok(()) => tracked.is_changed = false,
                Err(error) => warn!(watch = %name, error = %error, "what is known was not saved"),
            }
        }
    }

    async fn gather(&mut self, most: usize, within: Duration) -> Option<()> {
        if self.waiting.is_empty() {
            let first = self.receiver.recv().await?;
            self.waiting.push(first);
        }
        let end = tokio::time::Instant::now() + within;
        while self.waiting.len() < most {
            match tokio::time::timeout_at(end, self.receiver.recv()).await {
                Ok(Some(parcel)) => self.waiting.push(parcel),
                Ok(None) | Err(_) => break,
            }
        }
        Some(())
    }
}

impl Tracked {
    fn take(&mut self, mark: Mark) {
        let Mark { recalled, put, gone, position, seen } = mark;
        if let Some(recalled) = recalled {
            self.remembered = recalled;
            return;
        }
        self.is_changed = true;
        if let Some((key, version)) = put {
            self.remembered.objects.insert(key, version);
        }
        if let Some(key) = gone {
            self.remembered.objects.remove(&key);
        }
        if position.is_some() {
            self.remembered.position = position;
        }
        if seen.is_some() {
            self.remembered.seen = seen;
        }
    }
}
