//! Gives what a watch tells to the sink, until each change is taken.

use crate::{Config, Origin, Sink, crashes::Crashes, event, pulse::Pulse};
use chiron_cluster::watch::{Feed, pause};
use cloudevents::{AttributesReader, Event};
use std::{sync::Arc, time::Duration};
use tracing::warn;

/// Gives events to the sink.
pub(crate) struct Teller {
    pub origin: Origin,
    pub config: Config,
    pub sink: Arc<dyn Sink>,
    pub pulse: Pulse,
}

impl Teller {
    /// Tells all that the feed has, until the watch ends.
    pub(crate) async fn tell(&self, feed: &mut Feed, mut crashes: Crashes) {
        while let Some(told) = feed.next(self.config.batch, self.config.gather).await {
            self.pulse.begin();
            crashes.notice(told);
            let mut events = Vec::with_capacity(told.len());
            for one in told {
                match event(&self.origin, one.clone()) {
                    Ok(event) => events.push(event),
                    Err(error) => warn!(error = %error, "a change cannot be told"),
                }
            }
            self.insist(events).await;
            // The log comes after what it belongs to.
            crashes.pass_on();
            feed.taken().await;
            self.pulse.end();
        }
    }

    /// Gives events to the sink until each is taken, or refused for good.
    pub(crate) async fn insist(&self, mut events: Vec<Event>) {
        let mut wait = self.config.retry;
        while !events.is_empty() {
            let results = self.sink.accept(events.clone()).await;
            let mut again = Vec::new();
            let mut answers = results.into_iter();
            for event in events {
                // An answer that is missing is no answer: the event is given again.
                match answers.next() {
                    Some(Ok(())) => {}
                    Some(Err(failure)) if failure.is_final() => {
                        warn!(cloudevents.event_id = event.id(), error = %failure.chain(), "a change was refused");
                    }
                    Some(Err(_)) | None => again.push(event),
                }
            }
            events = again;
            if !events.is_empty() {
                pause(wait).await;
                wait = next_wait(wait, self.config.retry_limit);
            }
        }
    }
}

fn next_wait(wait: Duration, limit: Duration) -> Duration {
    wait.saturating_mul(2).min(limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chiron_function::Failure;
    use chiron_store::Pending;
    use cloudevents::{EventBuilder, EventBuilderV10};
    use std::sync::{Mutex, PoisonError};

    /// Takes an event when it was given three times, and those named `no` never.
    #[derive(Default)]
    struct Slow(Mutex<Vec<Vec<String>>>);

    impl Sink for Slow {
        fn accept(&self, events: Vec<Event>) -> Pending<'_, Vec<Result<(), Failure>>> {
            let mut given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            given.push(events.iter().map(|event| event.id().to_owned()).collect());
            let is_third = given.len() > 2;
            let results = events.iter().map(|event| match event.id() {
                "no" => Err(Failure::rejected("never")),
                "later" if !is_third => Err(Failure::transient("busy")),
                _ => Ok(()),
            });
            let results = results.collect();
            Box::pin(async move { results })
        }
    }

    #[tokio::test]
    async fn events_are_given_until_they_are_taken_and_refused_ones_once() {
        let sink = Arc::new(Slow::default());
        let config = Config { retry: Duration::from_millis(1), ..Config::default() };
        let origin = Origin { cluster: "c".to_owned(), server: "s".to_owned() };
        let sink_of = Arc::clone(&sink) as Arc<dyn Sink>;
        let teller = Teller { origin, config, sink: sink_of, pulse: Pulse::default() };
        let event = |id: &str| EventBuilderV10::new().id(id).source("/s").ty("t").build().unwrap();

        teller.insist(vec![event("yes"), event("later"), event("no")]).await;

        let given = sink.0.lock().unwrap().clone();
        assert_eq!(given, [vec!["yes", "later", "no"], vec!["later"], vec!["later"]]);
    }
}
