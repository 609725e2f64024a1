//! The function: watch, and give each change to the sink until it is taken.

use crate::{Config, Kept, Origin, Sink, crashes::Crashes, event, logs::Logs, pulse::Pulse};
use chiron_cluster::{
    Cluster,
    watch::{Clock, Engine, EngineParts, Feed, Health, pause},
};
use chiron_redact::Redactor;
use chiron_store::StateStore;
use cloudevents::{AttributesReader, Event};
use futures::future::{Either, select};
use std::{future::Future, pin::pin, sync::Arc, time::Duration};
use tracing::warn;

/// The `source` of what the function tells of itself.
pub const SOURCE: &str = "/functions/watch";

/// What a watch reaches the world by.
#[derive(Clone)]
pub struct Ports {
    /// Where it is kept how far each kind was told.
    pub states: Arc<dyn StateStore>,
    /// Takes the events.
    pub sink: Arc<dyn Sink>,
    /// Replaces credentials in logs, before they are cut.
    pub redactor: Arc<Redactor>,
    /// Tells the time.
    pub clock: Clock,
}

/// Watches one cluster. Several clusters have a watch each.
pub struct Watch {
    engine: Engine,
    feed: Feed,
    teller: Teller,
    logs: Logs,
    clock: Clock,
}

/// Gives events to the sink.
pub(crate) struct Teller {
    pub origin: Origin,
    pub config: Config,
    pub sink: Arc<dyn Sink>,
    pulse: Pulse,
}

impl Watch {
    /// A watch of `cluster`. Does nothing until it is run.
    #[must_use]
    pub fn new(cluster: Cluster, config: Config, ports: Ports) -> Self {
        let Ports { states, sink, redactor, clock } = ports;
        let origin = Origin { cluster: cluster.name().to_owned(), server: cluster.server().to_owned() };
        let logs = Logs::new(cluster.clone(), redactor, clock);
        let (engine, feed) = Engine::new(EngineParts {
            memory: Arc::new(Kept::new(states, cluster.name())),
            wanted: config.wanted.clone(),
            config: config.watch.clone(),
            cluster,
            clock,
        });
        let teller = Teller { origin, config, sink, pulse: Pulse::default() };
        Self { engine, feed, teller, logs, clock }
    }

    /// How fresh what is known of the cluster is.
    #[must_use]
    pub fn health(&self) -> Health {
        self.engine.health()
    }

    /// Watches until `stop` is done. What was taken by then is saved; the rest is told by the next watch.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let Self { engine, mut feed, teller, logs, clock } = self;
        {
            let (crashes, crashed) = Crashes::new(teller.config.logs);
            let health = engine.health();
            let watching = pin!(engine.run());
            let beating = pin!(teller.pulse.beat(&health, clock, teller.sink.as_ref(), teller.config.pulse));
            let telling = pin!(teller.tell(&mut feed, crashes));
            let reading = pin!(logs.tell(crashed, &teller));
            let working = select(watching, select(telling, select(reading, beating)));
            match select(working, pin!(stop)).await {
                Either::Left(_) | Either::Right(_) => {}
            }
        }
        feed.save().await;
    }
}

impl Teller {
    async fn tell(&self, feed: &mut Feed, mut crashes: Crashes) {
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
