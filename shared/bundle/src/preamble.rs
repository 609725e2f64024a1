//! What stands before the output of a command: the command itself, or lines of JSON that tell about the call.

use crate::{document::Piece, kinds};
use serde_json::Value;

/// Lines of JSON before the output at most.
const LINES: usize = 8;

/// What is known about the command that wrote a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hint {
    /// Kind that was asked for, as the API spells it.
    pub(crate) kind: Option<&'static kinds::Known>,
    /// Namespace that was asked for.
    pub(crate) namespace: Option<String>,
}

/// The output after lines of JSON that hold no object, and what these lines tell.
pub(crate) fn split<'t>(whole: &Piece<'t>) -> Option<Piece<'t>> {
    let mut hint = Hint::default();
    let mut rest = whole.text;
    for (line, index) in (whole.line..).zip(0..LINES) {
        let (first, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if !first.starts_with('{') {
            return (index > 0 && !continues_as_json(rest)).then(|| output(rest, line, hint));
        }
        let call: Value = serde_json::from_str(first).ok()?;
        if ["apiVersion", "involvedObject", "specversion", "metadata", "items"]
            .iter()
            .any(|key| call.get(key).is_some())
        {
            return None;
        }
        learn(&call, &mut hint, 0);
        rest = after;
    }
    None
}

fn continues_as_json(rest: &str) -> bool {
    rest.trim().is_empty()
}

/// The output itself: between the words that part it from what went to the error stream.
fn output(rest: &str, line: u64, hint: Hint) -> Piece<'_> {
    let mut text = rest;
    let mut line = line;
    if let Some((before, after)) = rest.split_once("stdout:\n")
        && before.lines().count() <= 2
    {
        text = after;
        line += 1 + before.matches('\n').count() as u64;
    }
    if let Some(end) = text.find("\nstderr:") {
        text = &text[..=end];
    }
    Piece { text, line, meant: false, hint }
}

fn learn(call: &Value, hint: &mut Hint, depth: usize) {
    let Value::Object(fields) = call else { return };
    for (name, value) in fields {
        match value {
            Value::String(text) if text.starts_with("kubectl ") => command(text, hint),
            Value::String(text) if name == "kind" || name == "resource_type" => {
                hint.kind = hint.kind.or_else(|| kinds::by_word(text));
            }
            Value::String(text) if name == "namespace" && !text.is_empty() => {
                hint.namespace.get_or_insert_with(|| text.clone());
            }
            Value::Object(_) if depth < 2 => learn(value, hint, depth + 1),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => {}
        }
    }
}

/// Learns from a command line such as `kubectl get pods -n shop -o wide`.
pub(crate) fn command(line: &str, hint: &mut Hint) {
    let command = line.split(['|', ';', '>']).next().unwrap_or(line);
    let mut words = command.split_whitespace().skip_while(|word| *word != "kubectl" && *word != "oc").skip(1);
    let mut verb_seen = false;
    while let Some(word) = words.next() {
        match word {
            "-n" | "--namespace" => hint.namespace = words.next().map(unquoted),
            "-o" | "--output" | "-l" | "--selector" | "--for" | "--context" | "--kubeconfig"
            | "--field-selector" | "--sort-by" => {
                words.next();
            }
            _ if word.starts_with("--namespace=") => {
                hint.namespace = word.split_once('=').map(|(_, name)| unquoted(name));
            }
            _ if word.starts_with('-') => {}
            "get" | "describe" if !verb_seen => verb_seen = true,
            "events" if !verb_seen => {
                verb_seen = true;
                hint.kind = kinds::by_word("events");
            }
            _ if verb_seen && hint.kind.is_none() => {
                hint.kind = word.split(['/', ',']).next().and_then(kinds::by_word);
            }
            _ => {}
        }
    }
}

fn unquoted(word: &str) -> String {
    word.trim_matches(['"', '\'']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_tells_kind_and_namespace() {
        let mut hint = Hint::default();

        command("$ kubectl -n shop get po -o wide | grep cart", &mut hint);

        assert_eq!(hint.namespace.as_deref(), Some("shop"));
        assert_eq!(hint.kind.map(|known| known.kind), Some("Pod"));
    }

    #[test]
    fn the_output_follows_the_lines_about_the_call() {
        let text = "{\"tool\":\"x\",\"params\":{\"kind\":\"node\"}}\n{\"status\":\"ok\"}\nstdout:\nNAME  STATUS\n\nstderr:\nno\n";
        let whole = Piece { text, line: 1, meant: true, hint: Hint::default() };

        let rest = split(&whole);

        assert_eq!(rest.as_ref().map(|rest| (rest.text.trim(), rest.line)), Some(("NAME  STATUS", 4)));
        assert_eq!(rest.and_then(|rest| rest.hint.kind).map(|known| known.kind), Some("Node"));
    }

    #[test]
    fn lines_of_objects_are_no_preamble() {
        let text = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}\nrest\n";
        let whole = Piece { text, line: 1, meant: true, hint: Hint::default() };

        assert!(split(&whole).is_none());
    }
}
