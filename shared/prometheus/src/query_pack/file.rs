//! Own queries, from a file of YAML.

use super::{NamedQuery, QueryPack};
use crate::client::Selectors;
use serde::Deserialize;
use std::{collections::BTreeSet, fs, path::Path};

/// A file of queries cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// It cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// The file.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
    /// It is not YAML of the right form, or a query is not what it must be.
    #[error("{path}, line {line}: {reason}")]
    Invalid {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What was wanted, and what came.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    queries: Vec<NamedQuery>,
}

pub(super) fn load(path: &Path) -> Result<QueryPack, PackError> {
    let shown = path.display().to_string();
    match fs::read_to_string(path) {
        Ok(text) => parse(&shown, &text),
        Err(source) => Err(PackError::Unreadable { path: shown, source }),
    }
}

fn parse(path: &str, text: &str) -> Result<QueryPack, PackError> {
    let invalid = |line, reason| PackError::Invalid { path: path.to_owned(), line, reason };
    let file: File = serde_yaml_ng::from_str(text).map_err(|error| {
        let line = error.location().map_or(1, |it| it.line());
        let said = error.to_string();
        // The place is told by the file and the line already.
        let reason = said.split(" at line ").next().unwrap_or(&said);
        invalid(line, reason.to_owned())
    })?;
    let mut names = BTreeSet::new();
    for query in &file.queries {
        let line = line_of(text, &query.name);
        check(query).map_err(|reason| invalid(line, reason))?;
        if !names.insert(query.name.clone()) {
            return Err(invalid(
                line,
                format!("name: expected a name of its own, got {:?} twice", query.name),
            ));
        }
    }
    Ok(QueryPack { queries: file.queries })
}

fn check(query: &NamedQuery) -> Result<(), String> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if query.name.is_empty() || !query.name.chars().all(is_plain) {
        return Err(format!("name: expected lower-case letters, digits and _, got {:?}", query.name));
    }
    let selectors = Selectors::of(&query.promql)
        .map_err(|reason| format!("query of {}: expected PromQL, got {reason}", query.name))?;
    if selectors.texts().next().is_none() {
        return Err(format!("query of {}: expected a metric, got {:?}", query.name, query.promql));
    }
    Ok(())
}

/// The last line that gives a query this name: YAML does not tell where a value came from once it is read.
fn line_of(text: &str, name: &str) -> usize {
    let is_it = |line: &str| {
        let line = line.trim_start().trim_start_matches('-').trim_start();
        let value = line.strip_prefix("name:").map(|it| it.split('#').next().unwrap_or_default().trim());
        value.is_some_and(|it| it.trim_matches(['"', '\'']) == name)
    };
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().rposition(|line| is_it(line)).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chiron_model::{MetricKind, MetricType};

    fn error(text: &str) -> String {
        parse("own.yaml", text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let pack = parse("own.yaml", "queries:\n  - {name: a_b, query: sum(c)}\n").unwrap();

        let query = &pack.queries[0];
        assert_eq!((query.ty, query.kind), (MetricType::Custom, MetricKind::Gauge));
        assert_eq!((query.name.as_ref(), query.promql.as_ref()), ("a_b", "sum(c)"));
    }

    #[test]
    fn errors_name_the_file_and_the_line() {
        let start = "queries:\n  - name: a\n    query: up\n";
        for (text, expected) in [
            ("queries: 5\n", "own.yaml, line 1: "),
            (&format!("{start}  - name: b\n    query: up\n    type: speed\n"), "own.yaml, line 6: "),
            (
                &format!("{start}  - name: b\n    query: sum(up\n"),
                "own.yaml, line 4: query of b: expected PromQL, got a ( without its )",
            ),
            (
                &format!("{start}  - name: b\n    query: '1'\n"),
                "own.yaml, line 4: query of b: expected a metric, got \"1\"",
            ),
            (
                &format!("{start}  - name: A-b\n    query: up\n"),
                "own.yaml, line 4: name: expected lower-case letters, digits and _, got \"A-b\"",
            ),
            (
                &format!("{start}  - name: 'a' # again\n    query: up\n"),
                "own.yaml, line 4: name: expected a name of its own, got \"a\" twice",
            ),
            (&format!("{start}    speed: 5\n"), "own.yaml, line 4: "),
        ] {
            let found = error(text);

            assert!(found.starts_with(expected), "{found}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = load(Path::new("nowhere/own.yaml")).unwrap_err().to_string();

        assert_eq!(error, "nowhere/own.yaml cannot be read");
    }
}
