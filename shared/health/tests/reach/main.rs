//! Reachability under network policies: what the API documents, laws that hold for all policies, and a recorded cluster.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod blocks;
mod cluster;
mod denials;
mod ends;
mod laws;
mod names;
mod ports;
mod recorded;
mod selecting;
