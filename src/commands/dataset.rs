//! `chiron dataset`

use super::{Answer, is_json, print_json};
use crate::{
    args::DatasetCommand,
    data::Data,
    ports::now,
    registry::{Setup, broker},
    tables::{self, moment, table},
};
use anyhow::{Context, bail};
use chiron_aws::{Download, S3Objects, download};
use chiron_events::{Context as EventContext, DatasetPublished, DatasetRequested, Payload, decode, encode};
use chiron_model::{DatasetSummary, Digest, Lane, Manifest};
use chiron_publish::MANIFEST;
use chiron_runtime::Tap;
use chiron_store::{ObjectStore, Query};
use cloudevents::AttributesReader;
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

pub(super) async fn run(command: &DatasetCommand, data_dir: &Path) -> anyhow::Result<Answer> {
    match command {
        DatasetCommand::List { output } => list(is_json(*output), data_dir).await,
        DatasetCommand::Show { dataset, output } => show(dataset, is_json(*output), data_dir).await,
        DatasetCommand::Pull { dataset, out } => pull(dataset, out.as_deref(), data_dir).await,
        DatasetCommand::Verify { folder } => verify(folder),
        DatasetCommand::Publish { name } => publish(name, data_dir).await,
    }
}

/// Published datasets: each folder of the bucket that has a manifest, the newest first.
async fn datasets(objects: &dyn ObjectStore) -> anyhow::Result<Vec<DatasetSummary>> {
    let mut found = Vec::new();
    for object in objects.list("datasets/").await? {
        let Some(prefix) = object.key.strip_suffix(MANIFEST) else { continue };
        let manifest: Manifest = serde_json::from_slice(&objects.get(&object.key, None).await?)
            .with_context(|| format!("{} is not a manifest", object.key))?;
        found.push(DatasetSummary {
            bytes: manifest.files.iter().map(|it| it.bytes).sum(),
            prefix: prefix.to_owned(),
            name: manifest.name,
            version: manifest.version,
            labels: manifest.labels,
            sealed_at: manifest.sealed_at,
        });
    }
    found.sort_by(|a, b| (b.sealed_at, &b.version).cmp(&(a.sealed_at, &a.version)));
    Ok(found)
}

async fn list(as_json: bool, data_dir: &Path) -> anyhow::Result<Answer> {
    let data = Data::read(data_dir).await?;
    let found = datasets(data.ports.objects.as_ref()).await?;
    if as_json {
        print_json(&found)?;
        return Ok(Answer::Yes);
    }
    let mut table = table(&["dataset", "version", "labels", "bytes", "newest event", "in the bucket"]);
    for it in found {
        let row = [
            it.name,
            it.version,
            it.labels.to_string(),
            it.bytes.to_string(),
            moment(it.sealed_at),
            it.prefix,
        ];
        table.add_row(row);
    }
    tables::print(&table, "no dataset is published yet: `chiron demo` makes one")?;
    Ok(Answer::Yes)
}

/// The dataset `NAME` or `NAME/VERSION`.
async fn find(objects: &dyn ObjectStore, dataset: &str) -> anyhow::Result<(DatasetSummary, Manifest)> {
    let (name, version) =
        dataset.split_once('/').map_or((dataset, None), |(name, version)| (name, Some(version)));
    let found = datasets(objects).await?;
    let summary = found
        .into_iter()
        .find(|it| it.name == name && version.is_none_or(|version| it.version.starts_with(version)))
        .with_context(|| format!("there is no dataset {dataset:?}: `chiron dataset list` names them all"))?;
    let bytes = objects.get(&format!("{}{MANIFEST}", summary.prefix), None).await?;
    let manifest = serde_json::from_slice(&bytes)?;
    Ok((summary, manifest))
}

async fn show(dataset: &str, as_json: bool, data_dir: &Path) -> anyhow::Result<Answer> {
    let data = Data::read(data_dir).await?;
    let (summary, manifest) = find(data.ports.objects.as_ref(), dataset).await?;
    if as_json {
        print_json(&manifest)?;
        return Ok(Answer::Yes);
    }
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{} {}: {} labels, newest event {}",
        summary.name, summary.version, summary.labels, summary.sealed_at
    )?;
    let counts = |map: &std::collections::BTreeMap<String, u64>| {
        map.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    };
    writeln!(out, "types:  {}", counts(&manifest.by_type))?;
    writeln!(out, "splits: {}", counts(&manifest.by_split))?;
    let mut table = table(&["file", "rows", "bytes", "sha256"]);
    for file in &manifest.files {
        table.add_row([
            file.path.clone(),
            file.rows.to_string(),
            file.bytes.to_string(),
            file.sha256.to_string(),
        ]);
    }
    writeln!(out, "{table}")?;
    Ok(Answer::Yes)
}

