//! Anomalies in, the same with a priority out: learned from verified outcomes and from what people say.

mod cases;
mod features;
mod forests;
mod heard;
mod rank;
mod tally;

pub use heard::Heard;
pub use rank::{Rank, Ranks, RanksView};
