//! The `chiron` command.

use chiron::{args::Args, commands};
use clap::Parser;
use std::process::ExitCode;

/// Events are trees of many small texts; the allocator of the C library takes a third of the time with them.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    match commands::run(args) {
        Ok(answer) => answer.code(),
        Err(error) => commands::fail(&error),
    }
}
