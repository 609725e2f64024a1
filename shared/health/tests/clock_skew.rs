//! Nodes whose clocks are some minutes wrong: what kubelets write carries their time, the rest that of the API server.

mod support;

use chiron_health::{Moment, World};
use chiron_model::{Finding, Observation, Operation, Severity, Timestamp, Writer};
use serde_json::{Value, json};
use std::time::Duration;
use support::{
    LONG_AGO, NAMESPACE, NOTHING,
    around::node_with,
    at,
    event::{probe_kill, times, unready},
    lab::{Lab, shop},
    object,
    pods::{crash_loop, pending_pod, ready_pod, recovered, stuck, terminated, unready_pod},
    stamp,
    workloads::{deployment, first_revision, healthy, stand},
};

/// How far a kubelet's clock is ahead, in seconds.
const CLOCKS: [i64; 4] = [-600, -120, 120, 600];

fn shifted(time: Timestamp, clock: i64) -> Timestamp {
    let by = Duration::from_secs(clock.unsigned_abs());
    if clock < 0 { time.minus(by) } else { time.plus(by) }
}

/// The pod as a kubelet with that clock writes its status; what the scheduler wrote stays.
fn written(pod: &Value, clock: i64) -> Value {
    let mut pod = pod.clone();
    let mut status = pod["status"].take();
    shift(&mut status, clock);
    status["conditions"][0]["lastTransitionTime"] = pod["metadata"]["creationTimestamp"].clone();
    pod["status"] = status;
    pod
}

fn shift(value: &mut Value, clock: i64) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let time = value.as_str().and_then(|it| it.parse::<Timestamp>().ok());
                match time {
                    Some(time) if key.ends_with("At") || key.ends_with("Time") => {
                        *value = json!(shifted(time, clock));
                    }
                    Some(_) | None => shift(value, clock),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|it| shift(it, clock)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// An Event of a kubelet with that clock, which was reported first at one second and last at another.
fn reported(lab: &mut Lab, clock: i64, (first, last): (i64, i64), event: &Value) -> Observation {
    let mut event = event.clone();
    event["first"] = json!(stamp(first + clock));
    event["last"] = json!(stamp(last + clock));
    let mut observation = lab.version_of(Operation::Update, last, &event);
    NAMESPACE.clone_into(&mut observation.object.namespace);
    let uid = format!("{}.{}", event["regarding"]["uid"], event["reason"]);
    uid.clone_into(&mut observation.object.uid);
    observation
}

fn hear(lab: &mut Lab, clock: i64, span: (i64, i64), event: &Value) {
    let observation = reported(lab, clock, span, event);
    lab.take(&observation);
}

fn new_pod() -> Value {
    unready_pod("web-1-c", &first_revision("web"), 100)
}

/// A live cluster, looked at so many seconds after the tests begin.
fn look(second: i64, mut seen: Vec<Observation>) -> Vec<Finding> {
    // A list is read at one moment, whenever its objects were written.
    for it in &mut seen {
        it.at = at(second);
    }
    let world = World::look(seen, Moment { at: at(second), ..Moment::default() });
    world.findings().filter(|it| it.severity > Severity::Info).cloned().collect()
}

fn seen(bodies: &[Value]) -> Vec<Observation> {
    let mut lab = Lab::default();
    bodies.iter().map(|it| lab.version_of(Operation::Update, 0, it)).collect()
}

fn conditions(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|it| it.condition.as_str()).collect()
}

#[test]
fn crash_loop_is_found_at_once() {
    for clock in CLOCKS {
        let mut lab = shop();

        lab.see(110, &written(&crash_loop(&new_pod(), "web", 1), clock));

        assert_eq!(lab.rules(), ["crash-loop"], "{clock}");
        let looked = look(110, seen(&[written(&crash_loop(&new_pod(), "web", 1), clock)]));
        assert_eq!(conditions(&looked), ["CrashLoopBackOff"], "{clock}");
    }
}

#[test]
fn image_that_cannot_be_pulled_is_found_at_once() {
    let pod = pending_pod("web-1-c", &first_revision("web"), 100);
    for clock in CLOCKS {
        let pod = written(&stuck(&pod, "web", "ErrImagePull", "not found"), clock);
        let mut lab = shop();

        lab.see(103, &pod);

        assert_eq!(lab.rules(), ["image-pull"], "{clock}");
        assert_eq!(conditions(&look(103, seen(&[pod]))), ["ErrImagePull"], "{clock}");
    }
}

#[test]
fn pod_that_does_not_become_ready_is_found_within_two_minutes() {
    for clock in CLOCKS {
        let mut lab = Lab::default();
        lab.see(0, &stand(&deployment("web"), 0, 2, 2));
        lab.see(0, &first_revision("web"));
        let pod = written(&unready_pod("web-1-a", &first_revision("web"), 100), clock);
        lab.see(101, &pod);
        let mut found_at = None;

        for second in (103..400).step_by(3) {
            let failures = u64::try_from((second - 100) / 3).unwrap();
            hear(&mut lab, clock, (103, second), &times(&unready(&pod, "web"), failures));
            let is_found = lab.rules().iter().any(|it| it == "not-ready");
            found_at = found_at.or(is_found.then_some(second));
        }

        // 60 s is what a workload has whose past is not known.
        assert!(found_at.is_some_and(|it| (160..220).contains(&it)), "{clock}: {found_at:?}");
    }
}

