//! What a stage is.
//!
//! A [`Fold`] thinks: state and input in, state and outputs out, nothing else. A [`Function`] acts, through ports it was
//! made with. Neither knows of HTTP, Lambda or brokers; those are hosts, and hosts know only these.

mod about;
mod failure;
mod fold;
mod inbound;
mod ledger;
mod outbound;
mod projection;
mod seen;

pub use about::{About, Kind};
pub use failure::Failure;
pub use fold::Fold;
pub use inbound::Inbound;
pub use ledger::{Ledger, Page, Replay};
pub use outbound::Outbound;
pub use projection::Projection;
pub use seen::Seen;

use chiron_events::Context;
use chiron_store::StateWrite;
use std::future::Future;

/// One delivery: what is known of the event, and its payload.
#[derive(Clone, Debug, PartialEq)]
pub struct Call<I> {
    /// What is known of the event besides its payload.
    pub context: Context,
    /// The payload.
    pub input: I,
}

/// What handling an event leads to. The host writes and sends all of it, or none.
#[derive(Clone, Debug, PartialEq)]
pub struct Effects<O> {
    /// Events to send.
    pub outputs: Vec<O>,
    /// State to write in the same transaction.
    pub writes: Vec<StateWrite>,
    /// The place, in the same batch, of the call whose effects are those of this one too.
    pub shared_with: Option<usize>,
}

impl<O> Effects<O> {
    /// Nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::send(Vec::new())
    }

    /// Events to send.
    #[must_use]
    pub fn send(outputs: Vec<O>) -> Self {
        Self { outputs, writes: Vec::new(), shared_with: None }
    }

    /// The effects of another call of the same batch.
    #[must_use]
    pub fn shared(with: usize) -> Self {
        Self { shared_with: Some(with), ..Self::none() }
    }
}

/// A stage that acts. It may be called again with the same event, and then must do the same.
pub trait Function: Send + Sync + 'static {
    /// What it is.
    const ABOUT: About;
    /// What triggers it.
    type Input: Inbound;
    /// What it emits.
    type Output: Outbound;

    /// Handles one event.
    fn handle(
        &self,
        call: Call<Self::Input>,
    ) -> impl Future<Output = Result<Effects<Self::Output>, Failure>> + Send;

    /// Handles events that arrived together; the results are in their order.
    fn handle_all(
        &self,
        calls: Vec<Call<Self::Input>>,
    ) -> impl Future<Output = Vec<Result<Effects<Self::Output>, Failure>>> + Send {
        async move {
            let mut results = Vec::with_capacity(calls.len());
            for call in calls {
                results.push(self.handle(call).await);
            }
            results
        }
    }
}
