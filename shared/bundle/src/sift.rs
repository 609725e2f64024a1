//! Whether the head of a file may hold objects, so that logs and metrics are never loaded.

use crate::{encoding, names, text};

/// Keys that start a line of a manifest.
const KEYS: [&str; 5] = ["apiVersion", "kind", "items", "metadata", "involvedObject"];
/// Extensions of files that hold no objects, whatever their text looks like.
const FOREIGN: [&str; 16] = [
    "md", "html", "htm", "csv", "tsv", "go", "py", "rs", "js", "ts", "sh", "java", "tf", "toml", "ini", "xml",
];

/// Whether a file of this name that starts with these bytes may hold objects.
pub(crate) fn may_hold_objects(name: &str, head: &[u8]) -> bool {
    let extension = names::extension(names::unpacked_name(name));
    if FOREIGN.contains(&extension.as_str()) {
        return false;
    }
    let head = lossy(head);
    let start = head.trim_start();
    if start.is_empty() {
        return false;
    }
    matches!(extension.as_str(), "json" | "yaml" | "yml" | "ndjson" | "jsonl")
        || is_json(start)
        || is_yaml(&head)
        || text::looks_like_kubectl(&head)
}

/// Whether the text starts as JSON that may hold objects does.
pub(crate) fn is_json(start: &str) -> bool {
    let mut significant = start.chars().filter(|c| !c.is_whitespace());
    match significant.next() {
        Some('{') => matches!(significant.next(), Some('"' | '}') | None),
        Some('[') => matches!(significant.next(), Some('{' | ']') | None),
        _ => false,
    }
}

/// Whether a line starts with a key that objects have at the top.
pub(crate) fn is_yaml(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.strip_prefix("- ").unwrap_or(line).trim_start_matches('"');
        KEYS.iter().any(|key| {
            line.strip_prefix(key).is_some_and(|rest| {
                let rest = rest.trim_start_matches('"');
                rest.strip_prefix(':')
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
            })
        })
    })
}

fn lossy(head: &[u8]) -> String {
    // A cut character at the end of the head is no reason to give up.
    match encoding::decode(head) {
        Ok(text) => text.into_owned(),
        Err(_) if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) => {
            encoding::decode(&head[..head.len() & !1]).unwrap_or_default().into_owned()
        }
        Err(_) => String::from_utf8_lossy(head).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_logs_and_prose_are_passed_over() {
        assert!(!may_hold_objects("metrics", b"# HELP up Up.\n# TYPE up gauge\nup{a=\"b\"} 1\n"));
        assert!(!may_hold_objects("messages", b"[INFO] kind: of a log line\n"));
        assert!(!may_hold_objects("README.md", b"kind: Pod\n"));
        assert!(!may_hold_objects("notes", b"See the kind: field.\n"));
    }

    #[test]
    fn manifests_and_lists_are_not_passed_over() {
        assert!(may_hold_objects("pods", b"{\"kind\":\"PodList\""));
        assert!(may_hold_objects("x.txt", b"apiVersion: v1\nkind: Pod\n"));
        assert!(may_hold_objects("x.txt", b"NAME   READY   STATUS    RESTARTS   AGE\n"));
        assert!(may_hold_objects("w.txt", b"\xff\xfe{\0\"\0k\0"));
    }
}
