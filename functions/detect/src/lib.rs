//! Observations in, anomalies out: series of event rates, one for each namespace, and what is unusual about them.

mod detect;
mod message;

pub use detect::Detect;
pub use message::Detected;
