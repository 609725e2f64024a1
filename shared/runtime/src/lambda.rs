//! AWS Lambda: what comes in is read by its shape; what comes out goes to the sink, or is the result.

use crate::{
    courier::Courier,
    delivery::deliver,
    lambda_shapes::{Invocation, Part, read},
    sink::Sink,
    trace,
};
use chiron_function::Failure;
use cloudevents::Event;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::{Value, json};
use std::sync::Arc;

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
    events.iter_mut().for_each(trace::begin);
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
    let mut failed = Vec::new();
    for Part { id, event } in parts {
        let is_done = match event {
            Ok(event) => match together(couriers, vec![event]).await {
                Ok(outputs) => finish(sink, outputs).await.is_ok(),
                Err(failure) => failure.is_final(),
            },
            // What is no event is left to the dead-letter queue of the queue, with its body.
            Err(_) => false,
        };
        if !is_done {
            failed.push(json!({ "itemIdentifier": id }));
        }
    }
    failed
}

async fn finish(sink: Option<&Sink>, outputs: Vec<Event>) -> Result<Value, Failure> {
    let Some(sink) = sink else { return Ok(serde_json::to_value(outputs).unwrap_or(Value::Null)) };
    sink.send(&outputs).await.map_err(|error| Failure::transient(error.to_string()))?;
    Ok(json!({ "sent": outputs.len() }))
}

fn diagnostic(failure: &Failure) -> Diagnostic {
    let error_type = if failure.is_final() { "Rejected" } else { "Transient" };
    Diagnostic { error_type: error_type.to_owned(), error_message: failure.chain() }
}
