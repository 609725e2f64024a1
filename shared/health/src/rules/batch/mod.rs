//! Rules of Jobs and `CronJobs`.

mod cron;
mod cron_job;
mod job_progress;

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[
    cron_job::INVALID,
    cron_job::MISSED,
    cron_job::SUSPENDED,
    job_progress::RETRYING,
    job_progress::OVERDUE,
];
