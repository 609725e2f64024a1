//! Delivers a batch to every function that takes its events.

use crate::courier::Courier;
use chiron_events::lane_of;
use chiron_function::Failure;
use cloudevents::{AttributesReader, Event};

/// Refuses an event that none of the functions takes in any lane; it is kept as a dead letter, so that a wrong wiring is
/// seen.
pub(crate) async fn refuse_stranger(couriers: &[Courier], event: &Event) -> Result<(), Failure> {
    if couriers.iter().any(|it| it.service().descriptor().inputs.contains(&event.ty())) {
        return Ok(());
    }
    let taken: Vec<&str> = couriers.iter().flat_map(|it| it.service().descriptor().inputs).copied().collect();
    let reason = format!("type {} is not taken here; taken are {}", event.ty(), taken.join(", "));
    if let Some(courier) = couriers.first() {
        courier.refuse(event, &reason).await;
    }
    Err(Failure::rejected(reason))
}

/// Delivers events to the functions that take them, once, and gives what they emit, in the order of the events. An
/// event fails if one of its functions fails; what the others made of it comes again when it is delivered again.
pub(crate) async fn deliver(couriers: &[Courier], events: &[Event]) -> Vec<Result<Vec<Event>, Failure>> {
    let mut results: Vec<Result<Vec<Event>, Failure>> = events.iter().map(|_| Ok(Vec::new())).collect();
    for courier in couriers {
        let descriptor = courier.service().descriptor();
        let takes = |event: &Event| descriptor.takes(event.ty(), &lane_of(event));
        let places: Vec<usize> = (0..events.len()).filter(|place| takes(&events[*place])).collect();
        if places.is_empty() {
            continue;
        }
        let answers = if places.len() == events.len() {
            courier.deliver(events).await
        } else {
            courier.deliver(&places.iter().map(|place| events[*place].clone()).collect::<Vec<_>>()).await
        };
        for (place, answer) in places.into_iter().zip(answers) {
            match (&mut results[place], answer) {
                (Ok(outputs), Ok(answer)) => outputs.extend(answer.outputs),
                (result, Err(failure)) => *result = Err(failure),
                (Err(_), Ok(_)) => {}
            }
        }
    }
    results
}
