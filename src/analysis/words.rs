//! Reads the ends of logs: in a live cluster all at once, in files in one more pass.

use super::{
    Note,
    logs::{Ended, Words},
};
use chiron_bundle::{Limits, Log as FiledLog, read_ends};
use chiron_cluster::{Cluster, Error, LogQuery};
use futures::future::join_all;
use std::{collections::BTreeSet, path::PathBuf, time::Duration};

/// How long all logs of a cluster may take together.
const PATIENCE: Duration = Duration::from_secs(2);
/// Lines that are asked for: one more than is kept tells whether there were more.
const LINES: u32 = 21;
/// Bytes that are asked for. Lines are cut after credentials were replaced, so that it is more than is kept.
const BYTES: usize = 16 << 10;

/// The logs of containers of a live cluster.
pub(super) async fn of_cluster(cluster: &Cluster, ended: &[Ended]) -> Words {
    let read = join_all(ended.iter().map(|it| last_words(cluster, it))).await;
    let mut words = Words::default();
    let mut failures = Vec::new();
    for (ended, log) in ended.iter().zip(read) {
        match log {
            Ok(Some(text)) => drop(words.texts.insert(ended.clone(), text)),
            Ok(None) => {}
            Err(error) => failures.push(error),
        }
    }
    words.notes.extend(note(cluster.name(), &failures));
    words
}

/// The end of the log of the life that ended, as far as it is still kept.
async fn last_words(cluster: &Cluster, ended: &Ended) -> Result<Option<String>, Error> {
    let reading = async {
        for previous in [!ended.is_last, ended.is_last] {
            let query = LogQuery {
                namespace: &ended.namespace,
                pod: &ended.pod,
                container: &ended.container,
                previous,
                lines: LINES,
                bytes: BYTES,
            };
            if let Some(log) = cluster.log(&query).await? {
                return Ok(Some(log.text));
            }
        }
        Ok(None)
    };
    let path = || format!("log of {}/{}", ended.namespace, ended.pod);
    let timed_out = |_| Err(Error::TimedOut { path: path(), limit: PATIENCE });
    tokio::time::timeout(PATIENCE, reading).await.unwrap_or_else(timed_out)
}

/// What was not read, in one sentence however much it is.
fn note(cluster: &str, failures: &[Error]) -> Option<Note> {
    let first = failures.first()?;
    let what = match failures.len() {
        1 => "the log of a container that ended was".to_owned(),
        more => format!("the logs of {more} containers that ended were"),
    };
    let is_right = matches!(first, Error::Forbidden { .. });
    let way = if is_right { "`chiron rbac print --logs` has the right, " } else { "" };
    let message = format!("{what} not read: {first}; {way}--no-logs leaves logs out");
    Some(Note { place: cluster.to_owned(), message })
}

/// The logs of containers that lie in files: of the life before the present one where there is one.
pub(super) fn of_files(paths: &[PathBuf], logs: &[FiledLog], ended: &[Ended]) -> Words {
    let mut words = Words::default();
    let asked: BTreeSet<String> =
        ended.iter().flat_map(|it| files_of(it, logs)).map(|it| it.source.file.clone()).collect();
    if asked.is_empty() {
        return words;
    }
    let found = match read_ends(paths, asked, &Limits::default()) {
        Ok(found) => found,
        Err(error) => {
            words.notes.push(Note { place: "logs".to_owned(), message: error.to_string() });
            return words;
        }
    };
    for ended in ended {
        let ends = files_of(ended, logs).into_iter().filter_map(|it| found.get(&it.source.file));
        if let Some(end) = ends.into_iter().find(|it| it.iter().any(u8::is_ascii_alphanumeric)) {
            words.texts.insert(ended.clone(), String::from_utf8_lossy(end).into_owned());
        }
    }
    words
}

/// The files that hold the log of a container, the life that ended first.
fn files_of<'a>(ended: &Ended, logs: &'a [FiledLog]) -> Vec<&'a FiledLog> {
    let is_it = |log: &&FiledLog| {
        log.namespace == ended.namespace
            && log.pod == ended.pod
            && log.container.as_ref() == Some(&ended.container)
    };
    let mut files: Vec<&FiledLog> = logs.iter().filter(is_it).collect();
    files.sort_by_key(|it| it.previous == ended.is_last);
    files
}
