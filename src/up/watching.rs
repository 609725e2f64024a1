//! Gives what watches tell to the functions of this process.

use super::ingress::Door;
use chiron_function::Failure;
use chiron_store::Pending;
use chiron_watch::Sink;
use cloudevents::Event;

/// The functions of this process as a sink.
pub(super) struct Inside(pub Door);

impl Sink for Inside {
    fn accept(&self, events: Vec<Event>) -> Pending<'_, Vec<Result<(), Failure>>> {
        Box::pin(async move {
            let results = self.0.take(events).await;
            results.into_iter().map(|result| result.map(|_| ())).collect()
        })
    }
}
