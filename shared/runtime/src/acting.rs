//! Hosts a [`Function`]: handles a batch, then writes its effects, its records and what it remembers in one commit.

use crate::{
    claim,
    intake::take_all,
    recent::Recent,
    remember::{self, Memory},
    service::{Answer, Answers, Clock, Descriptor, Service},
};
use chiron_events::Context;
use chiron_function::{Call, Effects, Failure, Function, Inbound, Outbound};
use chiron_store::{Commit, CommitError, ObjectStore, SeenAgain, StateStore};
use cloudevents::Event;
use std::{collections::HashMap, sync::Arc};

/// Attempts to write against other writers before the sender has to come again.
const ATTEMPTS: usize = 8;
/// Names of events that are remembered in this process.
const RECENT: usize = 20_000;

/// A function together with its stores.
pub struct Acting<F> {
    function: F,
    states: Arc<dyn StateStore>,
    objects: Arc<dyn ObjectStore>,
    memory: Memory,
    clock: Clock,
    recent: Recent<String>,
}

/// One event of a batch on its way.
struct Item<I> {
    place: usize,
    key: String,
    hash: String,
    context: Context,
    /// Given away on the first attempt when there is no second one.
    input: Option<I>,
}

impl<F: Function> Acting<F> {
    /// Hosts `function`; what it remembers is written to `states`.
    pub fn new(
        function: F,
        states: Arc<dyn StateStore>,
        objects: Arc<dyn ObjectStore>,
        clock: Clock,
    ) -> Self {
        Self { function, states, objects, memory: Memory::Table, clock, recent: Recent::new(RECENT) }
    }

    /// Sets whether it remembers what it handled.
    #[must_use]
    pub fn with_memory(mut self, memory: Memory) -> Self {
        self.memory = memory;
        self
    }

    async fn run(&self, events: Vec<Event>) -> Vec<Result<Answer, Failure>> {
        let mut answers: Vec<Option<Result<Answer, Failure>>> = events.iter().map(|_| None).collect();
        let mut items: Vec<Item<F::Input>> = Vec::with_capacity(events.len());
        let mut twins: Vec<(usize, usize)> = Vec::new();
        let mut firsts: HashMap<String, (usize, String)> = HashMap::new();
        let read = take_all::<F::Input>(events, self.objects.as_ref()).await;
        for (place, taken) in read.into_iter().enumerate() {
            let taken = match taken {
                Ok(taken) => taken,
                Err(failure) => {
                    answers[place] = Some(Err(failure));
                    continue;
                }
            };
            let key = remember::key(F::ABOUT.name, &taken.call.context);
            match firsts.get(&key) {
                Some((first, hash)) if *hash == taken.hash => twins.push((place, *first)),
                Some(_) => answers[place] = Some(Err(altered(&taken.call.context))),
                None => {
                    firsts.insert(key.clone(), (place, taken.hash.clone()));
                    let Call { context, input } = taken.call;
                    items.push(Item { place, key, hash: taken.hash, context, input: Some(input) });
                }
            }
        }
        self.skip_known(&mut items, &mut answers).await;
        self.settle(items, &mut answers).await;
        for (place, first) in twins {
            answers[place] = Some(match &answers[first] {
                Some(Ok(_)) => Ok(Answer { outputs: Vec::new(), is_duplicate: true, ..Answer::default() }),
                _ => Err(Failure::transient("the same event came in the same batch and was not handled")),
            });
        }
        answers.into_iter().map(|answer| answer.unwrap_or_else(|| Ok(Answer::default()))).collect()
    }

    /// Events that this process handled not long ago need not be handled to find out.
    async fn skip_known(
        &self,
        items: &mut Vec<Item<F::Input>>,
        answers: &mut [Option<Result<Answer, Failure>>],
    ) {
        let known: Vec<String> = items
            .iter()
            .filter(|item| self.recent.get(&item.key).is_some())
            .map(|item| item.key.clone())
            .collect();
        if known.is_empty() {
            return;
        }
        if let Ok(again) = self.states.seen(&known).await {
            self.answer_again(&again, items, answers).await;
        }
    }

    /// Handles the events and writes what comes of it, until nobody else is in the way.
    async fn settle(&self, mut items: Vec<Item<F::Input>>, answers: &mut [Option<Result<Answer, Failure>>]) {
        for attempt in 0..ATTEMPTS {
            if items.is_empty() {
                return;
            }
            let calls = self.calls(&mut items);
            let results = self.function.handle_all(calls).await;
            let (commit, outputs) = self.prepare(&items, results).await;
            match self.write(commit).await {
                Ok(()) => {
                    for (item, outputs) in items.into_iter().zip(outputs) {
                        if outputs.is_ok() && self.memory == Memory::Table {
                            self.recent.put(item.key, item.hash);
                        }
                        answers[item.place] = Some(outputs.map(|outputs| Answer {
                            outputs,
                            is_duplicate: false,
                            ..Answer::default()
                        }));
                    }
                    return;
                }
                Err(CommitError::Seen(again)) => self.answer_again(&again, &mut items, answers).await,
                Err(CommitError::Conflict(_)) if attempt + 1 < ATTEMPTS && self.memory == Memory::Table => {
                    back_off(attempt).await;
                }
                Err(CommitError::Conflict(keys)) => {
                    let reason = format!("others keep writing {}", keys.join(", "));
                    return fail(&items, answers, || Failure::transient(reason.clone()));
                }
                // One of them can never be written: the others go on.
                Err(CommitError::Store(error)) if !error.is_transient() && self.may_split(&items) => {
                    for item in items {
                        Box::pin(self.settle(vec![item], answers)).await;
                    }
                    return;
                }
                Err(CommitError::Store(error)) => {
                    let (reason, is_final) = (error.to_string(), !error.is_transient());
                    return fail(&items, answers, || {
                        if is_final {
                            Failure::rejected(reason.clone())
                        } else {
                            Failure::transient(reason.clone())
                        }
                    });
                }
            }
        }
        fail(&items, answers, || Failure::transient("the same events are being handled elsewhere"));
    }

