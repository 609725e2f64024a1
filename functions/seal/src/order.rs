//! Puts lines of observations in their true order, each observation once.

use bytes::Bytes;
use chiron_model::{Id, Timestamp};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// One stored observation: what it is ordered by, and the line it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub id: Id,
    pub at: Timestamp,
    pub version: u64,
    pub uid: String,
    pub namespace: String,
    pub text: Bytes,
}

/// The part of an observation that is needed to order it; its body is skipped.
#[derive(Deserialize)]
struct Head {
    id: Id,
    at: Timestamp,
    version: u64,
    object: HeadObject,
}

#[derive(Deserialize)]
struct HeadObject {
    uid: String,
    #[serde(default)]
    namespace: String,
}

impl Line {
    /// Reads the head of a line.
    pub(crate) fn read(text: Bytes) -> Result<Self, serde_json::Error> {
        let head: Head = serde_json::from_slice(&text)?;
        Ok(Self {
            id: head.id,
            at: head.at,
            version: head.version,
            uid: head.object.uid,
            namespace: head.object.namespace,
            text,
        })
    }
}

/// Orders lines by time, but the versions of one object by their version, whatever their times say; of lines that show
/// the same observation the earliest is kept.
pub(crate) fn in_true_order(lines: Vec<Line>) -> Vec<Line> {
    let mut lines = distinct(lines);
    let times = effective_times(&lines);
    let time = |line: &Line| times.get(&line.id).copied().unwrap_or(line.at);
    lines.sort_by(|a, b| (time(a), &a.uid, a.version, a.id).cmp(&(time(b), &b.uid, b.version, b.id)));
    lines
}

fn distinct(lines: Vec<Line>) -> Vec<Line> {
    let mut earliest: BTreeMap<Id, Line> = BTreeMap::new();
    for line in lines {
        match earliest.get(&line.id) {
            Some(known) if (known.at, &known.text) <= (line.at, &line.text) => {}
            _ => {
                earliest.insert(line.id, line);
            }
        }
    }
    earliest.into_values().collect()
}

/// A version existed at the latest when the first of its successors was sent.
fn effective_times(lines: &[Line]) -> HashMap<Id, Timestamp> {
    let mut by_object: HashMap<&str, Vec<&Line>> = HashMap::new();
    for line in lines {
        by_object.entry(&line.uid).or_default().push(line);
    }
    let mut times = HashMap::with_capacity(lines.len());
    for versions in by_object.values_mut() {
        versions.sort_by_key(|line| (line.version, line.id));
        let mut earliest = Timestamp::MAX;
        for line in versions.iter().rev() {
            earliest = earliest.min(line.at);
            times.insert(line.id, earliest);
        }
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(uid: &str, version: u64, at: i64) -> Line {
        Line {
            id: Id::derive(&[uid, &version.to_string()]),
            at: Timestamp::from_secs(at),
            version,
            uid: uid.to_owned(),
            namespace: String::new(),
            text: Bytes::from(format!("{uid}{version}@{at}")),
        }
    }

    fn texts(lines: Vec<Line>) -> Vec<String> {
        in_true_order(lines).into_iter().map(|it| String::from_utf8_lossy(&it.text).into_owned()).collect()
    }

    #[test]
    fn versions_of_one_object_follow_each_other_whatever_their_times() {
        assert_eq!(
            texts(vec![line("a", 2, 10), line("a", 1, 11), line("b", 1, 10)]),
            ["a1@11", "a2@10", "b1@10"]
        );
    }

    #[test]
    fn an_observation_that_came_twice_counts_once_at_its_earliest_time() {
        assert_eq!(texts(vec![line("a", 1, 12), line("a", 1, 11)]), ["a1@11"]);
    }

    #[test]
    fn the_order_of_arrival_does_not_matter() {
        let mut lines: Vec<Line> = (0_u32..40)
            .map(|n| line(["a", "b", "c"][n as usize % 3], u64::from(n), 100 - i64::from(n % 7)))
            .collect();
        let first = texts(lines.clone());
        lines.reverse();
        lines.swap(3, 17);

        assert_eq!(texts(lines), first);
    }
}
