//! The commands.

mod analyze;
mod bench;
mod completion;
mod dataset;
mod deadletter;
mod demo;
mod detector;
mod events;
mod explain;
mod feedback;
mod function;
mod infra;
mod lab;
mod metrics;
mod rbac;
mod record;
mod records;
mod replay;
mod rule;
mod train;
mod up;
mod watch;

use crate::args::{Args, Command, LogFormat, Output};
use chiron_runtime::init_telemetry;
use serde::Serialize;
use std::{
    io::{self, Write},
    process::ExitCode,
};
use tracing_subscriber::filter::LevelFilter;

/// What a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes, or done.
    Yes,
    /// No: what was asked for is not so.
    No,
}

impl Answer {
    /// The exit code.
    #[must_use]
    pub fn code(self) -> ExitCode {
        match self {
            Self::Yes => ExitCode::SUCCESS,
            Self::No => ExitCode::from(1),
        }
    }
}

impl From<bool> for Answer {
    fn from(is_so: bool) -> Self {
        if is_so { Self::Yes } else { Self::No }
    }
}

/// Tells an error, with its causes.
#[must_use]
pub fn fail(error: &anyhow::Error) -> ExitCode {
    if is_reader_gone(error) {
        // Whoever read our output has what he wanted.
        return ExitCode::SUCCESS;
    }
    let mut text = format!("error: {error}");
    for cause in error.chain().skip(1) {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}\n  because: {said}");
        }
    }
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::from(2)
}

fn is_reader_gone(error: &anyhow::Error) -> bool {
    let of_writing = error.downcast_ref::<io::Error>().map(io::Error::kind);
    let of_json = error.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
    of_writing.or(of_json) == Some(io::ErrorKind::BrokenPipe)
}

/// Runs a command.
///
/// # Errors
/// When it cannot be carried out.
pub fn run(args: Args) -> anyhow::Result<Answer> {
    let Args { command, data_dir, log_format } = args;
    let is_service = matches!(
        command,
        Command::Up(_) | Command::Watch(_) | Command::Function(crate::args::FunctionCommand::Serve { .. })
    );
    let level = if is_service { LevelFilter::INFO } else { LevelFilter::ERROR };
    let format = match log_format {
        LogFormat::Auto => chiron_runtime::LogFormat::Auto,
        LogFormat::Text => chiron_runtime::LogFormat::Text,
        LogFormat::Json => chiron_runtime::LogFormat::Json,
    };
    init_telemetry(format, level)?;
    match command {
        Command::Demo(args) => wait(demo::run(&args, &data_dir)),
        Command::Analyze(args) => wait(analyze::run(&args)),
        Command::Record(args) => wait(record::run(&args)),
        Command::Lab(command) => wait(lab::run(&command)),
        Command::Rule(command) => rule::run(&command),
        Command::Rbac(command) => rbac::run(&command),
        Command::Replay(args) => wait(replay::run(&args, &data_dir)),
        Command::Up(args) => wait(up::run(*args, &data_dir)),
        Command::Watch(args) => wait(watch::run(args, &data_dir)),
        Command::Function(command) => function::run(command, &data_dir),
        Command::Events(command) => events::run(&command),
        Command::Incident(command) => wait(records::incidents(&command, &data_dir)),
        Command::Anomaly(command) => wait(explain::anomalies(&command, &data_dir)),
        Command::Detector(command) => wait(detector::run(&command, &data_dir)),
        Command::Feedback(args) => wait(feedback::run(&args, &data_dir)),
        Command::Metrics(command) => wait(metrics::run(&command)),
        Command::Train(command) => wait(train::run(&command, &data_dir)),
        Command::Bench(command) => bench::run(&command),
        Command::Plan(command) => wait(records::plans(&command, &data_dir)),
        Command::Label(command) => wait(records::labels(&command, &data_dir)),
        Command::Dataset(command) => wait(dataset::run(&command, &data_dir)),
        Command::Deadletter(command) => wait(deadletter::run(&command, &data_dir)),
        Command::Infra(command) => infra::run(&command),
        Command::Completion { shell } => Ok(completion::run(shell)),
    }
}

/// Runs a future to its end, with all cores.
fn wait(future: impl Future<Output = anyhow::Result<Answer>>) -> anyhow::Result<Answer> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(future)
}

/// Prints a value as JSON.
fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Whether JSON is wanted.
fn is_json(output: Output) -> bool {
    output == Output::Json
}
