//! Rules of Jobs and CronJobs.

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[];
