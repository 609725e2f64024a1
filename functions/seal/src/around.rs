//! What namespaces must know of the cluster around them, in the true order of things.
//!
//! Objects of the cluster are sealed once, for the state of the cluster itself. A namespace gets what changed of them since it was
//! last sealed, before its own observations of a later time; so its state is the same however events arrived.

use crate::order::Line;
use bytes::Bytes;
use chiron_events::Frames;
use chiron_health::{concerns, outline_of};
use chiron_model::{Observation, Operation};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Changes that are kept for namespaces that are still to be sealed; who missed more is told all anew.
const REMEMBERED: usize = 1_000;

/// What is known of the cluster around its namespaces, and how much of it each was told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Around {
    /// The newest outline of each object, by uid.
    objects: BTreeMap<String, Observation>,
    /// The last changes, each with its number.
    changes: VecDeque<(u64, Observation)>,
    /// Number of the next change.
    next: u64,
    /// The number of the first change that a namespace was not told.
    told: BTreeMap<String, u64>,
}

impl Around {
    /// Writes lines that are in their true order, each namespace with what it must know.
    ///
    /// # Errors
    /// When a line is no observation.
    pub(crate) fn write(&mut self, lines: &[Line], frames: &mut Frames) -> Result<(), serde_json::Error> {
        let mut namespaces = BTreeSet::new();
        for line in lines {
            if line.namespace.is_empty() {
                self.see(&line.text)?;
            } else {
                namespaces.insert(line.namespace.as_str());
                self.tell(&line.namespace, frames)?;
            }
            frames.push(&line.namespace, &line.text);
        }
        for namespace in namespaces {
            self.tell(namespace, frames)?;
        }
        Ok(())
    }

    /// Takes an object of the cluster, and notes it when it changed in what matters to others.
    fn see(&mut self, text: &Bytes) -> Result<(), serde_json::Error> {
        let observation: Observation = serde_json::from_slice(text)?;
        let uid = observation.object.uid.clone();
        let known = self.objects.get(&uid);
        let outline = match observation.operation {
            Operation::Delete => known.map(|it| it.body.clone()),
            Operation::Add | Operation::Update => outline_of(&observation.body),
        };
        let Some(body) = outline else { return Ok(()) };
        if observation.operation == Operation::Delete {
            self.objects.remove(&uid);
        } else if known.is_some_and(|it| it.body == body) {
            return Ok(());
        } else {
            self.objects.insert(uid, Observation { body: body.clone(), ..observation.clone() });
        }
        self.changes.push_back((self.next, Observation { body, ..observation }));
        self.next += 1;
        if self.changes.len() > REMEMBERED {
            self.changes.pop_front();
        }
        Ok(())
    }

    /// Tells a namespace what it was not told.
    fn tell(&mut self, namespace: &str, frames: &mut Frames) -> Result<(), serde_json::Error> {
        // Nearly always there is nothing new, and this is asked for every line.
        if self.told.get(namespace) == Some(&self.next) {
            return Ok(());
        }
        let told = self.told.insert(namespace.to_owned(), self.next);
        let oldest = self.changes.front().map_or(self.next, |(number, _)| *number);
        let news: Vec<&Observation> = match told {
            Some(told) if told >= oldest => {
                self.changes.iter().filter(|(number, _)| *number >= told).map(|(_, it)| it).collect()
            }
            Some(_) | None => self.objects.values().collect(),
        };
        for observation in news.into_iter().filter(|it| concerns(&it.body, namespace)) {
            frames.push(namespace, &Bytes::from(serde_json::to_vec(observation)?));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chiron_events::read_frame;
    use serde_json::json;

    fn line(namespace: &str, kind: &str, name: &str, version: u64, spec: &serde_json::Value) -> Line {
        let text = json!({
            "id": chiron_model::Id::derive(&[kind, name, &version.to_string()]),
            "operation": "update", "at": format!("2026-11-21T04:00:{version:02}Z"), "version": version,
            "category": "cluster",
            "object": {"cluster": "c", "apiVersion": "v1", "kind": kind, "namespace": namespace, "name": name, "uid": name},
            "body": {"kind": kind, "metadata": {"name": name}, "spec": spec},
        });
        Line::read(Bytes::from(serde_json::to_vec(&text).unwrap())).unwrap()
    }

    /// What a namespace reads: kind and version of each.
    fn read(around: &mut Around, lines: &[Line], namespace: &str) -> Vec<String> {
        let mut frames = Frames::default();
        around.write(lines, &mut frames).unwrap();
        let (bytes, sections) = frames.finish("key").unwrap();
        let Some(section) = sections.get(namespace) else { return Vec::new() };
        let (from, length) =
            (usize::try_from(section.offset).unwrap(), usize::try_from(section.length).unwrap());
        let all: Vec<Observation> = read_frame(section, &bytes[from..from + length]).unwrap();
        all.iter().map(|it| format!("{} {}", it.object.kind, it.version)).collect()
    }

    #[test]
    fn a_namespace_reads_of_a_node_before_what_came_after_it() {
        let mut around = Around::default();
        let open = json!({});
        let closed = json!({"unschedulable": true});
        let first = [
            line("", "Node", "a", 1, &open),
            line("shop", "Pod", "p", 2, &open),
            line("", "Node", "a", 3, &open),
            line("", "Node", "a", 4, &closed),
            line("shop", "Pod", "p", 5, &open),
        ];

        assert_eq!(read(&mut around, &first, "shop"), ["Node 1", "Pod 2", "Node 4", "Pod 5"]);

        let quiet = [line("other", "Pod", "q", 6, &open), line("", "Node", "a", 7, &open)];
        assert_eq!(read(&mut around, &quiet, "shop"), Vec::<String>::new());
        assert_eq!(read(&mut around, &[line("shop", "Pod", "p", 8, &open)], "shop"), ["Node 7", "Pod 8"]);
    }

    #[test]
    fn a_namespace_that_comes_late_reads_how_things_are() {
        let mut around = Around::default();
        let open = json!({});
        read(&mut around, &[line("", "Node", "a", 1, &open), line("", "Node", "b", 2, &open)], "");
        let young = [line("", "Lease", "l", 3, &open), line("young", "Pod", "p", 4, &open)];

        assert_eq!(read(&mut around, &young, "young"), ["Node 1", "Node 2", "Pod 4"]);
    }
}