async fn pull(dataset: &str, out: Option<&Path>, data_dir: &Path) -> anyhow::Result<Answer> {
    let data = Data::read(data_dir).await?;
    let objects = S3Objects::new(data.clients.clone());
    let (summary, manifest) = find(&objects, dataset).await?;
    let folder =
        out.map_or_else(|| PathBuf::from(format!("{}-{}", summary.name, summary.version)), Path::to_owned);
    let bar = bar(summary.bytes);
    for file in &manifest.files {
        let wanted = Download {
            key: format!("{}{}", summary.prefix, file.path),
            path: inside(&folder, &file.path)?,
            bytes: file.bytes,
            sha256: file.sha256.clone(),
        };
        bar.set_message(file.path.clone());
        download(&objects, &wanted, &|bytes| bar.inc(bytes)).await?;
    }
    // Like the publisher, the manifest comes last: a folder with one is whole.
    std::fs::write(folder.join(MANIFEST), serde_json::to_vec_pretty(&manifest)?)?;
    bar.finish_and_clear();
    writeln!(io::stdout(), "{}", folder.display())?;
    Ok(Answer::Yes)
}

/// The path of a file inside the folder. A manifest is data: it may not name places elsewhere.
fn inside(folder: &Path, path: &str) -> anyhow::Result<PathBuf> {
    let is_plain = Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if path.is_empty() || !is_plain {
        bail!("the manifest names {path:?}, which does not lie inside the dataset");
    }
    Ok(folder.join(path))
}

fn bar(bytes: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        let _ = writeln!(io::stderr(), "downloading {bytes} bytes");
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(bytes);
    let style = "{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta} {msg}";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn verify(folder: &Path) -> anyhow::Result<Answer> {
    let path = folder.join(MANIFEST);
    let text = std::fs::read(&path).with_context(|| {
        format!("{} cannot be read: it is written last, so the download may not be finished", path.display())
    })?;
    let manifest: Manifest =
        serde_json::from_slice(&text).with_context(|| format!("{} is no manifest", path.display()))?;
    let mut out = io::stdout().lock();
    let mut wrong = 0;
    for file in &manifest.files {
        let problem = match std::fs::read(inside(folder, &file.path)?) {
            Err(error) => Some(format!("cannot be read: {error}")),
            Ok(bytes) if Digest::of(&bytes) != file.sha256 => Some("is not what was published".to_owned()),
            Ok(_) => None,
        };
        if let Some(problem) = problem {
            wrong += 1;
            writeln!(out, "{}: {problem}", file.path)?;
        }
    }
    writeln!(out, "{} {}: {} files, {wrong} wrong", manifest.name, manifest.version, manifest.files.len())?;
    Ok(Answer::from(wrong == 0))
}

/// Publishes the labels of the live platform, by the same event that a schedule would send.
async fn publish(name: &str, data_dir: &Path) -> anyhow::Result<Answer> {
    let data = Data::read(data_dir).await?;
    let published: Arc<Mutex<Option<DatasetSummary>>> = Arc::default();
    let seen = Arc::clone(&published);
    let tap: Tap = Arc::new(move |event| {
        if event.ty() == DatasetPublished::TYPE
            && let Ok(DatasetPublished { dataset }) = decode(event.clone())
        {
            *seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(dataset);
        }
    });
    let broker = broker(&data.ports, &Setup::default()).with_tap(tap, Arc::clone(&data.ports.objects));
    let latest = Query { limit: Some(1), status: Some("accepted".to_owned()), ..Query::of("label") };
    let at = data.ports.records.query(latest).await?.first().map_or_else(now, |it| it.at);
    let cause = EventContext {
        id: uuid::Uuid::new_v4().to_string(),
        source: "/command".to_owned(),
        lane: Lane::sealed(),
        ..EventContext::default()
    };
    let request = DatasetRequested { name: name.to_owned(), at };
    broker.drain(vec![encode("/command", &cause, 0, &request)?]).await;
    let published = published.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let Some(dataset) = published else {
        bail!("the dataset was not published: `chiron deadletter list` says why");
    };
    writeln!(io::stdout(), "{} {} ({} labels)", dataset.name, dataset.version, dataset.labels)?;
    Ok(Answer::Yes)
}
