//! Containers that are killed for want of memory: a new kill is reported, an old one is history.

mod support;

use chiron_model::Clearance;
use serde_json::json;
use support::{
    NOTHING, deleted,
    lab::shop,
    object, owned,
    pods::{finished_pod, out_of_memory, ready_pod, recovered, terminated, unready_pod, with_status},
    workloads::{ended_job, first_revision, job},
};

#[test]
fn killed_container_is_reported() {
    let mut lab = shop();
    let pod = unready_pod("web-1-c", &first_revision("web"), 100);

    lab.see(110, &out_of_memory(&pod, "log"));

    assert_eq!(lab.line("out-of-memory"), "OOMKilled warning Pod/web-1-c log Deployment/web");
    assert_eq!(lab.the("out-of-memory").facts["memoryLimit"], "32Mi");
}

#[test]
fn first_kill_is_reported_at_once() {
    let mut lab = shop();
    let pod = unready_pod("web-1-c", &first_revision("web"), 100);
    let killed = json!({"ready": false, "started": false, "state": terminated("OOMKilled", 137)});

    lab.see(101, &with_status(&pod, "web", &killed));

    assert_eq!(lab.line("out-of-memory"), "OOMKilled warning Pod/web-1-c web Deployment/web");
}

#[test]
fn kill_of_a_past_life_is_history() {
    let mut lab = shop();
    let pod = ready_pod("web-1-c", &first_revision("web"), 0);

    lab.see(40, &recovered(&pod, "log", &terminated("OOMKilled", 137), 0));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn same_exit_code_alone_is_no_kill() {
    let mut lab = shop();
    let pod = ready_pod("web-1-c", &first_revision("web"), 95);

    lab.see(100, &recovered(&pod, "web", &terminated("Error", 137), 95));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn pod_that_is_deleted_is_left_alone() {
    let mut lab = shop();
    let pod = unready_pod("web-1-c", &first_revision("web"), 100);

    lab.see(110, &deleted(&out_of_memory(&pod, "log"), 109));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn container_is_well_after_30_seconds() {
    let mut lab = shop();
    let pod = ready_pod("web-1-c", &first_revision("web"), 100);
    lab.see(110, &recovered(&pod, "log", &terminated("OOMKilled", 137), 100));
    lab.wait(129);
    assert_eq!(lab.rules(), ["out-of-memory"]);

    lab.wait(130);

    assert_eq!(lab.rules(), NOTHING);
    assert_eq!(lab.ended("out-of-memory"), Some(Clearance::Healthy));
}

#[test]
fn kill_in_a_job_ends_with_its_success() {
    let mut lab = shop();
    let tidy = job("tidy");
    lab.see(100, &tidy);
    lab.see(110, &finished_pod("tidy-a", &tidy, "OOMKilled", 137));
    lab.see(130, &finished_pod("tidy-b", &tidy, "Completed", 0));

    lab.see(
        131,
        &ended_job(&tidy, "Complete", "CompletionsReached", "Reached expected number of succeeded pods"),
    );

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn kill_in_a_scheduled_job_ends_too() {
    let mut lab = shop();
    let nightly = object("batch/v1", "CronJob", "nightly");
    let run = owned(job("nightly-1"), &nightly);
    lab.see(90, &nightly);
    lab.see(100, &run);
    lab.see(110, &finished_pod("nightly-1-a", &run, "OOMKilled", 137));

    lab.see(
        131,
        &ended_job(&run, "Complete", "CompletionsReached", "Reached expected number of succeeded pods"),
    );

    assert_eq!(lab.rules(), NOTHING);
}