    /// Whether the events of a batch can be handled again one by one: then their inputs are still there.
    fn may_split(&self, items: &[Item<F::Input>]) -> bool {
        items.len() > 1 && self.memory == Memory::Table
    }

    /// What the function is given. Without a memory nothing can be in the way, and there is no second attempt.
    fn calls(&self, items: &mut [Item<F::Input>]) -> Vec<Call<F::Input>> {
        let is_only_attempt = self.memory == Memory::None;
        items
            .iter_mut()
            .filter_map(|item| {
                let input = if is_only_attempt { item.input.take() } else { item.input.clone() };
                input.map(|input| Call { context: item.context.clone(), input })
            })
            .collect()
    }

    async fn write(&self, commit: Commit) -> Result<(), CommitError> {
        if commit.is_empty() { Ok(()) } else { self.states.commit(commit).await }
    }

    /// The commit of a batch, and the outputs of each of its events.
    async fn prepare(
        &self,
        items: &[Item<F::Input>],
        results: Vec<Result<Effects<F::Output>, Failure>>,
    ) -> (Commit, Vec<Result<Vec<Event>, Failure>>) {
        let mut commit = Commit::default();
        let mut all = Vec::with_capacity(items.len());
        for (item, result) in items.iter().zip(results) {
            all.push(match result {
                Ok(effects) => self.effect(item, effects, items, &mut commit).await,
                Err(failure) => Err(failure),
            });
        }
        (commit, all)
    }

    async fn effect(
        &self,
        item: &Item<F::Input>,
        effects: Effects<F::Output>,
        items: &[Item<F::Input>],
        commit: &mut Commit,
    ) -> Result<Vec<Event>, Failure> {
        let context = &item.context;
        let outputs =
            encode(F::ABOUT.source().as_str(), context, &effects.outputs, self.objects.as_ref()).await?;
        commit.records.extend(effects.outputs.iter().flat_map(|output| output.records(context)));
        commit.states.extend(effects.writes);
        if self.memory == Memory::Table {
            let (key, hash) = (item.key.clone(), item.hash.clone());
            commit.seen.push(match effects.shared_with.and_then(|place| items.get(place)) {
                Some(other) => remember::seen_with(key, hash, &other.key, self.clock),
                None => remember::seen(key, hash, &outputs, self.clock)?,
            });
        }
        Ok(outputs)
    }

    /// Answers events that were handled before, from what is remembered of them, and takes them out of the batch.
    async fn answer_again(
        &self,
        again: &[SeenAgain],
        items: &mut Vec<Item<F::Input>>,
        answers: &mut [Option<Result<Answer, Failure>>],
    ) {
        for known in again {
            let Some(at) = items.iter().position(|item| item.key == known.key) else { continue };
            let item = items.remove(at);
            answers[item.place] = Some(if known.hash == item.hash {
                let outputs = remember::outputs(known, self.states.as_ref()).await;
                outputs
                    .map(|outputs| Answer { outputs, is_duplicate: true, ..Answer::default() })
                    .map_err(Failure::from)
            } else {
                Err(altered(&item.context))
            });
        }
    }
}

impl<F: Function> Service for Acting<F> {
    fn descriptor(&self) -> Descriptor {
        Descriptor { about: F::ABOUT, inputs: F::Input::TYPES, outputs: F::Output::TYPES }
    }

    fn deliver(&self, events: Vec<Event>) -> Answers<'_> {
        Box::pin(self.run(events))
    }
}

/// Writes outputs as events.
pub(crate) async fn encode<O: Outbound>(
    source: &str,
    context: &Context,
    outputs: &[O],
    objects: &dyn ObjectStore,
) -> Result<Vec<Event>, Failure> {
    let numbered = outputs.iter().enumerate();
    let mut events: Vec<Event> =
        numbered.map(|(index, output)| output.encode(source, context, index)).collect::<Result<_, _>>()?;
    claim::check_in(&mut events, objects).await?;
    Ok(events)
}

/// An event of this name was handled with another payload.
pub(crate) fn altered(context: &Context) -> Failure {
    Failure::rejected(format!(
        "quarantined: event {} of {} was handled before with another payload",
        context.id, context.source
    ))
}

fn fail<I>(
    items: &[Item<I>],
    answers: &mut [Option<Result<Answer, Failure>>],
    failure: impl Fn() -> Failure,
) {
    for item in items {
        answers[item.place] = Some(Err(failure()));
    }
}

/// Waits a little longer each time, not in step with others.
pub(crate) async fn back_off(attempt: usize) {
    let jitter = u64::from(std::process::id() % 7);
    tokio::time::sleep(std::time::Duration::from_millis((1 << attempt.min(6)) + jitter)).await;
}
