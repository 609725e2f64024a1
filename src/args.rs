//! What can be typed.

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
    /// Do the same for CloudEvents NDJSON files (plain, .gz, .zst, or - for standard input)
    Replay(ReplayArgs),
    /// Run the platform: every function on a local broker that takes CloudEvents over HTTP
    Up(UpArgs),
    /// List, serve or invoke functions
    #[command(subcommand)]
    Function(FunctionCommand),
    /// List, show or validate event types; list root causes
    #[command(subcommand)]
    Events(EventsCommand),
    /// List or show incidents
    #[command(subcommand)]
    Incident(RecordCommand),
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
    },
    /// Give one event to one function and print what it emits
    Invoke {
        /// Name of the function
        name: String,

        /// File with a CloudEvent in structured mode; - is standard input
        #[arg(long, value_name = "FILE")]
        event: PathBuf,

        /// The cluster of events that do not say
        #[arg(long, env = "CHIRON_CLUSTER", default_value = "local", value_name = "NAME")]
        cluster: String,
    },
}

/// Commands on event types.
#[derive(Debug, Subcommand)]
pub enum EventsCommand {
    /// List event types
    List {
        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,
    },
    /// Show the JSON Schema and an example of an event type
    Show {
        /// The type, such as dev.chiron.plan.proposed.v1; the noun and participle suffice
        #[arg(value_name = "TYPE")]
        ty: String,
    },
    /// Check files of CloudEvents (one, or one a line) against the catalogue
    Validate {
        /// The files; - is standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// List the mechanisms that root causes are told by
    Mechanisms {
        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,
    },
}

/// Commands on records.
#[derive(Debug, Subcommand)]
pub enum RecordCommand {
    /// List them, the newest first
    List {
        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,

        /// At most so many
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: usize,
    },
    /// Show one
    Show {
        /// Its id, or the first characters of it
        id: String,

        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,
    },
}

/// Commands on datasets.
#[derive(Debug, Subcommand)]
pub enum DatasetCommand {
    /// List published datasets
    List {
        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,
    },
    /// Show what a dataset holds
    Show {
        /// NAME or NAME/VERSION; without a version the newest
        dataset: String,

        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,
    },
    /// Download a dataset; what was interrupted goes on where it stopped
    Pull {
        /// NAME or NAME/VERSION; without a version the newest
        dataset: String,

        /// Folder to download to [default: NAME-VERSION]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Compare a downloaded folder with its manifest
    Verify {
        /// The folder
        folder: PathBuf,
    },
    /// Publish the accepted labels of the platform as a dataset
    Publish {
        /// Name of the dataset
        #[arg(default_value = "chiron-incidents")]
        name: String,
    },
}

/// Commands on dead letters.
#[derive(Debug, Subcommand)]
pub enum DeadletterCommand {
    /// List events that could not be handled
    List {
        /// How the result is written
        #[arg(short, long, default_value = "table")]
        output: Output,
    },
    /// Give them to their functions again
    Replay {
        /// Ids, or their first characters; all that are open when none is given
        ids: Vec<String>,
    },
}

/// Commands on infrastructure.
#[derive(Debug, Subcommand)]
pub enum InfraCommand {
    /// Print the manifests, or write them to a folder
    Render {
        /// Folder to write to, a file each [default: standard output]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,

        /// Image of the functions
        #[arg(long, default_value = "ghcr.io/chiron/chiron:latest", value_name = "IMAGE")]
        image: String,

        /// Namespace of the platform
        #[arg(long, default_value = "chiron", value_name = "NAME")]
        namespace: String,

        /// Name of the cluster, set on every event of the source
        #[arg(long, default_value = "my-cluster", value_name = "NAME")]
        cluster: String,
    },
}
