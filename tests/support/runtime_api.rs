//! A stand-in for the Runtime API of AWS Lambda: hands a function its invocations and takes its answers.
#![allow(clippy::unwrap_used, reason = "test support")]

use super::{http::listen, process::within};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
    routing::{get, post},
};
use serde_json::Value;
use std::{process::Command, sync::Arc};
use tokio::sync::{
    Mutex,
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

/// What the function is asked for in the header of each invocation.
const HEADERS: [(&str, &str); 3] = [
    ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
    ("lambda-runtime-deadline-ms", "9999999999999"),
    ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-central-1:123456789012:function:plan"),
];

/// `response` or `error`, and the body.
type Answer = (String, Value);

/// The Runtime API of one function.
pub(crate) struct RuntimeApi {
    address: String,
    invocations: UnboundedSender<Value>,
    answers: UnboundedReceiver<Answer>,
}

#[derive(Clone)]
struct Shared {
    invocations: Arc<Mutex<UnboundedReceiver<Value>>>,
    answers: UnboundedSender<Answer>,
}

impl RuntimeApi {
    pub(crate) async fn start() -> Self {
        let (invocations, waiting) = unbounded_channel();
        let (given, answers) = unbounded_channel();
        let shared = Shared { invocations: Arc::new(Mutex::new(waiting)), answers: given };
        let app = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/{outcome}", post(take))
            .with_state(shared);
        let url = listen(app).await;
        Self { address: url.trim_start_matches("http://").to_owned(), invocations, answers }
    }

    /// Sets what AWS sets for a function.
    pub(crate) fn call<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("AWS_LAMBDA_RUNTIME_API", &self.address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "plan")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
    }

    /// Invokes the function; gives `response` or `error`, and what it says.
    pub(crate) async fn invoke(&mut self, payload: Value) -> Answer {
        self.invocations.send(payload).unwrap();
        within("the answer of the function", self.answers.recv()).await.unwrap()
    }
}

/// Whoever asks waits until there is something to do.
async fn next(State(shared): State<Shared>) -> impl IntoResponse {
    let invocation = shared.invocations.lock().await.recv().await.unwrap();
    (HEADERS, Json(invocation))
}

async fn take(
    State(shared): State<Shared>,
    Path((_, outcome)): Path<(String, String)>,
    body: Bytes,
) -> StatusCode {
    shared.answers.send((outcome, serde_json::from_slice(&body).unwrap())).unwrap();
    StatusCode::ACCEPTED
}
