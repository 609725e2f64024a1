//! The watch against an API server of ours on loopback, with the faults that real ones have.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod connect;
mod faults;
mod gaps;
mod kinds;
mod objects;
mod pressure;
mod quiet;
mod restarts;
mod rig;
mod server;
mod serving;
