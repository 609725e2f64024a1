//! Text of `kubectl get`, `describe` and `events` to partial objects.
//!
//! What the text does not show is absent: a pod from a table has containers with empty names, and ages stay ages,
//! because the text does not say when it was written. They are kept as annotations.

mod age;
mod describe;
mod described_kinds;
mod described_pod;
mod event_row;
mod headless;
mod partial;
mod pod_row;
mod rows;
mod table;

use crate::{contents::Origin, document::Piece, preamble, sink::Sink};
use describe::Description;
use partial::Scope;
use table::Header;

/// Annotation of a partial object: its age as the table tells it, such as `3h29m`.
pub const AGE: &str = "chiron.dev/age";
/// Annotation of a partial event: how long before the capture it was seen first, such as `58m`.
pub const FIRST_SEEN: &str = "chiron.dev/first-seen";
/// Annotation of a partial event: how long before the capture it was seen last, such as `3m30s`.
pub const LAST_SEEN: &str = "chiron.dev/last-seen";
/// Annotation of a partial pod: how long before the capture a container restarted, such as `43s`.
pub const LAST_RESTART: &str = "chiron.dev/last-restart";
/// Annotation of a partial pod: the word of the STATUS column, such as `Terminating`.
pub const STATUS: &str = "chiron.dev/status";

/// Whether the text has a line that kubectl writes, or a command line of kubectl.
pub(crate) fn looks_like_kubectl(text: &str) -> bool {
    text.lines().any(|line| describe::is_start(line) || is_command(line) || Header::parse(line).is_some())
}

/// Reads the tables and descriptions of the text.
pub(crate) fn read(piece: &Piece<'_>, sink: &mut Sink<'_>) {
    let before = sink.len();
    let mut reading =
        Reading { scope: Scope { hint: piece.hint.clone(), line: piece.line }, header: None, sink };
    let mut lines = piece.text.lines().peekable();
    while let Some(line) = lines.next() {
        if describe::is_start(line) {
            let mut description = Description::new(line);
            let start = reading.scope.line;
            while let Some(next) = lines.next_if(|next| !(describe::is_start(next) || is_command(next))) {
                description.add(next);
                reading.scope.line += 1;
            }
            reading.describe(&description, start);
        } else {
            reading.line(line);
        }
        reading.scope.line += 1;
    }
    let gave_objects = reading.sink.len() > before;
    sink.document(gave_objects);
}

struct Reading<'s, 'c> {
    scope: Scope,
    header: Option<Header>,
    sink: &'s mut Sink<'c>,
}

impl Reading<'_, '_> {
    fn line(&mut self, line: &str) {
        if line.trim().is_empty() {
            self.header = None;
        } else if is_command(line) {
            self.scope.hint = preamble::Hint::default();
            preamble::command(line, &mut self.scope.hint);
            self.header = None;
        } else if let Some(header) = Header::parse(line) {
            self.header = Some(header);
        } else {
            let object = match &self.header {
                Some(header) => rows::object(&header.row(line), &self.scope),
                None => headless::row(line, &self.scope).and_then(|row| rows::object(&row, &self.scope)),
            };
            if let Some(object) = object {
                self.sink.push(object, Origin::Text, self.scope.line);
            }
        }
    }

    fn describe(&mut self, description: &Description<'_>, start: u64) {
        self.header = None;
        for (offset, object) in describe::objects(description, &self.scope.hint, start) {
            self.sink.push(object, Origin::Text, start + offset);
        }
    }
}

fn is_command(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches(['$', '#', '>']).trim_start();
    ["kubectl get ", "kubectl describe ", "kubectl events", "kubectl -n ", "oc get ", "oc describe "]
        .iter()
        .any(|start| line.starts_with(start))
}
