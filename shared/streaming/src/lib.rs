//! Online learning: models that learn from one sample at a time. No I/O, no clock, no randomness.

mod rate;

pub use rate::{Burst, EventRate};
