//! The function: watch, and give each change to the sink until it is taken.

use crate::{Config, Kept, Origin, Sink, crashes::Crashes, logs::Logs, pulse::Pulse, teller::Teller};
use chiron_cluster::{
    Cluster,
    watch::{Clock, Engine, EngineParts, Feed, Health},
};
use chiron_redact::Redactor;
use chiron_store::StateStore;
use futures::future::{Either, select};
use std::{future::Future, pin::pin, sync::Arc};

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
