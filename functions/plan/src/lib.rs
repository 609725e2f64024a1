//! Diagnoses in, plans out, or the reason why there is none. It holds no credentials.

mod plan;

pub use plan::{Planned, Planner};
