//! Hosts a [`Fold`]: load the state of its keys, fold or replay, save everything in one commit.

use crate::{
    acting::{altered, back_off, encode},
    intake::{Taken, order, take_all},
    recent::Recent,
    service::{Answer, Answers, Clock, Descriptor, Service},
};
use chiron_function::{Call, Failure, Fold, Inbound, Ledger, Outbound, Page, Replay};
use chiron_model::Timestamp;
use chiron_store::{Commit, CommitError, ObjectStore, StateStore, StateWrite, pack, unpack};
use cloudevents::Event;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Attempts to write against other writers before the sender has to come again.
const ATTEMPTS: usize = 8;
/// States that are kept in this process between batches.
const CACHED: usize = 1024;
/// Pages of the ledger, and everything of a replay, are forgotten after a day.
const EXPIRES: Duration = Duration::from_hours(24);

/// A fold together with the stores that keep its state.
pub struct Stateful<F: Fold> {
    fold: F,
    states: Arc<dyn StateStore>,
    objects: Arc<dyn ObjectStore>,
    clock: Clock,
    cache: Recent<Arc<Loaded<F::State>>>,
}

/// The state of one key and the version it was read at.
#[derive(Clone)]
struct Loaded<S> {
    ledger: Ledger<S>,
    version: Option<u64>,
}

/// One event of a batch on its way.
struct Item<I> {
    place: usize,
    hash: String,
    call: Call<I>,
}

/// What a key's events led to.
struct Work<S> {
    loaded: Loaded<S>,
    commit: Commit,
    answers: Vec<(usize, Result<Answer, Failure>)>,
    is_changed: bool,
}

impl<F: Fold> Stateful<F> {
    /// Keeps the state of `fold` in `states`.
    pub fn new(fold: F, states: Arc<dyn StateStore>, objects: Arc<dyn ObjectStore>, clock: Clock) -> Self {
        Self { fold, states, objects, clock, cache: Recent::new(CACHED) }
    }

    async fn run(&self, events: Vec<Event>) -> Vec<Result<Answer, Failure>> {
        let mut answers: Vec<Option<Result<Answer, Failure>>> = events.iter().map(|_| None).collect();
        let mut items: Vec<Item<F::Input>> = Vec::with_capacity(events.len());
        let taken = take_all::<F::Input>(events, self.objects.as_ref()).await;
        for (place, taken) in taken.into_iter().enumerate() {
            match taken {
                Ok(Taken { call, hash }) => items.push(Item { place, hash, call }),
                Err(failure) => answers[place] = Some(Err(failure)),
            }
        }
        items.sort_by_cached_key(|item| order(F::Input::TYPES, &item.call.context));
        let mut groups: BTreeMap<String, Vec<Item<F::Input>>> = BTreeMap::new();
        for item in items {
            let key = self.fold.key(&item.call.context, &item.call.input);
            let key = format!("{}#{}#{key}", F::ABOUT.name, item.call.context.lane);
            groups.entry(key).or_default().push(item);
        }
        match self.settle(&groups, &mut answers).await {
            Ok(()) => {}
            // One state is damaged: the others go on.
            Err(error) if is_final(&error) && groups.len() > 1 => {
                for (key, items) in groups {
                    let group = BTreeMap::from([(key, items)]);
                    if let Err(error) = self.settle(&group, &mut answers).await {
                        fail(&error, &group, &mut answers);
                    }
                }
            }
            Err(error) => fail(&error, &groups, &mut answers),
        }
        answers.into_iter().map(|answer| answer.unwrap_or_else(|| Ok(Answer::default()))).collect()
    }

    /// Folds and saves, until nobody else is in the way. Answers are given when all is saved.
    async fn settle(
        &self,
        groups: &BTreeMap<String, Vec<Item<F::Input>>>,
        answers: &mut [Option<Result<Answer, Failure>>],
    ) -> Result<(), CommitError> {
        for attempt in 0..ATTEMPTS {
            match self.attempt(groups, answers).await {
                Err(CommitError::Conflict(_)) if attempt + 1 < ATTEMPTS => back_off(attempt).await,
                done => return done,
            }
        }
        Ok(())
    }

    async fn attempt(
        &self,
        groups: &BTreeMap<String, Vec<Item<F::Input>>>,
        answers: &mut [Option<Result<Answer, Failure>>],
    ) -> Result<(), CommitError> {
        let mut loaded = self.load(groups.keys()).await?;
        let mut commit = Commit::default();
        let mut done = Vec::with_capacity(groups.len());
        for (key, items) in groups {
            let state =
                loaded.remove(key).unwrap_or_else(|| Loaded { ledger: Ledger::default(), version: None });
            let mut work = self.work(key, state, items).await?;
            if work.is_changed {
                work.commit.states.push(self.save(key, &mut work.loaded)?);
            }
            commit.states.append(&mut work.commit.states);
            commit.records.append(&mut work.commit.records);
            done.push((key, work));
        }
        if !commit.is_empty() {
            self.states.commit(commit).await?;
        }
        for (key, work) in done {
            self.cache.put(key.clone(), Arc::new(work.loaded));
            for (place, answer) in work.answers {
                answers[place] = Some(answer);
            }
        }
        Ok(())
    }

