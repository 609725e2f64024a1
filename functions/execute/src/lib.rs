//! Approved plans in, what was done out. Without a cluster to write to nothing is done, and that is what is said.

mod execute;
mod message;

pub use execute::Execute;
pub use message::{Executed, Ordered};
