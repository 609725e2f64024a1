//! Where the readers of one file put what they find.

use crate::{
    captured,
    contents::{Contents, Found, Origin, Problem, Source},
};
use serde_json::Value;
use std::collections::BTreeMap;

/// So many problems of one file are told; one more says that there are others.
const PROBLEMS: u64 = 20;

/// Collects what one file holds.
pub(crate) struct Sink<'a> {
    /// Name of the file as it is told to users.
    pub(crate) file: &'a str,
    contents: &'a mut Contents,
    first: usize,
    problems: u64,
    /// How many objects there were when an object was deleted, by its identity.
    gone: BTreeMap<String, usize>,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(file: &'a str, contents: &'a mut Contents) -> Self {
        let first = contents.objects.len();
        Self { file, contents, first, problems: 0, gone: BTreeMap::new() }
    }

    /// Objects of this file so far.
    pub(crate) fn len(&self) -> usize {
        self.contents.objects.len() - self.first
    }

    pub(crate) fn push(&mut self, object: Value, origin: Origin, line: u64) {
        captured::advance(&mut self.contents.captured_at, &object);
        self.contents.objects.push(Found { source: self.source(line), object, origin });
    }

    /// What the file told of the object before this deletion does not count.
    pub(crate) fn retract(&mut self, deleted: &Value) {
        self.gone.insert(identity(deleted), self.contents.objects.len());
    }

    pub(crate) fn problem(&mut self, line: u64, message: impl Into<String>) {
        self.problems += 1;
        let source = self.source(line);
        if self.problems <= PROBLEMS {
            self.contents.problems.push(Problem { source, message: message.into() });
        } else if self.problems == PROBLEMS + 1 {
            let message = "further problems of this file are not told".to_owned();
            self.contents.problems.push(Problem { source, message });
        }
    }

    /// Counts a document, and as ignored when it gave no object.
    pub(crate) fn document(&mut self, gave_objects: bool) {
        self.contents.documents += 1;
        self.contents.ignored += u64::from(!gave_objects);
    }

    /// Takes out what was deleted later in the same file.
    pub(crate) fn finish(self) {
        if self.gone.is_empty() {
            return;
        }
        let mut index = 0;
        self.contents.objects.retain(|found| {
            index += 1;
            index <= self.first
                || self.gone.get(&identity(&found.object)).is_none_or(|deleted_at| index > *deleted_at)
        });
    }

    fn source(&self, line: u64) -> Source {
        Source { file: self.file.to_owned(), line }
    }
}

fn identity(object: &Value) -> String {
    ["/kind", "/metadata/namespace", "/metadata/name"]
        .map(|field| object.pointer(field).and_then(Value::as_str).unwrap_or_default())
        .join("/")
}
