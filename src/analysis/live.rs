//! Objects of a live cluster, read once.

use super::{Logs, Note, Taken, Wanted};
use chiron_cluster::{Access, AccessError, Cluster, Error, Piece, Scope, Snapshot};
use chiron_health::Moment;
use chiron_model::Timestamp;
use chiron_redact::Redactor;
use std::collections::BTreeSet;

/// A cluster cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// No way to it was found.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// It does not answer, or not to us.
    #[error(transparent)]
    Cluster(#[from] Error),
}

/// Reads all objects of a cluster, or of some namespaces of it.
///
/// # Errors
/// When the cluster as a whole cannot be read. What cannot be read of it becomes a note.
pub async fn from_cluster(
    access: &Access,
    scope: &Scope,
    wanted: &Wanted,
    now: Timestamp,
    redactor: &Redactor,
) -> Result<Taken, LiveError> {
    let cluster = Cluster::connect(access).await?;
    let mut taken = Taken { cluster: cluster.name().to_owned(), moment: wanted.moment(), ..Taken::default() };
    let consume = |piece: Piece<'_>| match piece {
        Piece::Object(object) => {
            if wanted.is_health_asked {
                taken.judge(&object, "");
            }
            taken.take(object, "", now, redactor);
        }
        Piece::Again(list) => {
            taken.void(&list.resource.api_version(), &list.resource.kind, list.namespace);
        }
    };
    let snapshot = cluster.snapshot(scope, consume).await?;
    taken.notes.extend(notes(&snapshot));
    // The clock of the server counts, not ours, nor those of its nodes.
    let at = snapshot.at.unwrap_or(now);
    for it in &mut taken.observations {
        it.at = at;
    }
    taken.moment = Moment { at, is_recorded: false, complete: complete(&snapshot), ..wanted.moment() };
    taken.logs = Logs::Live(Box::new(cluster));
    Ok(taken)
}

/// Kinds that were read to their end.
fn complete(snapshot: &Snapshot) -> BTreeSet<String> {
    let failed: BTreeSet<&str> = snapshot.problems.iter().map(|it| it.resource.as_str()).collect();
    let read = snapshot.discovery.served.iter().filter(|it| !failed.contains(it.to_string().as_str()));
    read.map(|it| it.kind.clone()).collect()
}

fn notes(snapshot: &Snapshot) -> Vec<Note> {
    let broken = snapshot.discovery.broken.iter().map(|it| Note {
        place: it.group_version.clone(),
        message: format!("this API group does not answer, its objects were not read: {}", it.why),
    });
    let problems = snapshot.problems.iter().map(|it| Note {
        place: if it.namespace.is_empty() {
            it.resource.clone()
        } else {
            format!("{} in {}", it.resource, it.namespace)
        },
        message: format!("not read: {}", it.error),
    });
    broken.chain(problems).collect()
}
