//! Zip archives, read entry by entry in place.

use crate::{
    guard::Guarded,
    intake::{Entry, Intake},
    names, tarball,
};
use std::{
    cell::Cell,
    io::{Read, Seek},
    rc::Rc,
};
use zip::ZipArchive;

/// Whether the bytes start a zip archive, be it empty.
pub(crate) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// Reads the entries of the archive in the order of its directory.
pub(crate) fn read(intake: &mut Intake<'_>, outer: &Entry, input: impl Read + Seek) {
    if !intake.may_nest(outer) {
        return;
    }
    let mut archive = match ZipArchive::new(input) {
        Ok(archive) => archive,
        Err(error) => {
            return intake.problem(&outer.name, format!("the archive ends early or is damaged: {error}"));
        }
    };
    for index in 0..archive.len() {
        one(intake, outer, &mut archive, index);
        if intake.is_full() {
            return;
        }
    }
}

fn one(intake: &mut Intake<'_>, outer: &Entry, archive: &mut ZipArchive<impl Read + Seek>, index: usize) {
    let raw = match archive.name_for_index(index) {
        Some(Ok(name)) => name.into_owned(),
        Some(Err(_)) | None => {
            return intake.problem(&outer.name, format!("entry {index} has no readable name; not read"));
        }
    };
    let name = match tarball::inner_name(outer, &raw) {
        Ok(name) => name,
        Err(reason) => return intake.problem(&names::plain(&raw), reason),
    };
    let file = match archive.by_index(index) {
        Ok(file) => file,
        Err(error) => return intake.problem(&name, format!("not readable: {error}")),
    };
    if !file.is_file() || names::is_hidden(raw.trim_start_matches("./")) {
        return;
    }
    if !intake.admit(&name) || intake.pass_over(&name, Some(file.size())) {
        return;
    }
    let packed = Rc::new(Cell::new(file.compressed_size()));
    let mut input = Guarded::new(file, packed, intake.limits);
    intake.stream(
        Entry { name, size: None, given: false, nesting: outer.nesting + 1, wrappings: 0 },
        &mut input,
    );
}
