//! What phase words mean, whoever wrote them.

use super::{
    health::Health::{self, Degraded, Healthy, Progressing, Suspended, Unknown},
    reason,
};

const HEALTHY: &str = "ready running active available bound succeeded succeed success successful completed complete done \
    finished deployed healthy ok okay valid accepted admitted synced insync synchronized provisioned established created \
    enabled connected online stable green issued approved applied up initialized normal attached registered uptodate \
    updated compliant atlatestknown configured reconciled passed installed enforced published resolved imported \
    serving clusterrunning healthok upgraded true mounted verified programmed operational found known";
const DEGRADED: &str = "failed fail failing failure failures error errored degraded unhealthy invalid rejected denied lost \
    expired unavailable red critical broken noncompliant conflict missing notfound aborted timeout timedout stalled \
    crashed crashloopbackoff faulted orphaned misconfigured unrecoverable revoked backingoff backoff unreachable \
    disconnected abnormal offline down bad corrupted healtherr incompatible unschedulable evicted partiallyfailed cancelled canceled \
    forbidden unsupported false partialfailure unsynced";
const SUSPENDED: &str = "paused suspended stopped hibernated hibernating halted shutdown disabled requiresapproval onhold \
    inactive waitingforapproval scaledtozero poweredoff shutoff";
const PROGRESSING: &str = "pending inprogress progress yellow new queued scheduled submitted waiting init notready \
    unprovisioned planned requested accepting outofsync healthwarn notstarted";
const UNKNOWN: &str = "unknown inconclusive undefined none";

/// What a phase word says, `None` for a word nobody knows.
pub(super) fn health_of(word: &str) -> Option<Health> {
    let plain = word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    if plain.is_empty() {
        return None;
    }
    [
        (HEALTHY, Healthy),
        (DEGRADED, Degraded),
        (SUSPENDED, Suspended),
        (PROGRESSING, Progressing),
        (UNKNOWN, Unknown),
    ]
    .iter()
    .find(|(words, _)| words.split_whitespace().any(|known| known == plain))
    .map(|(_, health)| *health)
    .or_else(|| by_part(word, &plain))
}

/// A compound such as `UpdateFailed`, `ClusterCreating` or `Waiting for the instances` by what is in it.
fn by_part(word: &str, plain: &str) -> Option<Health> {
    let has = |parts: &[&str]| parts.iter().any(|part| plain.contains(part));
    if has(&[
        "fail",
        "error",
        "invalid",
        "unhealthy",
        "degraded",
        "denied",
        "conflict",
        "unrecoverable",
        "unable",
        "cannot",
    ]) {
        return Some(Degraded);
    }
    if has(&["paused", "suspended", "hibernat", "stopped"]) {
        return Some(Suspended);
    }
    if plain.ends_with("running") || plain.ends_with("serving") {
        return Some(Healthy);
    }
    if reason::is_under_way(word) || plain.contains("notready") || plain.ends_with("ing") {
        return Some(Progressing);
    }
    if !plain.starts_with("not")
        && has(&["ready", "healthy", "running", "succe", "complete", "active", "available"])
    {
        return Some(Healthy);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_any_spelling() {
        assert_eq!(health_of("In_Progress"), Some(Progressing));
        assert_eq!(health_of("CLUSTER_RUNNING"), Some(Healthy));
        assert_eq!(health_of("Not Ready"), Some(Progressing));
        assert_eq!(health_of("UpdateFailed"), Some(Degraded));
        assert_eq!(health_of("RollingUpgrading"), Some(Progressing));
    }

    #[test]
    fn a_word_nobody_knows_says_nothing() {
        assert_eq!(health_of("Purple"), None);
        assert_eq!(health_of("…"), None);
    }
}
