//! The last lines that containers wrote before they ended, as evidence of what is wrong with them.

use super::{EvidenceRow, Note, Row, Taken, words};
use chiron_bundle::Log as FiledLog;
use chiron_cluster::Cluster;
use chiron_health::has_log;
use chiron_model::{ContainerLog, Id};
use chiron_redact::Redactor;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// Containers of a cluster whose log is read, at most.
const CONTAINERS: usize = 20;

/// Where the logs of containers can be read, once it is known whose are asked for.
#[derive(Debug, Default)]
pub enum Logs {
    /// Nowhere.
    #[default]
    None,
    /// In a live cluster.
    Live(Box<Cluster>),
    /// In files, folders and archives.
    Filed {
        /// The paths that were given.
        paths: Vec<PathBuf>,
        /// The logs that were seen there.
        logs: Vec<FiledLog>,
    },
}

/// A container that ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ended {
    pub namespace: String,
    pub pod: String,
    pub container: String,
    /// Whether it has not been started again.
    pub is_last: bool,
}

/// What was read of the logs, and why not all of it was.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub texts: BTreeMap<Ended, String>,
    pub notes: Vec<Note>,
}

/// Reads the logs of containers that ended and quotes them. Returns what was not read; that is no reason to say less of
/// the rest.
pub async fn quote_logs(rows: &mut [Row], all: &[Taken], redactor: &Redactor) -> Vec<Note> {
    let mut notes = Vec::new();
    for taken in all {
        let cluster = Some(taken.cluster.as_str()).filter(|_| !taken.moment.is_recorded);
        let ended = ended(rows, cluster);
        let words = match &taken.logs {
            Logs::Live(live) => words::of_cluster(live, &ended).await,
            Logs::Filed { paths, logs } => words::of_files(paths, logs, &ended),
            Logs::None => Words::default(),
        };
        for (ended, text) in &words.texts {
            if let Some(quoted) = evidence(taken, ended, text, redactor) {
                add(rows, cluster, ended, &quoted);
            }
        }
        notes.extend(words.notes);
    }
    notes
}

/// The containers that ended, those in the worst trouble first.
fn ended(rows: &[Row], cluster: Option<&str>) -> Vec<Ended> {
    let mut known = BTreeSet::new();
    let candidates = rows.iter().filter(|it| is_of(it, cluster)).filter_map(|row| {
        Some(Ended {
            namespace: row.object.namespace.clone()?,
            pod: row.object.name.clone()?,
            container: row.container.clone()?,
            is_last: row.condition == "ContainerTerminatedError",
        })
    });
    candidates.filter(|it| known.insert(it.clone())).take(CONTAINERS).collect()
}

fn is_of(row: &Row, cluster: Option<&str>) -> bool {
    row.active && has_log(&row.rule) && row.cluster.as_deref() == cluster
}

fn evidence(taken: &Taken, ended: &Ended, text: &str, redactor: &Redactor) -> Option<EvidenceRow> {
    let lines = redactor.tail(text).lines;
    let log = ContainerLog { container: ended.container.clone(), lines, ..ContainerLog::default() };
    let text = log.quote()?;
    let id = Id::derive(&["log", &taken.cluster, &ended.namespace, &ended.pod, &ended.container]);
    Some(EvidenceRow { id, at: taken.moment.at, text, source: Some("log"), lines: log.lines })
}

fn add(rows: &mut [Row], cluster: Option<&str>, ended: &Ended, quoted: &EvidenceRow) {
    for row in rows.iter_mut().filter(|it| is_of(it, cluster)) {
        let place = (row.object.namespace.as_deref(), row.object.name.as_deref(), row.container.as_deref());
        let is_it = place == (Some(&ended.namespace), Some(&ended.pod), Some(&ended.container));
        if is_it && row.evidence.iter().all(|it| it.source.is_none()) {
            row.evidence.push(quoted.clone());
        }
    }
}
