//! `CronJobs` that do not run, and Jobs that try again or do not end.

mod support;

use chiron_model::Clearance;
use serde_json::{Value, json};
use support::{
    NOTHING, changed,
    lab::shop,
    object, stamp,
    workloads::{ended_job, job},
};

/// A `CronJob` that last ran at 04:00, when the tests begin.
fn cron_job(schedule: &str) -> Value {
    let mut body = object("batch/v1", "CronJob", "nightly");
    body["spec"] = json!({
        "concurrencyPolicy": "Allow",
        "jobTemplate": {"spec": job("nightly")["spec"]},
        "schedule": schedule,
        "suspend": false,
    });
    body["status"] = json!({"lastScheduleTime": stamp(0), "lastSuccessfulTime": stamp(5)});
    body
}

#[test]
fn schedule_that_was_missed_twice_is_reported() {
    let mut lab = shop();
    lab.see(1, &cron_job("*/10 * * * *"));
    lab.wait(1499);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(1500);

    assert_eq!(lab.line("schedule-missed"), "MissSchedule warning CronJob/nightly - CronJob/nightly");
}

#[test]
fn run_ends_it() {
    let mut lab = shop();
    lab.see(1, &cron_job("*/10 * * * *"));
    lab.wait(1500);

    lab.see(1801, &changed(&cron_job("*/10 * * * *"), "/status/lastScheduleTime", json!(stamp(1800))));

    assert_eq!(lab.ended("schedule-missed"), Some(Clearance::Healthy));
}

#[test]
fn runs_that_are_on_time_are_healthy() {
    let mut lab = shop();
    for run in 0..20 {
        let ran = changed(&cron_job("*/10 * * * *"), "/status/lastScheduleTime", json!(stamp(600 * run)));
        lab.see(600 * run + 2, &ran);
        assert_eq!(lab.rules(), NOTHING, "run {run}");
    }
}

#[test]
fn schedules_that_cannot_be_judged_are_left_alone() {
    let minutely = cron_job("* * * * *");
    let mut busy = changed(&minutely, "/spec/concurrencyPolicy", json!("Forbid"));
    busy["status"]["active"] = json!([{"kind": "Job", "name": "nightly-1"}]);
    let elsewhere = changed(&minutely, "/spec/timeZone", json!("Asia/Tokyo"));
    for body in [busy, elsewhere, cron_job("0 0 30 2 *"), cron_job("0 3 * * *")] {
        let mut lab = shop();

        lab.see(1, &body);
        lab.wait(7200);

        assert_eq!(lab.rules(), NOTHING, "{}", body["spec"]);
    }
}

#[test]
fn schedule_that_was_resumed_misses_nothing() {
    let mut lab = shop();
    let suspended = changed(&cron_job("*/10 * * * *"), "/spec/suspend", json!(true));
    lab.see(1, &suspended);
    assert_eq!(lab.line("schedule-suspended"), "Suspended info CronJob/nightly - CronJob/nightly");

    lab.see(9000, &cron_job("*/10 * * * *"));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn schedule_that_cannot_be_read_is_the_cause() {
    let mut lab = shop();
    lab.see(1, &cron_job("0 3 * * *"));

    lab.see(100, &cron_job("0 25 * * *"));

    assert_eq!(lab.line("schedule-invalid"), "UnparseableSchedule warning CronJob/nightly - CronJob/nightly");
    let cause = "schedule-invalid CronJob/nightly spec.schedule \"0 3 * * *\" -> \"0 25 * * *\"";
    assert_eq!(lab.cause(), cause);
}

#[test]
fn job_that_tries_again_is_only_noted() {
    let mut lab = shop();
    let tidy = changed(&job("tidy"), "/status/failed", json!(2));
    lab.see(100, &tidy);
    assert_eq!(lab.line("job-retrying"), "JobRetrying info Job/tidy - Job/tidy");

    lab.see(130, &ended_job(&tidy, "Complete", "CompletionsReached", "done"));

    assert_eq!(lab.rules(), NOTHING);
    assert_eq!(lab.ended("job-retrying"), Some(Clearance::Healthy));
}

#[test]
fn job_that_gave_up_is_not_retrying() {
    let mut lab = shop();

    lab.see(100, &ended_job(&job("tidy"), "Failed", "BackoffLimitExceeded", "too many"));

    assert_eq!(lab.rules(), ["job-failed"]);
}

#[test]
fn job_past_its_deadline_is_reported() {
    let mut lab = shop();
    lab.see(1, &changed(&job("tidy"), "/spec/activeDeadlineSeconds", json!(60)));
    lab.wait(359);
    assert_eq!(lab.rules(), NOTHING);

    lab.wait(360);

    assert_eq!(lab.line("job-overdue"), "DeadlineExceeded warning Job/tidy - Job/tidy");
}
