//! The `chiron` command.

use chiron::{args::Args, commands};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = Args::parse();
    match commands::run(args) {
        Ok(answer) => answer.code(),
        Err(error) => commands::fail(&error),
    }
}
