//! What benches share.
#![allow(dead_code, reason = "each bench uses its part of it")]

pub(crate) mod broker;
pub(crate) mod figures;
pub(crate) mod http;
pub(crate) mod lab;
pub(crate) mod process;
pub(crate) mod recording;
pub(crate) mod replay;
pub(crate) mod tapped;

/// Whether figures are asked for (`cargo bench`), or only whether the bench still compiles (`cargo test`).
pub(crate) fn is_asked() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// The allocator of the command.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;
