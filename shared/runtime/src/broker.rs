//! A broker in this process: the same functions, the same events, no network.

use crate::{
    claim::{is_elsewhere, redeem},
    courier::Courier,
    delivery::deliver,
    intake::order,
    trace,
};
use chiron_events::{Context, lane_of};
use chiron_function::Failure;
use chiron_store::ObjectStore;
use cloudevents::{AttributesReader, Event};
use std::{sync::Arc, time::Duration};

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
    tap: Option<(Tap, Arc<dyn ObjectStore>)>,
}

impl Broker {
    /// A broker of functions, in the order of the pipeline.
    #[must_use]
    pub fn new(couriers: Vec<Courier>) -> Self {
        Self { couriers, tap: None }
    }

    /// Sets what is called with every event; data that lies in `objects` is fetched for it.
    #[must_use]
    pub fn with_tap(mut self, tap: Tap, objects: Arc<dyn ObjectStore>) -> Self {
        self.tap = Some((tap, objects));
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
        self.route(events, &mut inboxes).await;
        while let Some(at) = inboxes.iter().position(|inbox| !inbox.is_empty()) {
            let mut waiting = std::mem::take(&mut inboxes[at]);
            let inputs = self.couriers[at].service().descriptor().inputs;
            waiting.sort_by_cached_key(|event| order(inputs, &Context::of(event)));
            for batch in batches(waiting) {
                let outputs = self.insist(&self.couriers[at], batch).await;
                self.route(outputs, &mut inboxes).await;
            }
        }
    }

    async fn route(&self, events: Vec<Event>, inboxes: &mut [Vec<Event>]) {
        for mut event in events {
            trace::begin(&mut event);
            if let Some((tap, objects)) = &self.tap {
                if is_elsewhere(&event) {
                    // What cannot be fetched is told by the function that takes it.
                    tap(&redeem(event.clone(), objects.as_ref()).await.unwrap_or_else(|_| event.clone()));
                } else {
                    tap(&event);
                }
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
