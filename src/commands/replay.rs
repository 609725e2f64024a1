//! `chiron replay`

use super::{Answer, is_json, print_json};
use crate::{
    args::{Output, ReplayArgs},
    data::Data,
    registry::Setup,
    replay::{DatasetFolder, Input, Progress, Replay, print},
    rules::{load, tell},
};
use std::{io, path::Path};

pub(super) async fn run(args: &ReplayArgs, data_dir: &Path) -> anyhow::Result<Answer> {
    let inputs = args.paths.iter().cloned().map(Input::File).collect();
    let rules = load(&args.rules.rules, tell)?;
    let setup = Setup { default_cluster: Some(args.cluster.clone()), rules, ..Setup::default() };
    replay(inputs, setup, args.out.as_deref(), args.output, data_dir).await
}

/// Replays inputs and prints what was found.
pub(super) async fn replay(
    inputs: Vec<Input>,
    setup: Setup,
    out: Option<&Path>,
    output: Output,
    data_dir: &Path,
) -> anyhow::Result<Answer> {
    for input in &inputs {
        // A wrong path is told before anything is written.
        if !matches!(input, Input::File(path) if path == Path::new("-")) {
            input.open()?;
        }
    }
    let data = Data::open(data_dir).await?;
    let datasets = data_dir.join("datasets");
    let folder = out.map_or(DatasetFolder::Inside(&datasets), DatasetFolder::Exactly);
    let replay = Replay::of(data.ports.clone(), setup);
    let report = replay.run(inputs, folder, &mut Progress::stderr()).await?;
    tracing::info!(
        calls = data.clients.calls().count(),
        events = report.counts.events,
        "AWS calls of this replay"
    );
    if is_json(output) {
        print_json(&report)?;
    } else {
        print(&report, &mut io::stdout().lock())?;
    }
    // A recording in which no line could be taken was no recording.
    Ok(Answer::from(report.counts.events > 0 || report.errors.is_empty()))
}
