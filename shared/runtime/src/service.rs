//! A function whose types are hidden: what every host runs.

use chiron_function::{About, Failure};
use chiron_model::Timestamp;
use cloudevents::Event;
use std::{future::Future, pin::Pin};

/// Tells the time of the wall clock: for expiry and for waiting, never for decisions.
pub type Clock = fn() -> Timestamp;

/// What became of an event that was handled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Events to send.
    pub outputs: Vec<Event>,
    /// Whether it had been handled before.
    pub is_duplicate: bool,
    /// Whether it failed too often and was kept as a dead letter.
    pub is_dead: bool,
}

/// A function, what it takes and what it emits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// What it says of itself.
    pub about: About,
    /// Event types it takes.
    pub inputs: &'static [&'static str],
    /// Event types it emits.
    pub outputs: &'static [&'static str],
}

/// What every function must be allowed to do: keep state and records, count attempts, and fetch or put what is large.
pub const HOST_PERMISSIONS: &[&str] = &[
    "dynamodb:BatchGetItem chiron-state",
    "dynamodb:BatchWriteItem chiron-state",
    "dynamodb:PutItem chiron-state, chiron-records",
    "dynamodb:UpdateItem chiron-state",
    "s3:GetObject payloads/*, states/*",
    "s3:PutObject payloads/*, states/*",
];

/// Answers to a batch, in its order.
pub(crate) type Answers<'a> = Pin<Box<dyn Future<Output = Vec<Result<Answer, Failure>>> + Send + 'a>>;

/// A function whose types are hidden.
pub trait Service: Send + Sync {
    /// What it takes and emits.
    fn descriptor(&self) -> Descriptor;

    /// Handles events that arrived together. An answer is given only when its effects are stored.
    fn deliver(&self, events: Vec<Event>) -> Answers<'_>;
}

impl Descriptor {
    /// Everything it must be allowed to do.
    pub fn permissions(&self) -> impl Iterator<Item = &'static str> {
        HOST_PERMISSIONS.iter().chain(self.about.permissions).copied()
    }

    /// Whether the function takes events of that type in that lane.
    #[must_use]
    pub fn takes(&self, ty: &str, lane: &chiron_model::Lane) -> bool {
        let works_there = if lane.is_live() { self.about.live } else { self.about.sealed };
        works_there && self.inputs.contains(&ty)
    }
}
