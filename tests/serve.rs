//! `chiron function serve` as a process of its own, with DynamoDB and S3 in the test.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

mod support;

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use chiron::examples::EXAMPLES;
use chiron_runtime::wire::from_json;
use chiron_store::{ObjectStore, Versioned};
use cloudevents::{AttributesReader, Event};
use serde_json::{Value, json};
use std::{
    net::TcpStream,
    process::Command,
    sync::{Arc, Mutex},
};
use support::{
    cloud::Cloud,
    crash::crash,
    http::{Inbox, listen, send},
    lab::change,
    process::{Process, chiron, free_port, page, post as give, run, until, within},
    runtime_api::RuntimeApi,
};
use tokio::sync::watch;

/// Functions that a process serves.
struct Served {
    process: Process,
    port: u16,
    url: String,
}

impl Served {
    async fn start(command: &mut Command) -> Self {
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}");
        let mut process = Process::start(command.env("PORT", port.to_string()));
        process.serves(&format!("{url}/readyz")).await;
        Self { process, port, url }
    }

    async fn metrics(&self) -> String {
        page(&format!("{}/metrics", self.url)).await.unwrap().1
    }
}

/// The command that serves `names`, told where the stores are.
fn serve(cloud: &Cloud, names: &[&str]) -> Command {
    let mut command = chiron(&["function", "serve"]);
    command.args(names).envs(cloud.environment());
    command
}

/// A sink that keeps whoever sends waiting until it is opened.
#[derive(Clone)]
struct Gate {
    arrived: Arc<Mutex<Vec<Event>>>,
    is_open: Arc<watch::Sender<bool>>,
}

impl Gate {
    fn closed() -> Self {
        Self { arrived: Arc::default(), is_open: Arc::new(watch::channel(false).0) }
    }

    async fn listen(&self) -> String {
        listen(Router::new().route("/", post(Self::take)).with_state(self.clone())).await
    }

    async fn take(State(gate): State<Self>, body: Bytes) -> StatusCode {
        gate.arrived.lock().unwrap().push(from_json(&body).unwrap());
        gate.is_open.subscribe().wait_for(|is_open| *is_open).await.expect("the gate is there");
        StatusCode::ACCEPTED
    }

    fn open(&self) {
        self.is_open.send_replace(true);
    }

    fn ids(&self) -> Vec<String> {
        self.arrived.lock().unwrap().iter().map(|it| it.id().to_owned()).collect()
    }

    /// Waits until somebody stands before it.
    async fn is_reached(&self) {
        until("an output at the sink", async || self.ids().pop()).await;
    }
}

fn example(noun: &str) -> Value {
    let text = EXAMPLES.iter().find(|(ty, _)| ty.contains(noun)).unwrap().1;
    serde_json::from_str(text).unwrap()
}

async fn state(cloud: &Cloud, key: &str) -> Option<Versioned> {
    cloud.ports().states.load(&[key.to_owned()]).await.unwrap().remove(0)
}

#[tokio::test]
async fn several_outputs_without_a_sink_end_the_start() {
    let cloud = Cloud::start().await;

    let ended = Process::start(&mut serve(&cloud, &["plan,observe"])).end().await;

    ended.fails_with(&["observe emits several events for one", "K_SINK", "CHIRON_SINK"]);
}

#[tokio::test]
async fn an_unknown_name_is_answered_with_all_names() {
    let cloud = Cloud::start().await;

    let ended = Process::start(&mut serve(&cloud, &["obsreve"])).end().await;

    ended.fails_with(&["there is no function \"obsreve\"", "observe, seal, assess", "publish"]);
    run(&["function", "serve"]).await.fails_with(&["<NAME>"]);
}

#[tokio::test]
async fn the_name_may_come_from_the_environment() {
    let cloud = Cloud::start().await;
    let served = Served::start(serve(&cloud, &[]).env("CHIRON_FUNCTION", "plan")).await;

    let answer = within("the reply", send(&served.url, &example("diagnosis"))).await;

    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json::<Value>().await.unwrap()["type"], "dev.chiron.plan.proposed.v1");
    for path in ["healthz", "readyz"] {
        assert_eq!(page(&format!("{}/{path}", served.url)).await.unwrap().0, 200, "{path}");
    }
    assert!(served.metrics().await.contains("handled_total{function=\"plan\",outcome=\"handled\"} 1"));
}

#[tokio::test]
async fn several_functions_share_a_process() {
    let (cloud, inbox) = (Cloud::start().await, Inbox::default());
    let sink = inbox.listen().await;
    let served = Served::start(serve(&cloud, &["observe,assess,plan"]).env("K_SINK", sink)).await;

    for event in [change(), crash("c", "shop"), example("diagnosis")] {
        assert_eq!(give(&served.url, &event).await, Some(202));
    }

    let types: Vec<String> = inbox.events().iter().map(|it| it.ty().to_owned()).collect();
    for ty in ["observations.recorded", "watermark.advanced", "finding.raised", "plan.proposed"] {
        assert!(types.iter().any(|it| it.contains(ty)), "{ty} is not among {types:?}");
    }
    assert_eq!(give(&served.url, &example("clock.ticked")).await, Some(202), "assess takes ticks");
    assert_eq!(give(&served.url, &example("incident.opened")).await, Some(422), "nobody takes it here");
}

