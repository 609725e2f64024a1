//! A broker in this process: the same functions, the same events, no network.

use crate::{courier::Courier, delivery::deliver, trace};
use chiron_events::lane_of;
use chiron_function::Failure;
use cloudevents::{AttributesReader, Event};
use std::{
    sync::Arc,
    time::Duration,
};

/// Called with every event that is routed.
pub type Tap = Arc<dyn Fn(&Event) + Send + Sync>;

/// Events that a function is given at once.
const MAX_BATCH: usize = 5_000;

/// Delivers each event to the functions that take its type in its lane.
///
/// The function nearest to the source is served first, with everything that waits for it, in the order of time. So the
/// outcome does not depend on how the events came in, and each stage writes once for many events.
pub struct Broker {
    couriers: Vec<Courier>,
    tap: Option<Tap>,
}

impl Broker {
    /// A broker of functions, in the order of the pipeline.
    #[must_use]
    pub fn new(couriers: Vec<Courier>) -> Self {
        Self { couriers, tap: None }
    }

    /// Sets what is called with every event.
    #[must_use]
    pub fn with_tap(mut self, tap: Tap) -> Self {
        self.tap = Some(tap);
        self
    }

    /// The functions, in the order of the pipeline.
    #[must_use]
    pub fn couriers(&self) -> &[Courier] {
        &self.couriers
    }

    /// Delivers events to the functions that take them, once, and gives what they emit.
    pub async fn accept(&self, mut events: Vec<Event>) -> Vec<Result<Vec<Event>, Failure>> {
        events.iter_mut().for_each(trace::begin);
        deliver(&self.couriers, &events).await
    }

    /// Delivers events and everything that follows from them.
    pub async fn drain(&self, events: Vec<Event>) {
        let mut inboxes: Vec<Vec<Event>> = self.couriers.iter().map(|_| Vec::new()).collect();
        self.route(events, &mut inboxes);
        while let Some(at) = inboxes.iter().position(|inbox| !inbox.is_empty()) {
            let waiting = std::mem::take(&mut inboxes[at]);
            for batch in batches(waiting) {
                let outputs = self.insist(&self.couriers[at], batch).await;
                self.route(outputs, &mut inboxes);
            }
        }
    }

    fn route(&self, events: Vec<Event>, inboxes: &mut [Vec<Event>]) {
        for mut event in events {
            trace::begin(&mut event);
            if let Some(tap) = &self.tap {
                tap(&event);
            }
            let lane = lane_of(&event);
            for (courier, inbox) in self.couriers.iter().zip(inboxes.iter_mut()) {
                if courier.service().descriptor().takes(event.ty(), &lane) {
                    inbox.push(event.clone());
                }
            }
        }
    }

    /// Delivers until every event is handled or kept as a dead letter; gives what is emitted.
    async fn insist(&self, courier: &Courier, mut batch: Vec<Event>) -> Vec<Event> {
        let mut outputs = Vec::new();
        let mut pause = Duration::from_millis(20);
        while !batch.is_empty() {
            let mut again = Vec::new();
            let answers = courier.deliver(batch.clone()).await;
            for (event, answer) in batch.into_iter().zip(answers) {
                match answer {
                    Ok(answer) => outputs.extend(answer.outputs),
                    Err(failure) if failure.is_final() => {}
                    Err(_) => again.push(event),
                }
            }
            batch = again;
            if !batch.is_empty() {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(5));
            }
        }
        outputs
    }
}

fn batches(mut events: Vec<Event>) -> Vec<Vec<Event>> {
    let mut batches = Vec::new();
    while events.len() > MAX_BATCH {
        let rest = events.split_off(MAX_BATCH);
        batches.push(std::mem::replace(&mut events, rest));
    }
    batches.push(events);
    batches
}
