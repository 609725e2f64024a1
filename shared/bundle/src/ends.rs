//! The ends of logs that are asked for once it is known whose they are.

use crate::{contents::BundleError, intake::Intake, limits::Limits, reader};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read, Seek, SeekFrom},
    path::PathBuf,
};

/// Bytes of a log that are kept.
const KEPT: usize = 16 << 10;

/// Logs that are asked for, and their ends as far as they were found.
#[derive(Default)]
pub(crate) struct Ends {
    asked: BTreeSet<String>,
    found: BTreeMap<String, Vec<u8>>,
}

/// Reads the last 16 KiB of logs, whatever their length, by the names that [`crate::Contents::logs`] tells. A name that
/// is not found, or cannot be read, is not in the result. Everything else is passed over.
///
/// # Errors
/// [`BundleError::Open`] when a given path does not exist or cannot be opened.
pub fn read_ends(
    paths: &[PathBuf],
    asked: BTreeSet<String>,
    limits: &Limits,
) -> Result<BTreeMap<String, Vec<u8>>, BundleError> {
    let mut intake = Intake::new(limits);
    intake.ends = Some(Ends { asked, found: BTreeMap::new() });
    reader::all(&mut intake, paths)?;
    Ok(intake.ends.map(|it| it.found).unwrap_or_default())
}

impl Ends {
    pub(crate) fn asks_for(&self, name: &str) -> bool {
        self.asked.contains(name) && !self.found.contains_key(name)
    }

    /// Reads a stream to its end and keeps the last part. What breaks off is kept as far as it goes.
    pub(crate) fn take(&mut self, name: &str, mut input: impl Read) {
        let mut kept = Vec::new();
        let mut piece = vec![0; KEPT];
        let mut is_cut = false;
        loop {
            match input.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => kept.extend_from_slice(&piece[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
            if kept.len() > 2 * KEPT {
                kept.drain(..kept.len() - KEPT);
                is_cut = true;
            }
        }
        let from = kept.len().saturating_sub(KEPT);
        let from = if is_cut || from > 0 { after_break(&kept, from) } else { 0 };
        self.found.insert(name.to_owned(), kept.split_off(from));
    }

    /// Goes near the end of a file, so that a long one is not read to get there.
    pub(crate) fn skip(&self, name: &str, size: Option<u64>, input: &mut impl Seek) -> io::Result<()> {
        let far = i64::try_from(4 * KEPT).unwrap_or(i64::MAX);
        if self.asks_for(name) && size.is_some_and(|size| size > far.unsigned_abs()) {
            input.seek(SeekFrom::End(-far))?;
        }
        Ok(())
    }
}

/// Where the first whole line begins, from that place on.
fn after_break(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|it| *it == b'\n').map_or(from, |at| from + at + 1)
}