    /// The states of all keys. They leave the cache until they are saved, so that a failure leaves nothing stale.
    async fn load<'k>(
        &self,
        keys: impl Iterator<Item = &'k String>,
    ) -> Result<BTreeMap<String, Loaded<F::State>>, CommitError> {
        let mut found = BTreeMap::new();
        let mut missing = Vec::new();
        for key in keys {
            match self.cache.take(key) {
                Some(state) => {
                    let state = Arc::try_unwrap(state).unwrap_or_else(|shared| (*shared).clone());
                    found.insert(key.clone(), state);
                }
                None => missing.push(key.clone()),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let stored = self.states.load(&missing).await?;
        for (key, stored) in missing.into_iter().zip(stored) {
            let state = match stored {
                Some(stored) => Loaded { ledger: unpack(&key, &stored.body)?, version: Some(stored.version) },
                None => Loaded { ledger: Ledger::default(), version: None },
            };
            found.insert(key, state);
        }
        Ok(found)
    }

    /// Handles the events of one key, in their order.
    async fn work(
        &self,
        key: &str,
        loaded: Loaded<F::State>,
        items: &[Item<F::Input>],
    ) -> Result<Work<F::State>, CommitError> {
        let mut work = Work { loaded, commit: Commit::default(), answers: Vec::new(), is_changed: false };
        for item in items {
            let answer = match self.known(key, &work.loaded.ledger, item).await? {
                Replay::Again(outputs) => Ok(Answer { outputs, is_duplicate: true, ..Answer::default() }),
                Replay::Altered => Err(altered(&item.call.context)),
                Replay::New | Replay::Older => self
                    .fold_one(key, item, &mut work)
                    .await
                    .map(|outputs| Answer { outputs, is_duplicate: false, ..Answer::default() }),
            };
            work.answers.push((item.place, answer));
        }
        Ok(work)
    }

    /// What is known of an event, also from the pages that no longer fit into the state.
    async fn known(
        &self,
        key: &str,
        ledger: &Ledger<F::State>,
        item: &Item<F::Input>,
    ) -> Result<Replay, CommitError> {
        let known = ledger.replay(&item.call.context, &item.hash);
        if known != Replay::Older {
            return Ok(known);
        }
        for number in ledger.pages() {
            let name = page_key(key, number);
            let Some(stored) = self.states.load(std::slice::from_ref(&name)).await?.pop().flatten() else {
                break;
            };
            let page: Page = unpack(&name, &stored.body)?;
            let known = page.replay(&item.call.context, &item.hash);
            if known != Replay::New {
                return Ok(known);
            }
        }
        Ok(Replay::New)
    }

    async fn fold_one(
        &self,
        key: &str,
        item: &Item<F::Input>,
        work: &mut Work<F::State>,
    ) -> Result<Vec<Event>, Failure> {
        let context = &item.call.context;
        let outputs = self.fold.fold(context, &mut work.loaded.ledger.state, item.call.input.clone());
        let events = encode(F::ABOUT.source().as_str(), context, &outputs, self.objects.as_ref()).await?;
        if outputs.is_empty() && item.call.input.is_tick() {
            return Ok(events);
        }
        work.is_changed = true;
        work.commit.records.extend(outputs.iter().flat_map(|output| output.records(context)));
        if let Some((number, page)) = work.loaded.ledger.record(context, &item.hash, &events) {
            work.commit.states.push(StateWrite {
                key: page_key(key, number),
                expected: None,
                body: pack(&page)?,
                expires_at: Some((self.clock)().plus(EXPIRES)),
                is_joined: true,
            });
        }
        Ok(events)
    }

    fn save(&self, key: &str, loaded: &mut Loaded<F::State>) -> Result<StateWrite, CommitError> {
        let expected = loaded.version;
        loaded.version = Some(expected.unwrap_or(0) + 1);
        Ok(StateWrite {
            key: key.to_owned(),
            expected,
            body: pack(&loaded.ledger)?,
            expires_at: self.expiry(key),
            is_joined: false,
        })
    }

    /// The state of a live cluster is kept for ever, that of a replay for a day.
    fn expiry(&self, key: &str) -> Option<Timestamp> {
        key.contains("#replay-").then(|| (self.clock)().plus(EXPIRES))
    }
}

fn is_final(error: &CommitError) -> bool {
    matches!(error, CommitError::Store(error) if !error.is_transient())
}

fn fail<I>(
    error: &CommitError,
    groups: &BTreeMap<String, Vec<Item<I>>>,
    answers: &mut [Option<Result<Answer, Failure>>],
) {
    for item in groups.values().flatten() {
        let reason = error.to_string();
        let failure = if is_final(error) { Failure::rejected(reason) } else { Failure::transient(reason) };
        answers[item.place] = Some(Err(failure));
    }
}

fn page_key(key: &str, number: u64) -> String {
    format!("{key}#page#{number}")
}

impl<F: Fold> Service for Stateful<F> {
    fn descriptor(&self) -> Descriptor {
        Descriptor { about: F::ABOUT, inputs: F::Input::TYPES, outputs: F::Output::TYPES }
    }

    fn deliver(&self, events: Vec<Event>) -> Answers<'_> {
        Box::pin(self.run(events))
    }
}
