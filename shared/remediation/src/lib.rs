//! From diagnoses to plans: which change would take the cause away, how much it could break, who must agree, and how
//! the plan compares with what was done. No I/O; nothing here can write to a cluster.

mod agreement;
mod planner;
mod policy;
mod shortfall;
mod siblings;
mod steps;
mod validation;

pub use agreement::agreement;
pub use planner::plan;
pub use policy::Policy;
pub use validation::{Unsafe, validate};
