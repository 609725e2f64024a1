//! A stage that only thinks.

use crate::{About, Inbound, Outbound};
use chiron_events::Context;
use serde::{Serialize, de::DeserializeOwned};

/// A stage without I/O. The host loads and saves the state around it.
///
/// Equal arguments give equal results: no clock, no randomness. Time comes from the event.
pub trait Fold: Send + Sync + 'static {
    /// What it is.
    const ABOUT: About;
    /// What is remembered between the events of one key.
    type State: Default + Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync;
    /// What triggers it.
    type Input: Inbound;
    /// What it emits.
    type Output: Outbound;

    /// The key whose state the input concerns.
    fn key(&self, context: &Context, input: &Self::Input) -> String;

    /// Decides.
    fn fold(&self, context: &Context, state: &mut Self::State, input: Self::Input) -> Vec<Self::Output>;
}
