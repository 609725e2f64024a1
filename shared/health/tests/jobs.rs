//! Jobs that gave up, and Jobs that only try again.

mod support;

use chiron_model::Clearance;
use serde_json::Value;
use support::{
    NOTHING,
    lab::shop,
    object, owned,
    pods::finished_pod,
    workloads::{ended_job, job},
};

fn given_up(job: &Value) -> Value {
    ended_job(job, "Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
}

#[test]
fn job_that_gave_up_is_reported() {
    let mut lab = shop();

    lab.see(100, &given_up(&job("tidy")));

    assert_eq!(lab.line("job-failed"), "JobFailed warning Job/tidy - Job/tidy");
    assert_eq!(lab.the("job-failed").facts["reason"], "BackoffLimitExceeded");
}

#[test]
fn job_of_a_schedule_belongs_to_it() {
    let mut lab = shop();
    let nightly = object("batch/v1", "CronJob", "nightly");

    lab.see(100, &given_up(&owned(job("nightly-1"), &nightly)));

    assert_eq!(lab.line("job-failed"), "JobFailed warning Job/nightly-1 - CronJob/nightly");
}

#[test]
fn job_that_fails_and_then_completes_is_healthy() {
    let mut lab = shop();
    let tidy = job("tidy");
    lab.see(100, &tidy);
    for name in ["tidy-a", "tidy-b"] {
        lab.see(110, &finished_pod(name, &tidy, "Error", 1));
        assert_eq!(lab.rules(), NOTHING, "{name}");
    }
    lab.see(130, &finished_pod("tidy-c", &tidy, "Completed", 0));

    lab.see(
        131,
        &ended_job(&tidy, "Complete", "CompletionsReached", "Reached expected number of succeeded pods"),
    );

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn job_that_runs_for_hours_is_no_fault() {
    let mut lab = shop();

    lab.see(100, &job("tidy"));
    lab.wait(20_000);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn job_that_is_tidied_away_is_not_healed() {
    let mut lab = shop();
    let failed = given_up(&job("tidy"));
    lab.see(100, &failed);

    lab.lose(200, &failed);

    assert_eq!(lab.rules(), NOTHING);
    assert_eq!(lab.ended("job-failed"), Some(Clearance::Deleted));
}
