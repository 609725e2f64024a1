//! Incidents, plans and time in, verdicts out: is it well again, for long enough, and who repaired it?

mod case;
mod message;
mod verify;

pub use message::{Checked, Followed};
pub use verify::{Cases, Config, Verify};
