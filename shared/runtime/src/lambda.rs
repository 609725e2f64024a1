//! AWS Lambda: what comes in is read by its shape; what comes out goes to the sink, or is the result.

use crate::{
    courier::Courier,
    delivery::{deliver, refuse_stranger},
    lambda_shapes::{Invocation, Part, read},
    sink::Sink,
    trace,
};
use chiron_function::Failure;
use cloudevents::Event;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::warn;

pub(crate) async fn serve(couriers: Vec<Courier>, sink: Option<Sink>) -> anyhow::Result<()> {
    let shared = Arc::new((couriers, sink));
    let service = service_fn(move |event: LambdaEvent<Value>| {
        let shared = Arc::clone(&shared);
        async move { invoke(&shared.0, shared.1.as_ref(), &event.payload).await }
    });
    lambda_runtime::run(service).await.map_err(|error| anyhow::anyhow!(error))
}

/// Handles one invocation.
///
/// # Errors
/// When an event fails whose failure cannot be told by itself; the error type says whether to try again.
pub async fn invoke(couriers: &[Courier], sink: Option<&Sink>, payload: &Value) -> Result<Value, Diagnostic> {
    match read(payload).map_err(|failure| diagnostic(&failure))? {
        Invocation::One(event) => {
            let outputs = together(couriers, vec![*event]).await.map_err(|failure| diagnostic(&failure))?;
            finish(sink, outputs).await.map_err(|failure| diagnostic(&failure))
        }
        Invocation::Together(events) => {
            let outputs = together(couriers, events).await.map_err(|failure| diagnostic(&failure))?;
            finish(sink, outputs).await.map_err(|failure| diagnostic(&failure))
        }
        Invocation::Parts(parts) => Ok(json!({ "batchItemFailures": in_parts(couriers, sink, parts).await })),
    }
}

async fn together(couriers: &[Courier], mut events: Vec<Event>) -> Result<Vec<Event>, Failure> {
    for event in &mut events {
        refuse_stranger(couriers, event).await?;
        trace::begin(event);
    }
    let mut outputs = Vec::new();
    for result in deliver(couriers, &events).await {
        match result {
            Ok(events) => outputs.extend(events),
            // It is kept as a dead letter; failing the invocation would only bring it back.
            Err(failure) if failure.is_final() && events.len() > 1 => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(outputs)
}

/// Names of the messages that are to be delivered again. What will never be handled is kept as a dead letter instead.
async fn in_parts(couriers: &[Courier], sink: Option<&Sink>, parts: Vec<Part>) -> Vec<Value> {
    let mut failed: Vec<String> = Vec::new();
    let mut ids = Vec::with_capacity(parts.len());
    let mut events = Vec::with_capacity(parts.len());
    for Part { id, event } in parts {
        match event {
            // It is kept as a dead letter of ours.
            Ok(event) if refuse_stranger(couriers, &event).await.is_err() => {}
            Ok(mut event) => {
                trace::begin(&mut event);
                ids.push(id);
                events.push(event);
            }
            // What is no event is left to the dead-letter queue of the queue, with its body.
            Err(_) => failed.push(id),
        }
    }
    for (id, result) in ids.into_iter().zip(deliver(couriers, &events).await) {
        let is_done = match result {
            Ok(outputs) => hand_on(sink, &outputs).await,
            Err(failure) => failure.is_final(),
        };
        if !is_done {
            failed.push(id);
        }
    }
    failed.into_iter().map(|id| json!({ "itemIdentifier": id })).collect()
}

/// The answer to a queue has no room for outputs: without a sink they would be lost.
async fn hand_on(sink: Option<&Sink>, outputs: &[Event]) -> bool {
    match sink {
        _ if outputs.is_empty() => true,
        Some(sink) => sink.send(outputs).await.is_ok(),
        None => {
            warn!(events = outputs.len(), "outputs of a queue's messages need a sink: set CHIRON_SINK");
            false
        }
    }
}

async fn finish(sink: Option<&Sink>, outputs: Vec<Event>) -> Result<Value, Failure> {
    let Some(sink) = sink else { return Ok(result(outputs)) };
    sink.send(&outputs).await.map_err(|error| Failure::transient(error.to_string()))?;
    Ok(json!({ "sent": outputs.len() }))
}

/// Without a sink a function emits at most one event for each it takes.
fn result(mut outputs: Vec<Event>) -> Value {
    let value = match outputs.len() {
        0 => Ok(Value::Null),
        1 => serde_json::to_value(outputs.remove(0)),
        _ => serde_json::to_value(outputs),
    };
    // What was emitted was encoded before.
    value.unwrap_or_default()
}

fn diagnostic(failure: &Failure) -> Diagnostic {
    let error_type = if failure.is_final() { "Rejected" } else { "Transient" };
    Diagnostic { error_type: error_type.to_owned(), error_message: failure.chain() }
}
