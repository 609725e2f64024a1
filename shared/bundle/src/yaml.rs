//! YAML files of one or many documents. A broken document does not hide the others.

use crate::{bounded, contents::Origin, document::Piece, names, sink::Sink, unfold};

/// Reads each document of the text.
pub(crate) fn read(piece: &Piece<'_>, sink: &mut Sink<'_>) {
    for (line, text) in documents(piece.text, piece.line) {
        match bounded::parse(text) {
            Ok(value) => {
                let before = sink.len();
                unfold::unfold(value, Origin::Yaml, line, sink);
                sink.document(sink.len() > before);
            }
            Err(error) => {
                sink.document(false);
                if piece.meant || names::is_yaml(sink.file) || text.contains("kind:") {
                    let at = error.location().map_or(0, |place| (place.line() as u64).saturating_sub(1));
                    sink.problem(line + at, sentence(&error, text));
                }
            }
        }
    }
}

fn sentence(error: &serde_yaml_ng::Error, text: &str) -> String {
    if text.contains("{{") {
        return "not valid YAML but a template: render it first".to_owned();
    }
    let message = error.to_string();
    format!("not valid YAML: {}", message.split(" at line ").next().unwrap_or_default())
}

/// The documents with the lines on which they start. A marker at the start of a line cannot be part of a document,
/// not even inside a text block.
fn documents(text: &str, first_line: u64) -> Vec<(u64, &str)> {
    let mut found = Vec::new();
    let (mut start, mut start_line, mut filled) = (0, first_line, false);
    let (mut at, mut line) = (0, first_line);
    for row in text.split_inclusive('\n') {
        let ends = is_marker(row, "...");
        if ends || (is_marker(row, "---") && filled) {
            if filled {
                found.push((start_line, &text[start..at]));
            }
            filled = false;
            start = if ends { at + row.len() } else { at };
            start_line = line + u64::from(ends);
        } else if is_marker(row, "---") && !has_directive(&text[start..at]) {
            (start, start_line) = (at, line);
        }
        filled |= has_content(row);
        at += row.len();
        line += 1;
    }
    if filled {
        found.push((start_line, &text[start..]));
    }
    found
}

fn is_marker(row: &str, marker: &str) -> bool {
    row.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

fn has_directive(text: &str) -> bool {
    text.lines().any(|row| row.starts_with('%'))
}

/// Whether the row is more than blank, a comment, a marker or a directive.
fn has_content(row: &str) -> bool {
    let inner = if is_marker(row, "---") || is_marker(row, "...") { &row[3..] } else { row };
    let inner = inner.trim();
    !(inner.is_empty() || inner.starts_with('#') || row.starts_with('%'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_parted_at_their_markers() {
        let text = "# head\n---\na: 1\n---\n# nothing\n---\nb: |\n  x\n  ---\n...\n---  \nc: 1";

        let found = documents(text, 1);

        let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 6, 11]);
        assert_eq!(found[1].1, "---\nb: |\n  x\n  ---\n");
    }

    #[test]
    fn a_directive_stays_with_its_document() {
        assert_eq!(documents("%YAML 1.2\n---\na: 1\n", 1), [(1, "%YAML 1.2\n---\na: 1\n")]);
    }
}