#[tokio::test]
async fn bucket_and_tables_are_those_of_the_environment() {
    let (cloud, inbox) = (Cloud::start().await, Inbox::default());
    let usual = cloud.objects();
    let cloud = cloud.with_names("lake", "our-states", "our-records").await;
    let sink = inbox.listen().await;
    let served = Served::start(serve(&cloud, &["observe"]).env("CHIRON_SINK", sink)).await;

    assert_eq!(give(&served.url, &change()).await, Some(202));

    assert_eq!(cloud.objects().list("raw/lab/").await.unwrap().len(), 1);
    assert!(usual.list("raw/").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_kill_before_sending_loses_and_doubles_nothing() {
    let (cloud, gate) = (Cloud::start().await, Gate::closed());
    let sink = gate.listen().await;
    let mut served = Served::start(serve(&cloud, &["assess"]).env("K_SINK", &sink)).await;
    let url = served.url.clone();
    let waiting = tokio::spawn(async move { give(&url, &crash("c", "shop")).await });
    gate.is_reached().await;
    let saved = state(&cloud, "assess#live#lab/shop").await.expect("saved before it is sent");

    served.process.kill();

    assert_eq!(waiting.await.unwrap(), None, "nothing was acknowledged");
    let before = gate.ids();
    gate.open();
    let again = Served::start(serve(&cloud, &["assess"]).env("K_SINK", &sink)).await;
    assert_eq!(give(&again.url, &crash("c", "shop")).await, Some(202));
    let after = gate.ids().split_off(before.len());
    assert_eq!(after[..before.len()], before, "the same work has the same ids");
    assert_eq!(state(&cloud, "assess#live#lab/shop").await, Some(saved), "nothing is learned twice");
    assert!(again.metrics().await.contains("outcome=\"duplicate\"} 1"));
}

#[tokio::test]
async fn what_is_in_flight_is_finished_before_the_end() {
    let (cloud, gate) = (Cloud::start().await, Gate::closed());
    let sink = gate.listen().await;
    let mut served = Served::start(serve(&cloud, &["assess"]).env("K_SINK", sink)).await;
    let url = served.url.clone();
    let waiting = tokio::spawn(async move { give(&url, &crash("c", "shop")).await });
    gate.is_reached().await;

    served.process.terminate();

    let address = ("127.0.0.1", served.port);
    until("the port to be closed", async || TcpStream::connect(address).is_err().then_some(())).await;
    assert!(served.process.is_running(), "it ended before its work did");
    gate.open();
    assert_eq!(within("the answer", waiting).await.unwrap(), Some(202));
    assert_eq!(served.process.end().await.code, Some(0));
}

#[tokio::test]
async fn on_lambda_the_only_output_is_the_result() {
    let (cloud, mut api) = (Cloud::start().await, RuntimeApi::start().await);
    let _function = Process::start(api.call(&mut serve(&cloud, &["plan"])));

    let (outcome, result) = api.invoke(example("diagnosis")).await;

    assert_eq!(outcome, "response");
    assert_eq!(result["type"], "dev.chiron.plan.proposed.v1");
    assert_eq!(result["source"], "/functions/plan");
    let (outcome, failure) = api.invoke(json!({"neither": "event nor batch"})).await;
    assert_eq!((outcome.as_str(), &failure["errorType"]), ("error", &json!("Rejected")));
    let (outcome, again) = api.invoke(example("diagnosis")).await;
    assert_eq!((outcome.as_str(), again), ("response", result), "a failure does not end the function");
}

#[tokio::test]
async fn on_lambda_a_bad_message_fails_alone() {
    let (cloud, mut api, inbox) = (Cloud::start().await, RuntimeApi::start().await, Inbox::default());
    let sink = inbox.listen().await;
    let mut command = serve(&cloud, &["plan"]);
    let _function = Process::start(api.call(command.env("CHIRON_SINK", sink)));
    let message = |id: &str, body: String| json!({"eventSource": "aws:sqs", "messageId": id, "body": body});
    let good = example("diagnosis").to_string();

    let batch = json!({"Records": [message("good", good), message("bad", "no event".to_owned())]});
    let (outcome, result) = api.invoke(batch).await;

    assert_eq!(outcome, "response");
    assert_eq!(result, json!({"batchItemFailures": [{"itemIdentifier": "bad"}]}));
    let types: Vec<String> = inbox.events().iter().map(|it| it.ty().to_owned()).collect();
    assert_eq!(types, ["dev.chiron.plan.proposed.v1"]);
}
