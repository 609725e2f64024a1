//! Observations in, findings out: what is wrong with the objects of a namespace.

mod around;
mod assess;
mod message;

pub use assess::Assess;
pub use message::{Assessed, Heard};
