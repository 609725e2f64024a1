//! Tar archives, read as a stream.

use crate::{
    intake::{Entry, Intake},
    names,
};
use std::io::{self, Read};
use tar::{Archive, EntryType};

/// Longest record with a long name, in bytes.
const LONGEST_RECORD: u64 = 64 << 10;

/// Whether the first 512 bytes are the header of a tar archive: its checksum fits.
pub(crate) fn is_tar(head: &[u8]) -> bool {
    let Some(field) = head.get(148..156).filter(|_| head.len() >= 512) else { return false };
    let digits: String = field.iter().map(|byte| char::from(*byte)).filter(char::is_ascii_digit).collect();
    let Ok(expected) = u32::from_str_radix(&digits, 8) else { return false };
    let sum: u32 = head[..512].iter().map(|byte| u32::from(*byte)).sum();
    let of_field: u32 = field.iter().map(|byte| u32::from(*byte)).sum();
    expected == sum - of_field + 8 * u32::from(b' ')
}

/// Reads the entries of the archive.
pub(crate) fn read(intake: &mut Intake<'_>, outer: &Entry, input: impl Read) {
    if !intake.may_nest(outer) {
        return;
    }
    if let Err(error) = entries(intake, outer, &mut Archive::new(input)) {
        intake.problem(&outer.name, format!("the archive ends early or is damaged: {error}"));
    }
}

/// Goes through the raw entries, so that the records with long names stay bounded.
fn entries(intake: &mut Intake<'_>, outer: &Entry, archive: &mut Archive<impl Read>) -> io::Result<()> {
    let mut long_name = None;
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        if matches!(kind, EntryType::GNULongName | EntryType::XHeader) {
            long_name = record(&mut entry, kind)?.or(long_name);
            continue;
        }
        let name = match long_name.take() {
            Some(name) => name,
            None => String::from_utf8_lossy(&entry.path_bytes()).into_owned(),
        };
        if !matches!(kind, EntryType::Regular | EntryType::Continuous) {
            continue;
        }
        let size = entry.header().size().ok();
        one(intake, outer, &name, size, &mut entry);
        if intake.is_full() {
            return Ok(());
        }
    }
    Ok(())
}

fn one(intake: &mut Intake<'_>, outer: &Entry, raw_name: &str, size: Option<u64>, input: &mut dyn Read) {
    let name = match inner_name(outer, raw_name) {
        Ok(name) => name,
        Err(reason) => return intake.problem(&names::plain(raw_name), reason),
    };
    if names::is_hidden(raw_name.trim_start_matches("./"))
        || !intake.admit(&name)
        || intake.pass_over(&name, size)
    {
        return;
    }
    intake.stream(Entry { name, size, given: false, nesting: outer.nesting + 1, wrappings: 0 }, input);
}

/// The name for users: relative to the outermost archive.
pub(crate) fn inner_name(outer: &Entry, name: &str) -> Result<String, &'static str> {
    let name = names::tidy(name)?;
    let outermost = outer.given && outer.nesting == 0;
    Ok(if outermost { name } else { format!("{}/{name}", outer.name) })
}

/// The name that a GNU or PAX record tells of the next entry.
fn record(entry: &mut tar::Entry<'_, impl Read>, kind: EntryType) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    entry.take(LONGEST_RECORD + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST_RECORD {
        return Err(io::Error::other("a name longer than 65536 bytes; the rest is not read"));
    }
    if kind == EntryType::GNULongName {
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        return Ok(Some(String::from_utf8_lossy(&bytes[..end]).into_owned()));
    }
    let mut name = None;
    for pair in tar::PaxExtensions::new(&bytes).flatten() {
        match pair.key() {
            Ok("path") => name = Some(String::from_utf8_lossy(pair.value_bytes()).into_owned()),
            Ok("size") => return Err(io::Error::other("an entry of more than 8 GiB; the rest is not read")),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(name)
}
