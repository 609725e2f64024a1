//! `chiron train` and `chiron bench sequence`

use super::{Answer, is_json, print_json};
use crate::{
    args::{Output, SequenceModel, TrainCommand, TrainSequenceArgs},
    data::Data,
    replay::{Input, Progress},
    report::InputError,
    tables,
    training::{
        TrainError,
        evaluation::{compare, figures_table, streams},
        lake, recordings,
        sequence::{LatestModel, Trained, counting, store},
        steps::Step,
    },
};
use anyhow::Context;
use serde::Serialize;
use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// The cluster of events that do not say, in recordings; as for `chiron replay`.
const RECORDING: &str = "recording";
/// The cluster that `chiron up` observes when nobody says another.
const LOCAL: &str = "local";
/// So many lines that could not be taken are told.
const MOST_TOLD: usize = 5;

pub(super) async fn run(command: &TrainCommand, data_dir: &Path) -> anyhow::Result<Answer> {
    match command {
        TrainCommand::Sequence(args) => sequence(args, data_dir).await,
    }
}

/// What there is to learn, and where the model goes.
struct Lesson {
    data: Data,
    cluster: String,
    steps: Vec<Step>,
}

/// What is told of a model.
#[derive(Serialize)]
struct Told {
    cluster: String,
    /// Objects that the steps tell of.
    lives: usize,
    /// Size of what the learner knows, in bytes.
    state_bytes: usize,
    /// Size of the file, in bytes.
    file_bytes: u64,
    #[serde(flatten)]
    latest: LatestModel,
}

async fn sequence(args: &TrainSequenceArgs, data_dir: &Path) -> anyhow::Result<Answer> {
    if args.model == SequenceModel::Gru && !cfg!(feature = "neural") {
        return Err(TrainError::NoNetworks.into());
    }
    let mut progress = Progress::stderr();
    let Lesson { data, cluster, steps } = if args.paths.is_empty() {
        stored(args, data_dir, &mut progress).await?
    } else {
        recorded(args, data_dir, &mut progress).await?
    };
    let trained = learn(args, &steps, &mut progress)?;
    progress.done(&format!("learned {} steps", steps.len()));
    progress.finish();
    let (latest, file_bytes) = store(data.ports.objects.as_ref(), &cluster, &trained, &steps).await?;
    let lives = steps.iter().map(|step| step.entity.as_str()).collect::<BTreeSet<_>>().len();
    let told = Told { cluster, lives, state_bytes: trained.snapshot.size(), file_bytes, latest };
    if is_json(args.output) {
        print_json(&told)?;
    } else {
        print(&told)?;
    }
    Ok(Answer::Yes)
}

/// What the platform has stored.
async fn stored(
    args: &TrainSequenceArgs,
    data_dir: &Path,
    progress: &mut Progress,
) -> anyhow::Result<Lesson> {
    let data = Data::read(data_dir).await?;
    let wanted = args.cluster.as_deref().unwrap_or(LOCAL);
    let found = lake::read(data.ports.objects.as_ref(), wanted, args.since, progress).await?;
    let (cluster, steps) = found.of(Some(wanted))?;
    Ok(Lesson { data, cluster, steps })
}

/// What recordings hold. Nothing is written before they are read.
async fn recorded(
    args: &TrainSequenceArgs,
    data_dir: &Path,
    progress: &mut Progress,
) -> anyhow::Result<Lesson> {
    let inputs = args.paths.iter().cloned().map(Input::File).collect();
    let wanted = args.cluster.as_deref();
    let found = recordings::read(inputs, wanted.unwrap_or(RECORDING), args.since, progress).await?;
    tell(&found.errors)?;
    let (cluster, steps) = found.steps.of(wanted)?;
    Ok(Lesson { data: Data::lazy(data_dir).await?, cluster, steps })
}

fn learn(args: &TrainSequenceArgs, steps: &[Step], progress: &mut Progress) -> Result<Trained, TrainError> {
    match args.model {
        SequenceModel::Counting => Ok(counting(steps)),
        SequenceModel::Gru => network(args, steps, progress),
    }
}

#[cfg(feature = "neural")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature it is an error")]
fn network(args: &TrainSequenceArgs, steps: &[Step], progress: &mut Progress) -> Result<Trained, TrainError> {
    Ok(crate::training::sequence::network(steps, args.epochs, args.seed, |epoch| {
        progress
            .say(format!("training: epoch {} of {}, {:.2} bits a step", epoch.number, epoch.of, epoch.bits));
    }))
}

#[cfg(not(feature = "neural"))]
fn network(_: &TrainSequenceArgs, _: &[Step], _: &mut Progress) -> Result<Trained, TrainError> {
    Err(TrainError::NoNetworks)
}

/// Tells the first lines that could not be taken.
fn tell(errors: &[InputError]) -> io::Result<()> {
    let mut out = io::stderr().lock();
    for error in errors.iter().take(MOST_TOLD) {
        writeln!(out, "{}:{}: {}", error.file, error.line, error.message)?;
    }
    if errors.len() > MOST_TOLD {
        writeln!(out, "and {} more lines that could not be taken", errors.len() - MOST_TOLD)?;
    }
    Ok(())
}

fn print(told: &Told) -> io::Result<()> {
    let Told { cluster, lives, state_bytes, file_bytes, latest } = told;
    let mut out = io::stdout().lock();
    writeln!(out, "{}, version {}, of cluster {cluster}", latest.name, latest.version)?;
    writeln!(
        out,
        "learned: {} steps of {lives} objects, {} to {}",
        latest.steps,
        tables::moment(latest.from),
        tables::moment(latest.until)
    )?;
    writeln!(out, "surprise: {:.3} bits a step", latest.bits)?;
    writeln!(out, "size: {state_bytes} B, {file_bytes} B as a file")?;
    writeln!(out, "stored: {}", latest.key)
}

/// Compares the sequence learners on the recordings of a folder.
pub(super) async fn bench(folder: &Path, output: Output) -> anyhow::Result<Answer> {
    let mut files = Vec::new();
    find(folder, &mut files)
        .with_context(|| format!("{} cannot be read: give the folder of the recordings", folder.display()))?;
    files.sort();
    let mut progress = Progress::stderr();
    let (streams, unknown) = streams(files.into_iter().map(Input::File).collect(), &mut progress).await?;
    let figures = compare(&streams, &mut progress);
    progress.finish();
    if is_json(output) {
        print_json(&figures)?;
        return Ok(Answer::Yes);
    }
    tables::print(&figures_table(&figures), "nothing was measured")?;
    let mut out = io::stdout().lock();
    for it in figures.iter().filter(|it| !it.missed.is_empty()) {
        writeln!(out, "{} missed: {}", it.detector, it.missed.join(", "))?;
    }
    if !unknown.is_empty() {
        writeln!(out, "left out, nothing is known of their faults: {}", unknown.join(", "))?;
    }
    Ok(Answer::Yes)
}

/// All recordings in a folder and those inside it.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.file_name().is_some_and(|name| name.to_string_lossy().contains(".ndjson")) {
            files.push(path);
        }
    }
    Ok(())
}
