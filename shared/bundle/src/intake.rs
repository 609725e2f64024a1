//! Takes in one stream: finds out what it is, looks into archives, bounds what is read.

use crate::{
    contents::{Contents, Problem, Source},
    document, encoding,
    ends::Ends,
    guard::{Guarded, Metered},
    limits::Limits,
    logs, names, sift, tarball, zipped,
};
use flate2::read::MultiGzDecoder;
use std::io::{self, BufReader, Cursor, Read, Seek};

/// Bytes that tell the form of a file.
const MAGIC: usize = 512;
/// Bytes that tell whether a text may hold objects.
const HEAD: usize = 64 << 10;
/// Most compressions around one file.
const WRAPPINGS: u32 = 2;

/// A file or entry that is about to be read.
#[derive(Clone)]
pub(crate) struct Entry {
    /// Name for users and for what the path tells.
    pub(crate) name: String,
    /// Size in bytes where it is known.
    pub(crate) size: Option<u64>,
    /// Whether the user named this very file: then even a log is looked at.
    pub(crate) given: bool,
    /// Archives around it.
    pub(crate) nesting: u32,
    /// Compressions around it since the last archive.
    pub(crate) wrappings: u32,
}

/// Reads everything into one [`Contents`].
pub(crate) struct Intake<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) contents: Contents,
    /// When only the ends of logs are read, which.
    pub(crate) ends: Option<Ends>,
    total: u64,
    entries: u64,
    full: bool,
}