#[test]
fn pod_that_does_not_become_ready_is_found_in_a_look() {
    for clock in CLOCKS {
        let pod = written(&unready_pod("web-1-a", &first_revision("web"), 100), clock);
        let state = seen(&[stand(&deployment("web"), 0, 2, 2), first_revision("web"), pod.clone()]);
        let observed = |second: i64| {
            let failing = times(&unready(&pod, "web"), 10);
            let event = reported(&mut Lab::default(), clock, (103, second), &failing);
            look(second, state.iter().cloned().chain([event]).collect())
        };

        let (early, late) = (observed(130), observed(170));

        assert!(!conditions(&early).contains(&"NotReady"), "{clock}: {early:#?}");
        assert!(conditions(&late).contains(&"NotReady"), "{clock}: {late:#?}");
    }
}

#[test]
fn kill_by_a_probe_is_found_and_ends_when_the_container_stays_up() {
    for clock in CLOCKS {
        let mut lab = shop();
        let pod = written(&ready_pod("web-1-a", &first_revision("web"), LONG_AGO), clock);
        lab.see(90, &pod);

        hear(&mut lab, clock, (100, 100), &probe_kill(&pod, "web", "liveness"));
        assert_eq!(lab.rules(), ["probe-kills"], "{clock}");
        let restarted = recovered(&pod, "web", &terminated("Error", 137), 101);
        lab.see(102, &written(&restarted, clock));
        lab.wait(200);

        assert_eq!(lab.rules(), NOTHING, "{clock}");
    }
}

#[test]
fn container_that_stays_up_ends_its_crash_loop() {
    for clock in CLOCKS {
        let mut lab = shop();
        lab.see(110, &written(&crash_loop(&new_pod(), "web", 1), clock));

        let up = recovered(
            &ready_pod("web-1-c", &first_revision("web"), 100),
            "web",
            &terminated("Error", 1),
            120,
        );
        lab.see(121, &written(&up, clock));
        lab.wait(200);

        assert_eq!(lab.rules(), NOTHING, "{clock}");
    }
}

#[test]
fn rollout_on_a_wrong_clock_is_not_called_late() {
    for clock in CLOCKS {
        // 20 s after it was made, the only pod of a new Deployment still starts.
        let mut workload = stand(&deployment("web"), 1, 2, 2);
        workload["metadata"]["creationTimestamp"] = json!(stamp(95));
        let young = written(&unready_pod("web-1-b", &first_revision("web"), 100), clock);
        let old = written(&ready_pod("web-1-a", &first_revision("web"), LONG_AGO), clock);

        let looked = look(120, seen(&[workload, first_revision("web"), old, young]));

        assert_eq!(conditions(&looked), [""; 0], "{clock}");
    }
}

#[test]
fn healthy_pods_stay_silent() {
    for clock in CLOCKS {
        let mut bodies = healthy("web");
        bodies.push(ready_pod("web-1-c", &first_revision("web"), 100));
        let once = recovered(&bodies[2], "web", &terminated("Error", 1), LONG_AGO + 60);
        bodies[2] = once;
        let bodies: Vec<Value> = bodies
            .iter()
            .map(|it| if it["kind"] == "Pod" { written(it, clock) } else { it.clone() })
            .collect();
        let mut lab = Lab::default();

        for (second, body) in (103..).zip(&bodies) {
            lab.see(second, body);
        }
        lab.wait(4000);

        assert_eq!(lab.rules(), NOTHING, "{clock}");
        assert_eq!(conditions(&look(110, seen(&bodies))), [""; 0], "{clock}");
    }
}

/// A lease that was renewed at that second by a kubelet with that clock; the API server noted its own time.
fn lease(clock: i64, renewed: i64) -> Observation {
    let mut body = object("coordination.k8s.io/v1", "Lease", "node-a");
    body["metadata"]["namespace"] = json!("kube-node-lease");
    body["spec"] =
        json!({"holderIdentity": "node-a", "leaseDurationSeconds": 40, "renewTime": stamp(renewed + clock)});
    let mut observation = seen(&[body]).remove(0);
    let manager = "kubelet".to_owned();
    observation.writers = vec![Writer { manager, at: Some(at(renewed)), ..Writer::default() }];
    observation
}

#[test]
fn lease_is_as_old_as_the_api_server_says() {
    for clock in [-600, -120] {
        let node = seen(&[node_with("Ready", "True")]).remove(0);

        let alive = look(110, vec![node.clone(), lease(clock, 105)]);
        let silent = look(300, vec![node, lease(clock, 105)]);

        assert_eq!(conditions(&alive), [""; 0], "{clock}");
        assert_eq!(conditions(&silent), ["NodeLeaseStale"], "{clock}");
    }
}

#[test]
fn lease_of_a_clock_that_is_ahead_is_not_old() {
    let node = seen(&[node_with("Ready", "True")]).remove(0);

    assert_eq!(conditions(&look(110, vec![node, lease(600, 105)])), [""; 0]);
}

/// The unready pod of a Deployment of which the other replica serves, as its controller tells.
#[test]
fn pod_that_has_just_become_unready_is_no_missing_replica() {
    for clock in [CLOCKS.as_slice(), &[0]].concat() {
        let mut workload = stand(&deployment("web"), 1, 2, 2);
        let turned = |kind: &str| json!({"type": kind, "status": "True", "lastTransitionTime": stamp(LONG_AGO), "lastUpdateTime": stamp(LONG_AGO)});
        workload["status"]["conditions"] = json!([turned("Available"), turned("Progressing")]);
        let old = ready_pod("web-1-a", &first_revision("web"), LONG_AGO);
        let young = unready_pod("web-1-b", &first_revision("web"), 100);
        let pods = [old, young].map(|it| written(&it, clock));

        let looked = look(120, seen(&[&[workload, first_revision("web")][..], &pods[..]].concat()));

        assert_eq!(conditions(&looked), [""; 0], "{clock}");
    }
}
