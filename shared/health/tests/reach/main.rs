//! Reachability under network policies: what the API documents, laws that hold for all policies, and a recorded cluster.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may panic, and says what it skips"
)]
#![expect(clippy::needless_pass_by_value, reason = "json! makes values")]

mod blocks;
mod cluster;
mod denials;
mod ends;
mod laws;
mod names;
mod ports;
mod recorded;
mod selecting;
