//! What can be typed to drill.

use super::{ClusterArgs, Output};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Commands of the lab.
#[derive(Debug, Subcommand)]
pub enum LabCommand {
    /// List the scenarios
    List(LabListArgs),
    /// Break a small application on a throw-away cluster, and see whether the fault and its cause are named
    Run(Box<LabRunArgs>),
}

/// Arguments of `chiron lab list`.
#[derive(Debug, ClapArgs)]
pub struct LabListArgs {
    /// Folder of scenarios [default: those inside this program]
    #[arg(long, value_name = "DIR")]
    pub scenarios: Option<PathBuf>,

    /// How the result is written
    #[arg(short, long, default_value = "table")]
    pub output: Output,
}

/// Arguments of `chiron lab run`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Each scenario lives in a namespace of its own: it sets a small application up, breaks it, waits until the finding and its
cause are reported, repairs it, and waits until nothing above info is left. The namespace is deleted at the end, also
after Ctrl-C. Scenarios are scripts: bash and kubectl must be there.

It breaks things on purpose, so it wants to hear from you which cluster may be broken: --throw-away names the context.

The applications run the image lab.test/app:1, which no registry has. From a copy of Chiron's sources:
  CGO_ENABLED=0 go build -C tests/lab/app -o \"$PWD/lab-app\" .
  tests/lab/image app.tar lab.test/app:1 '{\"Entrypoint\": [\"/app\"]}' /app=lab-app
  kind load image-archive app.tar
(tests/lab/build full leaves the same archive in target/lab/images.) Or push it to a registry as PREFIX/app:1 and give
--image PREFIX.

Exit codes: 0 all passed; 1 one did not; 2 error.
Examples:
  chiron lab run --throw-away kind-kind S-03
  chiron lab run --throw-away kind-kind --record recordings S-03 S-14
  chiron lab run --throw-away kind-kind --twin                     the same without faults: nothing may be reported")]
pub struct LabRunArgs {
    /// Names of scenarios, or how they begin, such as S-03 [default: all that this cluster can express in short time]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,

    /// Which cluster.
    #[command(flatten)]
    pub cluster: ClusterArgs,

    /// The context in use, named again: its cluster may be broken
    #[arg(long, value_name = "CONTEXT")]
    pub throw_away: Option<String>,

    /// Also what touches nodes and other objects outside of its namespace
    #[arg(long)]
    pub whole_cluster: bool,

    /// Folder of scenarios [default: those inside this program]
    #[arg(long, value_name = "DIR")]
    pub scenarios: Option<PathBuf>,

    /// What stands before the names of images instead of lab.test, such as registry.example/team
    #[arg(long, value_name = "NAME")]
    pub image: Option<String>,

    /// The healthy twins: the same shapes without faults, of which nothing may be reported
    #[arg(long)]
    pub twin: bool,

    /// File to write results to, a line of JSON for each scenario
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Folder to keep the last report in, for each scenario that does not pass
    #[arg(long, value_name = "DIR")]
    pub raw: Option<PathBuf>,

    /// Folder to write a recording of each scenario to, redacted, which `replay` takes
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,

    /// Seconds that a fault lasts at least, so that a recording shows what comes of it
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub fault_for: u32,

    /// Seconds of calm that are waited for after the repair, so that a recording shows that it stays well
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub calm_for: u32,

    /// The lab that this runs in.
    #[command(flatten)]
    pub lab: LabPlace,
}

/// What tests/lab/run says of itself.
#[derive(Clone, Debug, ClapArgs)]
pub struct LabPlace {
    /// Work folder of the lab
    #[arg(long, env = "CHIRON_LAB_WORK", hide = true, value_name = "DIR")]
    pub lab_work: Option<PathBuf>,

    /// Mode of the lab
    #[arg(long, env = "CHIRON_LAB_MODE", hide = true, default_value = "full", value_name = "MODE")]
    pub lab_mode: LabMode,
}

/// What a lab has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LabMode {
    /// A real kubelet
    Full,
    /// Simulated nodes
    Light,
}
