//! Remembers what recent events led to, so that a redelivered event changes nothing.

use chiron_events::Context;
use chiron_model::Timestamp;
use cloudevents::Event;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Inputs that are remembered with the state itself.
const REMEMBERED: usize = 256;
/// Inputs that are moved to a page at once, so that pages are few.
const PAGE: usize = 128;

/// An input that was handled, and what it led to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    source: String,
    id: String,
    hash: String,
    at: Timestamp,
    outputs: Vec<Event>,
}

/// State together with the outputs of the last events that changed it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ledger<S> {
    /// The state itself.
    pub state: S,
    recent: VecDeque<Entry>,
    /// Pages that were written so far.
    pages: u64,
    /// Time of the newest event that is only on a page.
    paged_until: Timestamp,
}

/// Entries that no longer fit into the state; kept beside it for a day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    entries: Vec<Entry>,
}

/// What is known of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Replay {
    /// It was never handled.
    New,
    /// It was handled and led to these events.
    Again(Vec<Event>),
    /// An event of the same name with another payload was handled.
    Altered,
    /// It is older than what is remembered here: look at the pages.
    Older,
}

impl<S: Default> Default for Ledger<S> {
    fn default() -> Self {
        Self { state: S::default(), recent: VecDeque::new(), pages: 0, paged_until: Timestamp::MIN }
    }
}

impl<S> Ledger<S> {
    /// What is known of the event of `context` whose payload has that fingerprint.
    #[must_use]
    pub fn replay(&self, context: &Context, hash: &str) -> Replay {
        match find(self.recent.iter(), context, hash) {
            Replay::New if self.pages > 0 && context.at() <= self.paged_until => Replay::Older,
            known @ (Replay::New | Replay::Again(_) | Replay::Altered | Replay::Older) => known,
        }
    }

    /// Notes what an event led to. Returns a page to be written, when one is full, and its number.
    pub fn record(&mut self, context: &Context, hash: &str, outputs: &[Event]) -> Option<(u64, Page)> {
        self.recent.push_back(Entry {
            source: context.source.clone(),
            id: context.id.clone(),
            hash: hash.to_owned(),
            at: context.at(),
            outputs: outputs.to_vec(),
        });
        if self.recent.len() <= REMEMBERED + PAGE {
            return None;
        }
        let entries: Vec<Entry> = self.recent.drain(..PAGE).collect();
        self.paged_until = entries.iter().map(|entry| entry.at).fold(self.paged_until, Timestamp::max);
        self.pages += 1;
        Some((self.pages, Page { entries }))
    }

    /// Numbers of the pages, the newest first.
    pub fn pages(&self) -> impl Iterator<Item = u64> + use<S> {
        (1..=self.pages).rev()
    }
}

impl Page {
    /// What the page knows of an event.
    #[must_use]
    pub fn replay(&self, context: &Context, hash: &str) -> Replay {
        find(self.entries.iter(), context, hash)
    }
}

fn find<'a>(mut entries: impl Iterator<Item = &'a Entry>, context: &Context, hash: &str) -> Replay {
    match entries.find(|entry| entry.id == context.id && entry.source == context.source) {
        None => Replay::New,
        Some(entry) if entry.hash == hash => Replay::Again(entry.outputs.clone()),
        Some(_) => Replay::Altered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(number: i64) -> Context {
        Context {
            id: number.to_string(),
            source: "/s".to_owned(),
            time: Some(Timestamp::from_secs(number)),
            ..Context::default()
        }
    }

    #[test]
    fn an_event_that_was_handled_is_known_by_its_payload() {
        let mut ledger: Ledger<u8> = Ledger::default();
        ledger.record(&context(1), "h", &[]);

        assert_eq!(ledger.replay(&context(1), "h"), Replay::Again(vec![]));
        assert_eq!(ledger.replay(&context(1), "other"), Replay::Altered);
        assert_eq!(ledger.replay(&context(2), "h"), Replay::New);
    }

    #[test]
    fn what_is_too_old_for_the_state_is_found_on_its_page() {
        let mut ledger: Ledger<u8> = Ledger::default();
        let pages: Vec<(u64, Page)> =
            (0..1000).filter_map(|number| ledger.record(&context(number), "h", &[])).collect();

        assert_eq!(ledger.replay(&context(5), "h"), Replay::Older);
        assert_eq!(ledger.replay(&context(5000), "h"), Replay::New);
        assert!(pages.iter().any(|(_, page)| page.replay(&context(5), "h") == Replay::Again(vec![])));
        assert_eq!(ledger.pages().next(), pages.last().map(|(number, _)| *number));
    }
}
