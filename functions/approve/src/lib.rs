//! Proposed plans in, approved plans out: those that need no person. The others wait for one.

mod approve;

pub use approve::Approve;
