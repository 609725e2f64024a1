//! Reads recordings: events are normalised as where they are observed.

use super::{TrainError, lake::observations, steps::Steps};
use crate::{
    ports::now,
    replay::{Batch, Input, Progress, read as read_lines},
    report::InputError,
};
use chiron_events::Context;
use chiron_function::{Call, Failure, Function, Inbound};
use chiron_model::Timestamp;
use chiron_observe::{Config, Observe, Raw};
use chiron_redact::Redactor;
use chiron_store::MemoryStore;
use cloudevents::AttributesReader;
use std::sync::Arc;

/// What was read.
#[derive(Debug, Default)]
pub struct Recorded {
    /// The steps.
    pub steps: Steps,
    /// Lines and events that could not be taken.
    pub errors: Vec<InputError>,
}

/// Normalises events.
struct Reader<'a> {
    cluster: &'a str,
    redactor: Arc<Redactor>,
    recorded: Recorded,
}

/// Reads all inputs; events that do not say their cluster are of `cluster`. Events of other things than objects are left
/// out.
///
/// # Errors
/// When an input cannot be read.
pub async fn read(
    inputs: Vec<Input>,
    cluster: &str,
    since: Option<Timestamp>,
    progress: &mut Progress,
) -> Result<Recorded, TrainError> {
    let recorded = Recorded { steps: Steps::since(since), ..Recorded::default() };
    // Tokens hold nothing of what is redacted: any key will do.
    let mut reader = Reader { cluster, redactor: Arc::new(Redactor::new(b"training")), recorded };
    let mut batches = read_lines(inputs);
    while let Some(batch) = batches.recv().await {
        reader.take(batch?).await?;
        progress.say(format!("reading: {} changes", reader.recorded.steps.seen()));
    }
    let Recorded { steps, errors } = &reader.recorded;
    progress.done(&format!("read {} changes, {} lines could not be taken", steps.seen(), errors.len()));
    Ok(reader.recorded)
}

impl Reader<'_> {
    async fn take(&mut self, batch: Batch) -> Result<(), TrainError> {
        self.recorded.errors.extend(batch.errors);
        let (mut places, mut calls) = (Vec::new(), Vec::new());
        for (place, event) in batch.events {
            if !Raw::TYPES.contains(&event.ty()) {
                continue;
            }
            let context = Context::of(&event);
            match Raw::decode(event) {
                Ok(input) => {
                    places.push(place);
                    calls.push(Call { context, input });
                }
                Err(error) => self.recorded.errors.push(place.error(None, error.to_string())),
            }
        }
        let store = MemoryStore::default();
        let results = self.observe(&store).handle_all(calls).await;
        for (place, result) in places.iter().zip(results) {
            match result {
                Ok(_) => {}
                Err(Failure::Rejected { reason, .. }) => {
                    self.recorded.errors.push(place.error(None, reason));
                }
                Err(failure @ (Failure::Transient { .. } | Failure::InProgress)) => {
                    return Err(TrainError::NotRead(failure.chain()));
                }
            }
        }
        for (key, bytes) in store.objects() {
            observations(&key, &bytes)?.iter().for_each(|it| self.recorded.steps.take(it));
        }
        Ok(())
    }

    /// The function that observes, over a store that goes with the batch.
    fn observe(&self, store: &MemoryStore) -> Observe {
        let config = Config { default_cluster: Some(self.cluster.to_owned()) };
        Observe::new(config, Arc::new(store.clone()), Arc::clone(&self.redactor), now)
    }
}
