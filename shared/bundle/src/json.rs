//! JSON: one document, several after each other, or one on each line.

use crate::{contents::Origin, document::Piece, sink::Sink, unfold};
use serde_json::{Deserializer, Error, Value};

/// Whether not even the first document can be read.
pub(crate) fn is_broken(text: &str) -> bool {
    !matches!(Deserializer::from_str(text).into_iter::<Value>().next(), Some(Ok(_)))
}

/// Reads all documents; after a broken one it goes on at the next line that starts an object.
pub(crate) fn read(piece: &Piece<'_>, sink: &mut Sink<'_>) {
    let mut rest = piece.text;
    let mut line = piece.line;
    loop {
        let blank = rest.len() - rest.trim_start().len();
        line += lines(&rest[..blank]);
        rest = &rest[blank..];
        if rest.is_empty() {
            return;
        }
        let mut documents = Deserializer::from_str(rest).into_iter::<Value>();
        let used = match documents.next() {
            Some(Ok(value)) => {
                let before = sink.len();
                unfold::unfold(value, Origin::Json, line, sink);
                sink.document(sink.len() > before);
                documents.byte_offset()
            }
            Some(Err(error)) => {
                told(piece, rest, line, &error, sink);
                next_object(rest)
            }
            None => return,
        };
        line += lines(&rest[..used]);
        rest = &rest[used..];
    }
}

fn told(piece: &Piece<'_>, rest: &str, line: u64, error: &Error, sink: &mut Sink<'_>) {
    // What stands between the documents, such as the logs in a dump of the cluster, is not meant as JSON.
    let starts_document = rest.starts_with(['{', '[']);
    let says_object = rest.get(..rest.len().min(4096)).unwrap_or(rest).contains("\"kind\"");
    if starts_document && (piece.meant || says_object) {
        sink.document(false);
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        sink.problem(line + (error.line() as u64).saturating_sub(1), format!("not valid JSON: {message}"));
    }
}

/// Where the next line starts that begins with a brace.
fn next_object(rest: &str) -> usize {
    rest.find("\n{").map_or(rest.len(), |at| at + 1)
}

fn lines(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}
