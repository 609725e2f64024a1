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
use futures::future::join_all;
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
            let side_by_side = at..self.end_of_neighbours(at);
            let waiting = inboxes[side_by_side.clone()].iter_mut().map(std::mem::take);
            let work = self.couriers[side_by_side].iter().zip(waiting);
            let emitted = join_all(work.map(|(courier, waiting)| Self::work_off(courier, waiting))).await;
            for outputs in emitted {
                self.route(outputs, &mut inboxes).await;
            }
        }
    }

    /// Where the run of functions from `at` on ends that take nothing of each other: they may work at the same time.
    fn end_of_neighbours(&self, at: usize) -> usize {
        let mut emitted: Vec<&str> = Vec::new();
        for (place, courier) in self.couriers.iter().enumerate().skip(at) {
            let descriptor = courier.service().descriptor();
            if descriptor.inputs.iter().any(|ty| emitted.contains(ty)) {
                return place;
            }
            emitted.extend(descriptor.outputs);
        }
        self.couriers.len()
    }

    /// Delivers everything that waits for a function, in the order of time; gives what is emitted.
    async fn work_off(courier: &Courier, mut waiting: Vec<Event>) -> Vec<Event> {
        let inputs = courier.service().descriptor().inputs;
        waiting.sort_by_cached_key(|event| order(inputs, &Context::of(event)));
        let mut outputs = Vec::new();
        for batch in batches(waiting) {
            outputs.extend(Self::insist(courier, batch).await);
        }
        outputs
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
            let takes = |at: &usize| self.couriers[*at].service().descriptor().takes(event.ty(), &lane);
            let mut takers: Vec<usize> = (0..self.couriers.len()).filter(takes).collect();
            let last = takers.pop();
            for at in takers {
                inboxes[at].push(event.clone());
            }
            if let Some(at) = last {
                inboxes[at].push(event);
            }
        }
    }

    /// Delivers until every event is handled or kept as a dead letter; gives what is emitted.
    async fn insist(courier: &Courier, mut batch: Vec<Event>) -> Vec<Event> {
        let mut outputs = Vec::new();
        let mut pause = Duration::from_millis(20);
        while !batch.is_empty() {
            let mut again = Vec::new();
            let answers = courier.deliver(&batch).await;
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
