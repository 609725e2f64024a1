//! What can be typed.

mod analysing;
mod detecting;
mod lab;
mod reading;
mod rules;
mod scraping;
mod training;

pub use analysing::{AnalyzeArgs, ClusterArgs, RbacCommand, RecordArgs, Report, WatchArgs};
pub use detecting::{
    BenchCommand, DetectorCommand, DetectorPlace, FeedbackArgs, FetchArgs, MetricsCommand, Verdict,
};
pub use lab::{LabCommand, LabListArgs, LabMode, LabPlace, LabRunArgs};
pub use reading::{
    DatasetCommand, DeadletterCommand, EventsCommand, InfraCommand, RecordCommand, SourceKind,
};
pub use rules::{RuleCommand, RulesArgs};
pub use scraping::{AccessArgs, ScrapeArgs};
pub use training::{SequenceModel, TrainCommand, TrainSequenceArgs};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::{net::SocketAddr, path::PathBuf};

/// Heals Kubernetes clusters and teaches models to do it.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    propagate_version = true,
    after_help = "\
Exit codes: 0 yes, 1 the answer is no, 2 error.
Try `chiron demo` first: it replays real incidents through every stage; no cluster, account or key is needed."
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Folder in which the local platform keeps its data
    #[arg(long, global = true, env = "CHIRON_DATA_DIR", default_value = ".chiron", value_name = "DIR")]
    pub data_dir: PathBuf,

    /// How logs are written to standard error
    #[arg(long, global = true, env = "CHIRON_LOG_FORMAT", default_value = "auto", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere
    Auto,
    /// Text
    Text,
    /// A JSON object a line
    Json,
}

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Tables for people
    #[default]
    Table,
    /// JSON for programs
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Replay recorded incidents through every stage and show what comes of them
    Demo(DemoArgs),
    /// Look once at a live cluster, or at files of one, and say what is wrong and why
    Analyze(AnalyzeArgs),
    /// Record a live cluster, redacted, as a file that `replay` takes
    Record(RecordArgs),
    /// Drill: break a small application on a throw-away cluster, and see whether the fault is named
    #[command(subcommand)]
    Lab(LabCommand),
    /// List or explain the health rules
    #[command(subcommand)]
    Rule(RuleCommand),
    /// Print the least rights that reading a cluster needs
    #[command(subcommand)]
    Rbac(RbacCommand),
    /// Replay CloudEvents NDJSON files (plain, .gz, .zst, or - for standard input)
    Replay(ReplayArgs),
    /// Run the platform: every function on a local broker that takes CloudEvents over HTTP
    Up(Box<UpArgs>),
    /// Watch clusters and send every change to a sink, such as a Knative broker
    Watch(WatchArgs),
    /// List, serve or invoke functions
    #[command(subcommand)]
    Function(FunctionCommand),
    /// List, show or validate event types; list root causes
    #[command(subcommand)]
    Events(EventsCommand),
    /// List or show incidents
    #[command(subcommand)]
    Incident(RecordCommand),
    /// List or show anomalies: series that behave as they did not before
    #[command(subcommand)]
    Anomaly(RecordCommand),
    /// Inspect, explain or reset the detectors
    #[command(subcommand)]
    Detector(DetectorCommand),
    /// Say whether an anomaly or an incident was real, nothing, or expected
    Feedback(FeedbackArgs),
    /// Fetch metrics as a recording; list the queries
    #[command(subcommand)]
    Metrics(MetricsCommand),
    /// List or show plans
    #[command(subcommand)]
    Plan(RecordCommand),
    /// List or show training labels
    #[command(subcommand)]
    Label(RecordCommand),
    /// List, show, pull or verify datasets
    #[command(subcommand)]
    Dataset(DatasetCommand),
    /// List or replay events that could not be handled
    #[command(subcommand)]
    Deadletter(DeadletterCommand),
    /// Render Knative manifests from the functions' own declarations
    #[command(subcommand)]
    Infra(InfraCommand),
    /// Train a model that detectors can start from
    #[command(subcommand)]
    Train(TrainCommand),
    /// Measure the detectors on labelled data
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Print a completion script for a shell
    Completion {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Arguments of `demo`.
#[derive(Debug, ClapArgs)]
pub struct DemoArgs {
    /// How the result is written
    #[arg(short, long, default_value = "table")]
    pub output: Output,

    /// Folder for the dataset [default: inside the data folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Arguments of `replay`.
#[derive(Debug, ClapArgs)]
pub struct ReplayArgs {
    /// Files of CloudEvents in structured mode, one a line; - is standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// How the result is written
    #[arg(short, long, default_value = "table")]
    pub output: Output,

    /// Folder for the dataset [default: inside the data folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Name of the cluster, for events that do not say
    #[arg(long, default_value = "recording", value_name = "NAME")]
    pub cluster: String,

    /// Rules besides the built-in ones.
    #[command(flatten)]
    pub rules: RulesArgs,
}

/// Arguments of `up`.
#[derive(Debug, ClapArgs)]
pub struct UpArgs {
    /// Address to listen on; other than the loopback interface it needs a token
    #[arg(long, env = "CHIRON_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,

    /// Bearer token that senders must show
    #[arg(long, env = "CHIRON_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub token: Option<String>,

    /// Name of the cluster, for events that do not say
    #[arg(long, env = "CHIRON_CLUSTER", default_value = "local", value_name = "NAME")]
    pub cluster: String,

    /// Where metrics come from.
    #[command(flatten)]
    pub scrape: ScrapeArgs,

    /// Clusters to watch, besides what is sent.
    #[command(flatten)]
    pub watch: ClusterArgs,

    /// Rules besides the built-in ones.
    #[command(flatten)]
    pub rules: RulesArgs,
}

/// Commands on functions.
#[derive(Debug, Subcommand)]
pub enum FunctionCommand {
    /// List functions with what they take, emit, keep and may do
    List {
        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,
    },
    /// Serve functions over HTTP as Knative calls them, or on AWS Lambda when its variables are set
    Serve {
        /// Names, separated by commas
        #[arg(env = "CHIRON_FUNCTION", value_delimiter = ',', required = true, value_name = "NAME")]
        names: Vec<String>,

        /// The cluster of events that do not say [default: such events are refused]
        #[arg(long, env = "CHIRON_CLUSTER", value_name = "NAME")]
        cluster: Option<String>,

        /// Where metrics come from.
        #[command(flatten)]
        scrape: Box<ScrapeArgs>,

        /// Rules besides the built-in ones.
        #[command(flatten)]
        rules: RulesArgs,
    },
    /// Give one event to one function and print what it emits
    Invoke {
        /// Name of the function
        name: String,

        /// File with a `CloudEvent` in structured mode; - is standard input
        #[arg(long, value_name = "FILE")]
        event: PathBuf,

        /// The cluster of events that do not say
        #[arg(long, env = "CHIRON_CLUSTER", default_value = "local", value_name = "NAME")]
        cluster: String,
    },
}
