//! The files of a dataset: the same labels give the same bytes, in whatever order they come.

use crate::{Format, card::card, split_of};
use chiron_model::{Digest, FileEntry, Manifest, Split, Timestamp, TrainingLabel};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of a file.
const ROWS: usize = 50_000;

/// A dataset, ready to be written: its manifest, and its files by path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetFiles {
    /// What it holds.
    pub manifest: Manifest,
    /// All files but the manifest.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Builds a dataset of accepted labels.
///
/// # Errors
/// When a label cannot be written as JSON.
pub fn build(name: &str, labels: &[TrainingLabel]) -> Result<DatasetFiles, serde_json::Error> {
    let distinct: BTreeMap<_, &TrainingLabel> = labels.iter().map(|label| (label.id, label)).collect();
    let mut by_split: BTreeMap<Split, Vec<&TrainingLabel>> = BTreeMap::new();
    for label in distinct.values() {
        by_split.entry(split_of(&label.family)).or_default().push(label);
    }
    ensure_training(&mut by_split);
    let mut files = BTreeMap::new();
    let mut rows = BTreeMap::new();
    for format in Format::ALL {
        for (split, labels) in &by_split {
            for (path, bytes, count) in shards(format, *split, labels)? {
                rows.insert(path.clone(), count);
                files.insert(path, bytes);
            }
        }
    }
    let mut manifest = manifest(name, &distinct.into_values().collect::<Vec<_>>(), &by_split, &files);
    let splits: BTreeSet<Split> = by_split.keys().copied().collect();
    files.insert("README.md".to_owned(), card(&manifest, &splits).into_bytes());
    manifest.files = entries(&files, &rows);
    Ok(DatasetFiles { manifest, files })
}

/// A dataset without anything to learn from is of no use: then another split becomes the training split.
fn ensure_training(by_split: &mut BTreeMap<Split, Vec<&TrainingLabel>>) {
    if by_split.contains_key(&Split::Train) {
        return;
    }
    for split in [Split::Validation, Split::Test] {
        if let Some(labels) = by_split.remove(&split) {
            by_split.insert(Split::Train, labels);
            return;
        }
    }
}

fn shards(
    format: Format,
    split: Split,
    labels: &[&TrainingLabel],
) -> Result<Vec<(String, Vec<u8>, u64)>, serde_json::Error> {
    let of = labels.len().div_ceil(ROWS);
    labels
        .chunks(ROWS)
        .enumerate()
        .map(|(number, chunk)| {
            let path = format!("data/{}/{}-{number:05}-of-{of:05}.jsonl", format.name(), split.as_str());
            let mut bytes = Vec::new();
            for label in chunk {
                serde_json::to_writer(&mut bytes, &format.row(label))?;
                bytes.push(b'\n');
            }
            Ok((path, bytes, chunk.len() as u64))
        })
        .collect()
}

fn manifest(
    name: &str,
    labels: &[&TrainingLabel],
    by_split: &BTreeMap<Split, Vec<&TrainingLabel>>,
    files: &BTreeMap<String, Vec<u8>>,
) -> Manifest {
    let mut by_type: BTreeMap<String, u64> = BTreeMap::new();
    for label in labels {
        *by_type.entry(label.label_type.as_str().to_owned()).or_default() += 1;
    }
    let content: String =
        files.iter().map(|(path, bytes)| format!("{path} {}\n", Digest::of(bytes))).collect();
    Manifest {
        schema_version: 1,
        name: name.to_owned(),
        version: Digest::of(content.as_bytes()).short().to_owned(),
        sealed_at: labels.iter().map(|it| newest(it)).max().unwrap_or_default(),
        labels: labels.len() as u64,
        by_type,
        by_split: by_split.iter().map(|(split, it)| (split.as_str().to_owned(), it.len() as u64)).collect(),
        files: Vec::new(),
    }
}

fn newest(label: &TrainingLabel) -> Timestamp {
    label.provenance.outcome.recovered_at.unwrap_or(label.context.until).max(label.context.until)
}

fn entries(files: &BTreeMap<String, Vec<u8>>, rows: &BTreeMap<String, u64>) -> Vec<FileEntry> {
    files
        .iter()
        .map(|(path, bytes)| FileEntry {
            path: path.clone(),
            bytes: bytes.len() as u64,
            sha256: Digest::of(bytes),
            rows: rows.get(path).copied().unwrap_or(0),
        })
        .collect()
}
