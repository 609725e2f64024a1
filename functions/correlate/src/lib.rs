//! Findings and anomalies in, incidents out: one incident, not a hundred alerts.

mod correlate;
mod joining;
mod message;
mod spell;

pub use correlate::{Correlate, Open};
pub use message::{Heard, Told};
