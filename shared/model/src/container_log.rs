//! The last lines that a container wrote before it ended, as an object like those of Kubernetes.

use crate::{Id, ObjectRef};
use serde_json::{Value, json};

/// The last lines of one life of a container. It travels as an object, so that it is redacted, stored, recorded and
/// replayed as all others are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContainerLog {
    /// Namespace of the pod.
    pub namespace: String,
    /// Name of the pod.
    pub pod: String,
    /// Uid of the pod.
    pub pod_uid: String,
    /// Name of the container, of any sort.
    pub container: String,
    /// Which life it was: how often the container had been restarted before it.
    pub restarts: u64,
    /// The lines, the last one last.
    pub lines: Vec<String>,
    /// Whether something before or within them is missing.
    pub is_cut: bool,
}

impl ContainerLog {
    /// Group and version of the object.
    pub const API_VERSION: &'static str = "chiron.dev/v1";
    /// Kind of the object.
    pub const KIND: &'static str = "ContainerLog";

    /// Whether an object is one.
    #[must_use]
    pub fn is_named_by(object: &ObjectRef) -> bool {
        object.kind == Self::KIND && object.api_version == Self::API_VERSION
    }

    /// As an object. A container has one object; each of its lives is a version of it, the same whoever reads it.
    #[must_use]
    pub fn object(&self) -> Value {
        json!({
            "apiVersion": Self::API_VERSION,
            "kind": Self::KIND,
            "metadata": {
                "name": format!("{}.{}", self.pod, self.container),
                "namespace": self.namespace,
                "uid": Id::derive(&["log", &self.pod_uid, &self.container]),
                "resourceVersion": self.restarts.saturating_add(1).to_string(),
                "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": self.pod, "uid": self.pod_uid}],
            },
            "container": self.container,
            "restarts": self.restarts,
            "lines": self.lines,
            "cut": self.is_cut,
        })
    }

    /// Reads the object; `None` when it is another, or lacks the pod or the container.
    #[must_use]
    pub fn read(object: &Value) -> Option<Self> {
        let text = |path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        if text("/apiVersion") != Self::API_VERSION || text("/kind") != Self::KIND {
            return None;
        }
        let lines = object["lines"].as_array().into_iter().flatten();
        let log = Self {
            namespace: text("/metadata/namespace"),
            pod: text("/metadata/ownerReferences/0/name"),
            pod_uid: text("/metadata/ownerReferences/0/uid"),
            container: text("/container"),
            restarts: object["restarts"].as_u64().unwrap_or(0),
            lines: lines.filter_map(Value::as_str).map(str::to_owned).collect(),
            is_cut: object["cut"].as_bool().unwrap_or(false),
        };
        let is_whole = !log.pod_uid.is_empty() && !log.container.is_empty();
        is_whole.then_some(log)
    }

    /// What to quote of it: its last lines, five at most and of 1,000 characters together, but for the beginning of a
    /// last line that is longer. `None` when there is nothing in it.
    #[must_use]
    pub fn quote(&self) -> Option<String> {
        const LINES: usize = 5;
        const CHARS: usize = 1_000;
        let mut room = CHARS;
        let mut lines: Vec<String> = Vec::new();
        for line in self.lines.iter().rev().filter(|it| it.chars().any(char::is_alphanumeric)).take(LINES) {
            let length = line.chars().count();
            if length > room && !lines.is_empty() {
                break;
            }
            lines.push(line.trim_end().chars().take(room).collect());
            room = room.saturating_sub(length);
        }
        lines.reverse();
        (!lines.is_empty()).then(|| format!("{}{}", self.heading(), lines.join("\n")))
    }

    /// How a quotation of it begins.
    #[must_use]
    pub fn heading(&self) -> String {
        format!("Log of container {} before it ended:\n", self.container)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: &[&str]) -> ContainerLog {
        ContainerLog {
            namespace: "shop".to_owned(),
            pod: "web-1".to_owned(),
            pod_uid: "u-1".to_owned(),
            container: "web".to_owned(),
            restarts: 2,
            lines: lines.iter().map(|it| (*it).to_owned()).collect(),
            is_cut: true,
        }
    }

    #[test]
    fn object_is_read_as_it_was_written() {
        let log = log(&["a", "", "b"]);

        assert_eq!(ContainerLog::read(&log.object()), Some(log));
    }

    #[test]
    fn lives_of_one_container_are_versions_of_one_object() {
        let (first, second) = (log(&[]).object(), ContainerLog { restarts: 3, ..log(&["x"]) }.object());

        assert_eq!(first["metadata"]["uid"], second["metadata"]["uid"]);
        assert_eq!(
            (&first["metadata"]["resourceVersion"], &second["metadata"]["resourceVersion"]),
            (&json!("3"), &json!("4"))
        );
    }

    #[test]
    fn another_object_of_that_kind_is_no_log() {
        let mut other = log(&["a"]).object();
        other["apiVersion"] = json!("example.test/v1");

        assert_eq!(ContainerLog::read(&other), None);
        assert_eq!(ContainerLog::read(&json!({"kind": ContainerLog::KIND, "lines": 7})), None);
    }

    #[test]
    fn last_lines_that_say_something_are_quoted() {
        let quote = log(&["1", "2", "3", "4", "5", "6", "", "---", "} "]).quote().unwrap();

        assert_eq!(quote, "Log of container web before it ended:\n2\n3\n4\n5\n6");
        assert_eq!(log(&["", "  ", "***"]).quote(), None);
    }

    #[test]
    fn long_lines_are_quoted_in_part() {
        let (long, short) = ("ü".repeat(5_000), "x".repeat(600));

        let quote = log(&[&short, &long]).quote().unwrap();
        let shorter = log(&[&short, "last"]).quote().unwrap();

        assert_eq!(quote.lines().last().unwrap().chars().count(), 1_000);
        assert_eq!(shorter.lines().count(), 3);
    }
}
