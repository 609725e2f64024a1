//! Raw cluster changes in, stored observations out: normalised, categorised, redacted, in batches.

mod batch;
mod config;
mod event;
mod field;
mod normalise;
mod observe;
mod secret;
mod watched;
mod writers;

pub use config::Config;
pub use normalise::{Refusal, observation};
pub use observe::{Clock, Observe, Observed, Raw};
pub use watched::{WATCHED, Watched};
