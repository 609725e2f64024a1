//! Rules of workloads and their pods beyond the life of a container.

mod daemon;
mod initialising;
mod pod_failed;
mod reference;
mod restarts;
mod revision;
mod stateful;
mod terminating;

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[
    terminating::RULE,
    reference::RULE,
    pod_failed::RULE,
    initialising::RULE,
    restarts::RULE,
    stateful::STUCK,
    daemon::RULE,
    revision::RULE,
];
