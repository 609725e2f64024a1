//! Hosts functions: on Knative, on AWS Lambda, or on a broker in this process.
//!
//! Every host goes the same way: an event is read ([`wire`]), delivered to a [`Service`] by a [`Courier`] that counts
//! attempts and keeps dead letters, and what comes of it is sent to a [`Sink`] or to the next function.

mod acting;
mod broker;
mod claim;
mod collector;
mod courier;
mod delivery;
mod host;
mod http;
mod intake;
mod knative;
mod lambda;
mod lambda_shapes;
mod metrics;
mod outbox;
mod problem;
mod recent;
mod remember;
mod scrub;
mod service;
mod sink;
mod stateful;
mod telemetry;
mod trace;
mod type_finder;
pub mod wire;

pub use acting::Acting;
pub use broker::{Broker, Tap};
pub use claim::MAX_DATA_BYTES;
pub use collector::Collector;
pub use courier::{Courier, DeadLetter};
pub use host::{Host, HostError, asked_to_stop, serve};
pub use http::{Http, Limits};
pub use knative::router;
pub use lambda::invoke;
pub use metrics::Metrics;
pub use outbox::Outbox;
pub use problem::Problem;
pub use remember::Memory;
pub use scrub::scrub;
pub use service::{Answer, Clock, Descriptor, HOST_PERMISSIONS, Service};
pub use sink::{Sink, SinkError, SinkSettings};
pub use stateful::Stateful;
pub use telemetry::{LogFormat, init as init_telemetry};
