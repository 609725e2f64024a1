//! The text of one file: which form it has, and its objects.

use crate::{
    contents::Contents, encoding, json, names, preamble, preamble::Hint, sift, sink::Sink, text, yaml,
};

/// A text, or the part of one that is left after a preamble.
#[derive(Clone)]
pub(crate) struct Piece<'t> {
    pub(crate) text: &'t str,
    /// Line of the file on which the text starts, from 1.
    pub(crate) line: u64,
    /// Whether a text that is no JSON or YAML is worth a problem.
    pub(crate) meant: bool,
    /// What is known about the command that wrote the text.
    pub(crate) hint: Hint,
}

/// Reads the objects of one file.
pub(crate) fn read(name: &str, given: bool, bytes: &[u8], contents: &mut Contents) {
    let mut sink = Sink::new(name, contents);
    match encoding::decode(bytes) {
        Ok(text) => {
            let named =
                matches!(names::extension(name).as_str(), "json" | "yaml" | "yml" | "ndjson" | "jsonl");
            let whole = Piece { text: &text, line: 1, meant: given || named, hint: Hint::default() };
            match preamble::split(&whole) {
                Some(rest) => piece(&rest, &mut sink),
                None => piece(&whole, &mut sink),
            }
        }
        Err((line, message)) => {
            sink.document(false);
            sink.problem(line, message);
        }
    }
    sink.finish();
}

fn piece(piece: &Piece<'_>, sink: &mut Sink<'_>) {
    let start = piece.text.trim_start();
    if sift::is_json(start) && !(names::is_yaml(sink.file) && json::is_broken(start)) {
        json::read(piece, sink);
    } else if names::is_yaml(sink.file) || sift::is_yaml(piece.text) && !text::looks_like_kubectl(piece.text)
    {
        yaml::read(piece, sink);
    } else {
        text::read(piece, sink);
    }
}