impl<'a> Intake<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self { limits, contents: Contents::default(), ends: None, total: 0, entries: 0, full: false }
    }

    /// Whether a limit on the whole was reached.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    pub(crate) fn problem(&mut self, file: &str, message: impl Into<String>) {
        let source = Source { file: file.to_owned(), line: 1 };
        self.contents.problems.push(Problem { source, message: message.into() });
    }

    /// Whether one more file may be looked at.
    pub(crate) fn admit(&mut self, name: &str) -> bool {
        if self.full {
            return false;
        }
        self.entries += 1;
        if self.entries > self.limits.entries {
            self.full = true;
            let most = self.limits.entries;
            self.problem(
                name,
                format!("more than {most} files (limit entries); this and the rest are not read"),
            );
        }
        !self.full
    }

    /// Whether the name alone tells that the entry of a folder or archive holds no objects.
    pub(crate) fn pass_over(&mut self, name: &str, size: Option<u64>) -> bool {
        let is_log = names::is_log(name);
        if self.ends.as_ref().is_some_and(|it| it.asks_for(name)) {
            return false;
        }
        if is_log {
            self.contents.logs.extend(logs::log_of(name, size));
            self.contents.documents += 1;
            self.contents.ignored += 1;
        }
        is_log
    }

    /// Reads a file that can be sought in; only a zip archive needs that.
    pub(crate) fn file<R: Read + Seek>(&mut self, entry: Entry, mut input: R) {
        let mut magic = [0; 4];
        let read = read_up_to(&mut input, &mut magic);
        match read.and_then(|read| input.rewind().map(|()| read)) {
            Ok(4) if zipped::is_zip(&magic) => zipped::read(self, &entry, BufReader::new(input)),
            Ok(_) => {
                let is_packed = names::unpacked_name(&entry.name) != entry.name;
                let skipped = match &self.ends {
                    Some(ends) if !is_packed => ends.skip(&entry.name, entry.size, &mut input),
                    Some(_) | None => Ok(()),
                };
                match skipped {
                    Ok(()) => self.stream(entry, &mut input),
                    Err(error) => self.problem(&entry.name, unreadable(&error)),
                }
            }
            Err(error) => self.problem(&entry.name, unreadable(&error)),
        }
    }

    /// Reads whatever the stream holds.
    pub(crate) fn stream(&mut self, entry: Entry, input: &mut dyn Read) {
        let mut head = vec![0; MAGIC];
        match read_up_to(input, &mut head) {
            Ok(read) => head.truncate(read),
            Err(error) => return self.problem(&entry.name, unreadable(&error)),
        }
        let whole = Cursor::new(head.clone()).chain(input);
        if head.starts_with(&[0x1f, 0x8b]) {
            let (packed, passed) = Metered::new(whole);
            let decoder = MultiGzDecoder::new(BufReader::new(packed));
            self.unwrap(entry, &mut Guarded::new(decoder, passed, self.limits));
        } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            let (packed, passed) = Metered::new(whole);
            match zstd::Decoder::new(packed) {
                Ok(decoder) => self.unwrap(entry, &mut Guarded::new(decoder, passed, self.limits)),
                Err(error) => self.problem(&entry.name, unreadable(&error)),
            }
        } else if zipped::is_zip(&head) {
            self.zip_in_memory(&entry, whole);
        } else if tarball::is_tar(&head) {
            tarball::read(self, &entry, whole);
        } else {
            self.document(&entry, &head, whole);
        }
    }

    fn unwrap(&mut self, entry: Entry, input: &mut dyn Read) {
        if entry.wrappings >= WRAPPINGS {
            return self.problem(&entry.name, "compressed more than twice; not read");
        }
        let wrappings = entry.wrappings + 1;
        self.stream(Entry { size: None, wrappings, ..entry }, input);
    }

    /// Whether an archive may be opened at this depth.
    pub(crate) fn may_nest(&mut self, entry: &Entry) -> bool {
        let fits = entry.nesting <= self.limits.nesting;
        if !fits {
            let most = self.limits.nesting;
            self.problem(&entry.name, format!("an archive more than {most} deep (limit nesting); not read"));
        }
        fits
    }

    fn zip_in_memory(&mut self, entry: &Entry, input: impl Read) {
        if let Some(bytes) = self.load(entry, input) {
            zipped::read(self, entry, Cursor::new(bytes));
        }
    }

    fn document(&mut self, entry: &Entry, magic: &[u8], mut input: impl Read) {
        if let Some(ends) = &mut self.ends {
            if ends.asks_for(&entry.name) {
                ends.take(&entry.name, input);
            }
            return;
        }
        let mut head = vec![0; HEAD];
        match read_up_to(&mut input, &mut head) {
            Ok(read) => head.truncate(read),
            Err(error) => return self.problem(&entry.name, unreadable(&error)),
        }
        if encoding::is_binary(magic) || !sift::may_hold_objects(&entry.name, &head) {
            self.contents.documents += 1;
            self.contents.ignored += 1;
            return;
        }
        if let Some(bytes) = self.load(entry, Cursor::new(head).chain(input)) {
            document::read(&entry.name, entry.given, &bytes, &mut self.contents);
        }
    }

    /// The whole stream, or a problem when it is larger than a limit.
    fn load(&mut self, entry: &Entry, input: impl Read) -> Option<Vec<u8>> {
        let most = self.limits.document_bytes;
        let mut bytes = Vec::new();
        if entry.size.is_none_or(|size| size <= most)
            && let Err(error) = input.take(most.saturating_add(1)).read_to_end(&mut bytes)
        {
            self.problem(&entry.name, unreadable(&error));
            return None;
        }
        if entry.size.is_some_and(|size| size > most) || bytes.len() as u64 > most {
            self.problem(&entry.name, format!("larger than {most} bytes (limit document_bytes); not read"));
            return None;
        }
        self.total = self.total.saturating_add(bytes.len() as u64);
        if self.total > self.limits.total_bytes {
            self.full = true;
            let most = self.limits.total_bytes;
            self.problem(
                &entry.name,
                format!("more than {most} bytes in all (limit total_bytes); this and the rest are not read"),
            );
            return None;
        }
        Some(bytes)
    }
}

pub(crate) fn unreadable(error: &io::Error) -> String {
    format!("not readable: {error}")
}

/// Fills the buffer as far as the stream goes.
fn read_up_to(input: &mut (impl Read + ?Sized), buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
