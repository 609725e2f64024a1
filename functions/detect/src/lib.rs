//! Samples and observations in, anomalies out: metrics of workloads and rates of warnings, and what is unusual about
//! them.

mod detect;
mod heard;
mod message;
mod metrics;
mod rates;

pub use detect::{Detect, Shard};
pub use heard::Heard;
pub use message::Detected;
pub use metrics::{Metrics, SeriesView};
