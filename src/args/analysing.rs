//! What can be typed to look at clusters.

use super::RulesArgs;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Report {
    /// A table with a row for each fault
    #[default]
    Table,
    /// The same with evidence, other causes and notes
    Wide,
    /// A JSON list of all findings
    Json,
    /// The same as YAML
    Yaml,
    /// SARIF 2.1.0, for code hosts
    Sarif,
}

/// Which clusters, and as whom.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct ClusterArgs {
    /// A kubeconfig file [default: $KUBECONFIG, ~/.kube/config, or the service account of this pod]
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,

    /// Context of the kubeconfig; may be repeated [default: the current one]
    #[arg(long, value_name = "NAME")]
    pub context: Vec<String>,
}

/// Arguments of `chiron analyze`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit codes: 0 done; with --exit-code 1 when something of warning or above is wrong; 2 error.
Examples:
  chiron analyze                              the cluster of the current context
  chiron analyze -n shop -o wide              one namespace, with evidence
  kubectl get pods,events -o json | chiron analyze -
  chiron analyze support-bundle.tar.gz        a recording, without any cluster")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct AnalyzeArgs {
    /// Files, folders or archives (- is standard input); the live cluster when none is given
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Which cluster.
    #[command(flatten)]
    pub cluster: ClusterArgs,

    /// Only this namespace; may be repeated
    #[arg(short, long, value_name = "NAME", conflicts_with = "all_namespaces")]
    pub namespace: Vec<String>,

    /// All namespaces; this is what happens without --namespace
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,

    /// How the result is written
    #[arg(short, long, default_value = "table")]
    pub output: Report,

    /// Rules besides the built-in ones.
    #[command(flatten)]
    pub rules: RulesArgs,

    /// Show how each object fares instead of what is wrong
    #[arg(long)]
    pub health: bool,

    /// Exit with 1 when something of warning or above is wrong
    #[arg(long)]
    pub exit_code: bool,

    /// Do not read the last log lines of containers that crash
    #[arg(long)]
    pub no_logs: bool,
}

/// Arguments of `chiron record`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Credentials are replaced before anything is written; Secrets are read without their data.
Stop it with Ctrl-C, or give --seconds. Then: chiron replay FILE")]
pub struct RecordArgs {
    /// Which cluster.
    #[command(flatten)]
    pub cluster: ClusterArgs,

    /// Only this namespace, and what belongs to no namespace; may be repeated
    #[arg(short, long, value_name = "NAME")]
    pub namespace: Vec<String>,

    /// File to write, compressed when it ends in .zst; - is standard output
    #[arg(long, default_value = "recording.ndjson.zst", value_name = "FILE")]
    pub out: PathBuf,

    /// Stop after so many seconds
    #[arg(long, value_name = "N")]
    pub seconds: Option<u64>,
}

/// Arguments of `chiron watch`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
On Knative it is a ContainerSource: chiron infra render --source watch. What was sent is kept in DynamoDB, or in the data folder,
so that the next process goes on where this one ended.")]
pub struct WatchArgs {
    /// Which clusters.
    #[command(flatten)]
    pub cluster: ClusterArgs,

    /// Our own name of the cluster, which every event carries [default: the name of its context]
    #[arg(long, env = "CHIRON_CLUSTER", value_name = "NAME")]
    pub name: Option<String>,

    /// Where changes are sent, as CloudEvents in structured mode [default: `$K_SINK`]
    #[arg(long, value_name = "URL")]
    pub sink: Option<String>,
}

/// Commands on rights.
#[derive(Debug, Subcommand)]
pub enum RbacCommand {
    /// Print a `ClusterRole`
    Print {
        /// Its name
        #[arg(long, default_value = "chiron-read", value_name = "NAME")]
        name: String,

        /// With the right to watch, which `up` and `record` need
        #[arg(long)]
        watch: bool,

        /// With the right to read logs of containers
        #[arg(long)]
        logs: bool,

        /// With the right to list Secrets; Chiron asks for their metadata only, but Kubernetes knows no such right
        #[arg(long)]
        secrets: bool,
    },
}
