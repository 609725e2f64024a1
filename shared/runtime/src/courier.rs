//! Delivers events to a function, counts attempts, and keeps what cannot be delivered.

use crate::{
    intake::fingerprint,
    metrics::{Metrics, Outcome},
    scrub::scrub,
    service::{Answer, Clock, Service},
};
use chiron_events::Context;
use chiron_function::Failure;
use chiron_model::{Digest, Id, Lane, Timestamp};
use chiron_redact::Redactor;
use chiron_store::{Commit, Record, StateStore};
use cloudevents::{AttributesReader, Event};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tracing::{Instrument, info_span, warn};

/// An event that failed so often is not tried again by itself.
pub(crate) const MAX_ATTEMPTS: u64 = 5;
/// Attempts are counted for a day.
const COUNTED: Duration = Duration::from_hours(24);

/// An event that could not be handled. It is kept until somebody replays it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Its name.
    pub id: String,
    /// The function that could not handle it.
    pub function: String,
    /// Why, with all causes.
    pub error: String,
    /// How often it was tried.
    pub attempts: u64,
    /// When it was kept.
    pub kept_at: Timestamp,
    /// The event, without credentials; none when it could not even be read.
    pub event: Option<Event>,
}

/// Delivers events to a function.
pub struct Courier {
    service: Arc<dyn Service>,
    states: Arc<dyn StateStore>,
    redactor: Arc<Redactor>,
    metrics: Arc<Metrics>,
    clock: Clock,
}

impl Courier {
    /// Delivers to `service`; attempts and dead letters are kept in `states`.
    pub fn new(
        service: Arc<dyn Service>,
        states: Arc<dyn StateStore>,
        redactor: Arc<Redactor>,
        metrics: Arc<Metrics>,
        clock: Clock,
    ) -> Self {
        Self { service, states, redactor, metrics, clock }
    }

    /// The function it delivers to.
    #[must_use]
    pub fn service(&self) -> &dyn Service {
        self.service.as_ref()
    }

    /// Delivers a batch. What will never be handled, and what failed too often, is kept as a dead letter; the former is
    /// told to the sender, the latter is answered as if it had been handled.
    pub async fn deliver(&self, events: &[Event]) -> Vec<Result<Answer, Failure>> {
        let name = self.service.descriptor().about.name;
        let span = info_span!("deliver", faas.name = name, events = events.len());
        async {
            let started = (self.clock)();
            let answers = self.service.deliver(events.to_vec()).await;
            self.metrics.observe_duration(name, (self.clock)().seconds_since(started));
            let mut settled = Vec::with_capacity(answers.len());
            for (event, answer) in events.iter().zip(answers) {
                settled.push(self.settle(name, event, answer).await);
            }
            settled
        }
        .instrument(span)
        .await
    }

    async fn settle(
        &self,
        name: &str,
        event: &Event,
        answer: Result<Answer, Failure>,
    ) -> Result<Answer, Failure> {
        let failure = match answer {
            Ok(answer) => {
                self.metrics
                    .count(name, if answer.is_duplicate { Outcome::Duplicate } else { Outcome::Handled });
                return Ok(answer);
            }
            Err(failure) => failure,
        };
        warn!(
            faas.name = name,
            cloudevents.event_id = event.id(),
            cloudevents.event_type = event.ty(),
            error = failure.chain(),
            "event not handled"
        );
        if failure.is_final() {
            self.metrics.count(name, Outcome::Rejected);
            self.bury(name, event, &failure, 1).await;
            return Err(failure);
        }
        self.metrics.count(name, Outcome::Retried);
        match self.attempts(name, event).await {
            Some(attempts) if attempts >= MAX_ATTEMPTS => {
                if self.bury(name, event, &failure, attempts).await {
                    return Ok(Answer { is_dead: true, ..Answer::default() });
                }
                Err(failure)
            }
            Some(_) | None => Err(failure),
        }
    }

    /// How often the event was tried, this time included; none when the store cannot tell.
    async fn attempts(&self, name: &str, event: &Event) -> Option<u64> {
        let key = format!("attempts#{name}#{}", identity(event));
        self.states.count(&key, (self.clock)().plus(COUNTED)).await.ok()
    }

    /// Keeps an event that can never be handled as a dead letter, so that its loss is seen.
    pub async fn refuse(&self, event: &Event, reason: &str) {
        let name = self.service.descriptor().about.name;
        self.metrics.count(name, Outcome::Rejected);
        self.bury(name, event, &Failure::rejected(reason), 1).await;
    }

    /// Keeps an event as a dead letter. Returns whether that worked.
    async fn bury(&self, name: &str, event: &Event, failure: &Failure, attempts: u64) -> bool {
        let context = Context::of(event);
        let id = Id::derive(&["dead-letter", name, &identity(event)]).to_string();
        let letter = DeadLetter {
            id,
            function: name.to_owned(),
            error: failure.chain(),
            attempts,
            kept_at: (self.clock)(),
            event: Some(scrub(event.clone(), &self.redactor)),
        };
        let kept = self.keep(letter, &context.lane, object_of(&context)).await;
        if kept {
            self.metrics.count(name, Outcome::DeadLetter);
        }
        kept
    }

    /// Keeps the fingerprint of what could not be read as an event, so that the loss is seen.
    pub async fn note_loss(&self, ty: &str, digest: &Digest, bytes: u64, reason: &str) {
        let name = self.service.descriptor().about.name;
        let id = Id::derive(&["dead-letter", name, digest.as_str()]).to_string();
        let error = format!("{reason}; type {ty:?}, {bytes} bytes, sha256 {digest}");
        let letter = DeadLetter {
            id,
            function: name.to_owned(),
            error,
            attempts: 1,
            kept_at: (self.clock)(),
            event: None,
        };
        self.keep(letter, &Lane::live(), String::new()).await;
    }

    async fn keep(&self, letter: DeadLetter, lane: &Lane, object: String) -> bool {
        let record = Record {
            kind: "dead-letter".to_owned(),
            id: letter.id.clone(),
            schema_version: 1,
            status: if letter.event.is_some() { "open" } else { "lost" }.to_owned(),
            at: letter.kept_at,
            object,
            lane: lane.clone(),
            body: serde_json::to_value(&letter).unwrap_or_default(),
        };
        let commit = Commit { records: vec![record], ..Commit::default() };
        match self.states.commit(commit).await {
            Ok(()) => true,
            Err(error) => {
                warn!(faas.name = letter.function, error = %error, "dead letter not kept");
                false
            }
        }
    }
}

/// Names an event and its payload.
fn identity(event: &Event) -> String {
    let name = format!("{}\u{1f}{}\u{1f}{}", event.source(), event.id(), fingerprint(event));
    Digest::of(name.as_bytes()).as_str()[..40].to_owned()
}

/// The subject of an event, cut to what an index takes.
fn object_of(context: &Context) -> String {
    const LONGEST: usize = 1_024;
    let subject = context.subject.as_deref().unwrap_or_default();
    subject[..subject.floor_char_boundary(LONGEST)].to_owned()
}
