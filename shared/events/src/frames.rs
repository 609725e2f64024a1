//! Batches as they lie in the store: one zstd frame of NDJSON for each namespace, or each shard of series.
//!
//! Frames one after the other are a zstd file like any other; a reader that wants one namespace fetches only its bytes.

use crate::Section;
use chiron_model::{Digest, Lane};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// zstd's level: higher ones take longer and save little on this data.
const LEVEL: i32 = 3;

/// Lines of NDJSON by namespace, to be written as one object.
#[derive(Clone, Debug, Default)]
pub struct Frames {
    lines: BTreeMap<String, (Vec<u8>, u64)>,
}

/// What is stored cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The bytes are not what was written.
    #[error("{key}: expected sha256 {expected}, got {actual}")]
    Digest {
        /// Key of the object.
        key: String,
        /// What was written.
        expected: Digest,
        /// What was read.
        actual: Digest,
    },
    /// The bytes are no zstd frame.
    #[error("{0} is not a zstd frame")]
    Compression(String, #[source] std::io::Error),
    /// A line is not what it must be.
    #[error("line {line} of {key} is not what was written there")]
    Line {
        /// Key of the object.
        key: String,
        /// Number of the line in the frame, from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// The folder of the bucket in which `area` (`raw`, `observations`) of a cluster lies; ends with a slash.
///
/// Replays have folders of their own, so that a recording never mixes with a live cluster.
#[must_use]
pub fn lake_prefix(lane: &Lane, area: &str, cluster: &str) -> String {
    let cluster = folder(cluster);
    if lane.is_replay() { format!("{lane}/{area}/{cluster}/") } else { format!("{area}/{cluster}/") }
}

/// Keys stay short, and a cluster's name stays one folder: what is long or strange is told apart by its fingerprint.
fn folder(cluster: &str) -> String {
    const LONGEST: usize = 32;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_fine = cluster.len() <= LONGEST && cluster.chars().all(is_plain) && !cluster.starts_with('.');
    if is_fine && !cluster.is_empty() {
        return cluster.to_owned();
    }
    let start: String = cluster.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    format!("{start}~{}", Digest::of(cluster.as_bytes()).short())
}

impl Frames {
    /// Adds one line (without its newline) to a namespace.
    pub fn push(&mut self, namespace: &str, line: &[u8]) {
        let (bytes, count) = self.lines.entry(namespace.to_owned()).or_default();
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
        *count += 1;
    }

    /// The object's bytes, and where each namespace lies in them once they are stored under `key`.
    ///
    /// # Errors
    /// When zstd runs out of memory.
    pub fn finish(self, key: &str) -> std::io::Result<(Vec<u8>, BTreeMap<String, Section>)> {
        let mut object = Vec::new();
        let mut sections = BTreeMap::new();
        for (namespace, (lines, count)) in self.lines {
            let frame = zstd::bulk::compress(&lines, LEVEL)?;
            let section = Section {
                key: key.to_owned(),
                offset: object.len() as u64,
                length: frame.len() as u64,
                sha256: Digest::of(&frame),
                count,
            };
            object.extend_from_slice(&frame);
            sections.insert(namespace, section);
        }
        Ok((object, sections))
    }
}

/// The lines in the bytes of a section: observations, or series.
///
/// # Errors
/// When the bytes are not what was written.
pub fn read_frame<T: DeserializeOwned>(section: &Section, bytes: &[u8]) -> Result<Vec<T>, FrameError> {
    let key = || section.key.clone();
    let actual = Digest::of(bytes);
    if actual != section.sha256 {
        return Err(FrameError::Digest { key: key(), expected: section.sha256.clone(), actual });
    }
    let lines = zstd::stream::decode_all(bytes).map_err(|error| FrameError::Compression(key(), error))?;
    lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .enumerate()
        .map(|(index, line)| {
            serde_json::from_slice(line).map_err(|source| FrameError::Line {
                key: key(),
                line: index + 1,
                source,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_namespace_is_read_by_its_own_bytes() {
        let mut frames = Frames::default();
        frames.push("b", br#"{"x":1}"#);
        frames.push("a", br#"{"y":2}"#);

        let (object, sections) = frames.finish("k").unwrap();

        let whole = zstd::stream::decode_all(object.as_slice()).unwrap();
        assert_eq!(whole, b"{\"y\":2}\n{\"x\":1}\n");
        let part = &sections["b"];
        let start = usize::try_from(part.offset).unwrap();
        let bytes = &object[start..start + usize::try_from(part.length).unwrap()];
        assert_eq!(Digest::of(bytes), part.sha256);
    }

    #[test]
    fn a_strange_name_of_a_cluster_is_one_short_folder() {
        for name in ["../other", "", "a/b", &"x".repeat(200)] {
            let prefix = lake_prefix(&Lane::live(), "raw", name);

            assert_eq!(prefix.matches('/').count(), 2, "{prefix}");
            assert!(prefix.len() < 40 && !prefix.contains(".."), "{prefix}");
        }
    }

    #[test]
    fn altered_bytes_are_refused() {
        let section =
            Section { key: "k".to_owned(), offset: 0, length: 3, sha256: Digest::of(b"abc"), count: 1 };

        assert!(matches!(read_frame::<u8>(&section, b"xyz"), Err(FrameError::Digest { .. })));
    }
}
