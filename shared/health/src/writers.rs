//! Who wrote a change, read from the field managers of both versions.

use chiron_model::{Timestamp, Writer};
use std::time::Duration;

/// The manager that wrote the newer version: the newest entry that is not in the older one.
///
/// Removing a field leaves no trace of who removed it; then nobody is named.
pub(crate) fn author(before: &[Writer], after: &[Writer]) -> Option<Writer> {
    after
        .iter()
        .filter(|writer| !writer.status && !before.contains(writer))
        .filter(|writer| !lost_fields_only(writer, before))
        .max_by_key(|writer| writer.at)
        .cloned()
}

/// An entry whose time did not move lost fields to somebody else; its manager did nothing.
fn lost_fields_only(writer: &Writer, before: &[Writer]) -> bool {
    before
        .iter()
        .any(|old| old.manager == writer.manager && old.status == writer.status && old.at == writer.at)
}

/// When a change was made: when it was sent, unless its writer says that this was long before.
pub(crate) fn moment(sent: Timestamp, author: Option<&Writer>) -> Timestamp {
    const PROMPT: Duration = Duration::from_secs(3);
    match author.and_then(|writer| writer.at) {
        Some(written) if written.plus(PROMPT) < sent => written,
        _ => sent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(manager: &str, at: i64, fields: &str) -> Writer {
        Writer {
            manager: manager.to_owned(),
            at: Some(Timestamp::from_secs(at)),
            fields: fields.to_owned(),
            ..Writer::default()
        }
    }

    #[test]
    fn the_newest_new_entry_wrote_it() {
        let before = [writer("apply", 1, "a")];
        let after = [writer("apply", 1, "b"), writer("kubectl-set", 9, "c")];

        assert_eq!(author(&before, &after).unwrap().manager, "kubectl-set");
    }

    #[test]
    fn a_removal_names_nobody() {
        let before = [writer("apply", 1, "a")];

        assert_eq!(author(&before, &[writer("apply", 1, "b")]), None);
    }

    #[test]
    fn a_change_that_is_seen_late_has_the_time_of_its_writer() {
        let late = Timestamp::from_secs(100);

        assert_eq!(moment(late, Some(&writer("x", 40, ""))), Timestamp::from_secs(40));
        assert_eq!(moment(late, Some(&writer("x", 99, ""))), late);
    }
}
