//! What can be typed about training.

use super::Output;
use chiron_model::Timestamp;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Commands that train a model.
#[derive(Debug, Subcommand)]
pub enum TrainCommand {
    /// Learn the lives of objects from recordings, or from what the platform has stored, and store the model
    Sequence(TrainSequenceArgs),
}

/// How sequences are learned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SequenceModel {
    /// By counting what follows what
    #[default]
    Counting,
    /// By a gated recurrent network; needs a program that is built with --features neural
    Gru,
}

/// Arguments of `train sequence`.
#[derive(Debug, ClapArgs)]
pub struct TrainSequenceArgs {
    /// Files of CloudEvents in structured mode, one a line; - is standard input [default: what is stored in the data folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Name of the cluster to learn, and of events that do not say [default: that of the recordings; of what is stored: local]
    #[arg(long, value_name = "NAME")]
    pub cluster: Option<String>,

    /// How to learn
    #[arg(long, default_value = "counting", value_name = "MODEL")]
    pub model: SequenceModel,

    /// How often the network sees every change
    #[arg(long, default_value_t = 30, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub epochs: u32,

    /// Seed of the network's first weights
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,

    /// Only changes from this RFC 3339 time on
    #[arg(long, value_name = "TIME")]
    pub since: Option<Timestamp>,

    /// How the result is written
    #[arg(short, long, default_value = "table")]
    pub output: Output,
}
