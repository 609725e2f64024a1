//! Containers that the kubelet kills because a probe fails.

mod support;

use chiron_health::{Moment, World};
use chiron_model::{Clearance, Operation};
use serde_json::{Value, json};
use support::{
    LONG_AGO, NOTHING, at, changed,
    event::{container_event, probe_kill, times, unready},
    lab::shop,
    pods::{ready_pod, recovered, terminated},
    stamp,
    workloads::{deployment, first_revision},
};

fn old_pod() -> Value {
    ready_pod("web-1-a", &first_revision("web"), LONG_AGO)
}

#[test]
fn kill_by_a_liveness_probe_is_reported() {
    let mut lab = shop();
    let note = "Liveness probe failed: HTTP probe failed with statuscode: 404";
    lab.hear(99, &times(&container_event(&old_pod(), "web", "Unhealthy", note), 3));

    lab.hear(100, &probe_kill(&old_pod(), "web", "liveness"));

    assert_eq!(lab.line("probe-kills"), "ProbeFailed warning Pod/web-1-a web Deployment/web");
    let finding = lab.the("probe-kills");
    assert_eq!(finding.facts["probe"], "liveness");
    assert!(finding.excerpts.iter().any(|it| it.text.contains(note)), "{:?}", finding.excerpts);
}

#[test]
fn startup_probe_is_told_from_a_liveness_probe() {
    let mut lab = shop();

    lab.hear(100, &probe_kill(&old_pod(), "web", "startup"));

    assert_eq!(lab.the("probe-kills").facts["probe"], "startup");
}

#[test]
fn name_of_a_container_is_no_probe() {
    let pointer = "/spec/template/spec/containers/1/name";
    let mut lab = shop();
    let revision = lab.roll_out(50, &changed(&deployment("web"), pointer, json!("startup-agent")));
    let pod = ready_pod("web-2-a", &revision, 60);
    lab.see(62, &pod);

    lab.hear(100, &probe_kill(&pod, "startup-agent", "liveness"));

    assert_eq!(lab.the("probe-kills").facts["probe"], "liveness");
}

#[test]
fn container_that_is_stopped_is_no_fault() {
    for name in ["log", "prober"] {
        let pointer = "/spec/template/spec/containers/1/name";
        let mut lab = shop();
        let revision = lab.roll_out(50, &changed(&deployment("web"), pointer, json!(name)));
        let pod = ready_pod("web-2-a", &revision, 60);
        lab.see(62, &pod);

        lab.hear(100, &container_event(&pod, name, "Killing", &format!("Stopping container {name}")));

        assert_eq!(lab.rules(), NOTHING, "{name}");
    }
}

#[test]
fn failing_probe_without_a_kill_is_no_fault() {
    let mut lab = shop();
    let note = "Liveness probe failed: HTTP probe failed with statuscode: 503";

    lab.hear(100, &container_event(&old_pod(), "web", "Unhealthy", note));
    lab.hear(101, &unready(&old_pod(), "web"));

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn container_is_well_after_30_seconds() {
    let mut lab = shop();
    lab.hear(100, &probe_kill(&old_pod(), "web", "liveness"));
    lab.wait(129);
    assert_eq!(lab.rules(), ["probe-kills"]);

    lab.wait(130);

    assert_eq!(lab.rules(), NOTHING);
    assert_eq!(lab.ended("probe-kills"), Some(Clearance::Healthy));
}

#[test]
fn kill_is_reported_again_after_an_hour() {
    let mut lab = shop();
    let kill = probe_kill(&old_pod(), "web", "liveness");
    lab.hear_as("a", 100, &kill);
    lab.wait(200);

    // The cluster forgets Events after an hour; then the same report is another object.
    lab.hear_as("b", 4000, &kill);

    assert_eq!(lab.line("probe-kills"), "ProbeFailed warning Pod/web-1-a web Deployment/web");
}

#[test]
fn kill_of_long_ago_is_no_trouble_when_it_is_heard_of() {
    let mut lab = shop();
    let restarted = recovered(&old_pod(), "web", &terminated("Error", 137), 101);
    let mut kill = lab.version_of(Operation::Update, 3000, &probe_kill(&old_pod(), "web", "liveness"));
    kill.body["first"] = json!(stamp(100));
    kill.body["last"] = json!(stamp(100));
    kill.object.uid = "kill".to_owned();
    let pod = lab.version_of(Operation::Update, 3000, &restarted);

    let looked = World::look([pod.clone(), kill.clone()], Moment { at: at(3000), ..Moment::default() });
    lab.take(&pod);
    lab.take(&kill);

    assert_eq!((looked.findings().count(), lab.rules()), (0, Vec::new()));
}
