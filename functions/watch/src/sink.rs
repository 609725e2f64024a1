//! Who takes the events.

use chiron_function::Failure;
use chiron_store::Pending;
use cloudevents::Event;

/// Takes events: the broker of this process, or one that is reached over the network.
pub trait Sink: Send + Sync {
    /// Takes events; the results are in their order. What fails and is not final is given again, with its id.
    fn accept(&self, events: Vec<Event>) -> Pending<'_, Vec<Result<(), Failure>>>;
}
