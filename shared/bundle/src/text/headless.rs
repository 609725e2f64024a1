//! Rows without a header, as `kubectl get ... | grep` leaves them: read where the command tells the kind.

use super::{
    partial::Scope,
    table::{Header, Row, pair},
};

/// The row of a table whose header is missing.
pub(super) fn row(line: &str, scope: &Scope) -> Option<Row> {
    let parts = Header::parts(line);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let count = parts.iter().position(|part| pair(part).is_some())?;
    let before = parts.get(..count)?;
    let names: &[&str] = match (scope.hint.kind?.kind, before) {
        ("Pod", [_]) => &["NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE"],
        ("Pod", [_, _]) => &["NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE"],
        ("Deployment", [_]) => &["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"],
        ("Deployment", [_, _]) => &["NAMESPACE", "NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"],
        ("StatefulSet", [_]) => &["NAME", "READY", "AGE"],
        ("StatefulSet", [_, _]) => &["NAMESPACE", "NAME", "READY", "AGE"],
        ("Job", [_, status]) if is_job_status(status) => {
            &["NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE"]
        }
        ("Job", [_, _, _]) => &["NAMESPACE", "NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE"],
        ("Job", [_]) => &["NAME", "COMPLETIONS", "DURATION", "AGE"],
        ("Job", [_, _]) => &["NAMESPACE", "NAME", "COMPLETIONS", "DURATION", "AGE"],
        _ => return None,
    };
    Some(Header::named(names, &parts))
}

fn is_job_status(word: &str) -> bool {
    matches!(word, "Running" | "Complete" | "Failed" | "Suspended" | "SuccessCriteriaMet" | "FailureTarget")
}
