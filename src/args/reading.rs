//! What can be typed to look at, fetch or render what is there.

use super::Output;
use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;

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

        /// What tells the changes of the cluster
        #[arg(long, default_value = "api-server", value_name = "SOURCE")]
        source: SourceKind,
    },
}

/// What tells the changes of a cluster on Knative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SourceKind {
    /// Knative's own ApiServerSource, which is simple and tells nothing of what happens while it is away
    #[default]
    ApiServer,
    /// `chiron watch` in a `ContainerSource`, which finds what was missed and says so
    Watch,
}
