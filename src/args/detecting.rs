//! What can be typed about detectors and what they found.

use super::{AccessArgs, Output};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Which detectors: those of one cluster in one lane.
#[derive(Clone, Debug, ClapArgs)]
pub struct DetectorPlace {
    /// Name of the cluster [default: that of the newest anomaly]
    #[arg(long, value_name = "NAME")]
    pub cluster: Option<String>,

    /// Lane: live, sealed, or replay-... [default: that of the newest anomaly]
    #[arg(long, value_name = "LANE")]
    pub lane: Option<String>,
}

/// Commands on detectors.
#[derive(Debug, Subcommand)]
pub enum DetectorCommand {
    /// Show which series are watched, what was learned of them, and what is kept quiet
    Inspect {
        /// Only series whose name contains this text
        #[arg(default_value = "", value_name = "TEXT")]
        text: String,

        /// Where they are.
        #[command(flatten)]
        place: DetectorPlace,

        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,

        /// At most so many series
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: usize,
    },
    /// Explain an anomaly: values, threshold, what drove the score, how it was ranked
    Explain {
        /// Its id, or the first characters of it
        id: String,

        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,
    },
    /// Forget what was learned of series, and what people said of anomalies of them
    Reset {
        /// Series and workloads whose name contains this text
        #[arg(value_name = "TEXT")]
        text: String,

        /// Where they are.
        #[command(flatten)]
        place: DetectorPlace,
    },
}

/// A judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Verdict {
    /// It was real
    True,
    /// It was nothing
    False,
    /// It was meant to happen
    Expected,
}

/// Arguments of `feedback`.
#[derive(Debug, ClapArgs)]
pub struct FeedbackArgs {
    /// Id of an anomaly or an incident, or the first characters of it
    pub id: String,

    /// What it was
    pub verdict: Verdict,

    /// Who says so
    #[arg(long, env = "USER", default_value = "somebody", value_name = "NAME")]
    pub by: String,
}

/// Commands on metrics.
#[derive(Debug, Subcommand)]
pub enum MetricsCommand {
    /// Read a span of time from Prometheus, or a file, and write it as a recording that `replay` takes
    Fetch(Box<FetchArgs>),
    /// List the queries that are sent to Prometheus
    Queries {
        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,
    },
}

/// Arguments of `metrics fetch`.
#[derive(Debug, ClapArgs)]
pub struct FetchArgs {
    /// Address of Prometheus, such as `http://prometheus:9090`
    #[arg(long, value_name = "URL", required_unless_present = "file", conflicts_with = "file")]
    pub prometheus: Option<String>,

    /// What Prometheus wants to see.
    #[command(flatten)]
    pub access: AccessArgs,

    /// CSV (long or wide) or OpenMetrics text instead
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Start, as an RFC 3339 time [default: an hour before the end]
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,

    /// End, as an RFC 3339 time [default: now]
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,

    /// Seconds between samples
    #[arg(long, default_value_t = 15, value_name = "SECONDS")]
    pub step: u64,

    /// Own queries instead of the default ones, as YAML
    #[arg(long, value_name = "FILE")]
    pub queries: Option<PathBuf>,

    /// Only series of these namespaces
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub namespace: Vec<String>,

    /// Name of the cluster
    #[arg(long, default_value = "recording", value_name = "NAME")]
    pub cluster: String,

    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Measurements of detectors.
#[derive(Debug, Subcommand)]
pub enum BenchCommand {
    /// Score the Numenta Anomaly Benchmark's corpus, one row at a time, by the shipped settings
    Nab {
        /// Folder with the corpus: a folder of CSV files for each group
        dir: PathBuf,

        /// Folder for the results, one CSV for each file
        #[arg(long, value_name = "RESULTS")]
        out: PathBuf,

        /// Labels of the corpus; with them the scores are printed [default: DIR/labels.json if it is there]
        #[arg(long, value_name = "FILE")]
        labels: Option<PathBuf>,
    },
    /// Compare the sequence learners on recordings of known faults, each taught by all others
    Sequence {
        /// Folder of the recordings
        #[arg(default_value = "events/recordings")]
        dir: PathBuf,

        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,
    },
    /// Find injected faults in metrics: recall, precision, delay, false alarms for each series and day
    Metrics {
        /// Folder with data sets that are known: the Nezha or the PetShop layout
        dir: PathBuf,

        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,
    },
}
