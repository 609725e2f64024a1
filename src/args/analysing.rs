//! What can be typed to look at clusters.

use clap::{Args as ClapArgs, ValueEnum};
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

    /// Show how each object fares instead of what is wrong
    #[arg(long)]
    pub health: bool,

    /// Exit with 1 when something of warning or above is wrong
    #[arg(long)]
    pub exit_code: bool,
}
