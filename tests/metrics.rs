//! Recorded metrics and events of a real cluster, replayed together; and the commands that look at what was learned.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use serde_json::Value;
use std::path::Path;
use support::recordings::{Ran, chiron, recording, replaying, run};

/// Times in the recordings, from their README.
const LEAK: &str = "2026-11-21T13:25:12Z";
const KILLED: &str = "2026-11-21T13:30:41Z";
const LATENCY: &str = "2026-11-21T13:27:12Z";

struct Lab {
    folder: tempfile::TempDir,
    report: Value,
}

impl Lab {
    fn replay(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ran = run(&mut replaying(folder.path(), &recording(&format!("metrics/{name}"))));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        Self { report: ran.json(), folder }
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    fn run(&self, args: &[&str]) -> Ran {
        command(&self.data(), args)
    }

    fn incident(&self) -> &Value {
        let incidents = self.report["incidents"].as_array().unwrap();
        assert_eq!(incidents.len(), 1, "{incidents:#?}");
        &incidents[0]
    }

    fn anomalies(&self) -> &[Value] {
        self.report["anomalies"].as_array().unwrap()
    }

    /// Anomalies of a type and workload that began between two times.
    fn between(&self, metric: &str, workload: &str, from: &str, until: &str) -> Vec<&Value> {
        let is_of = |it: &&Value| it["metric"] == metric && it["owner"]["workload"] == workload;
        let began = |it: &Value| it["started_at"].as_str().unwrap().to_owned();
        let in_time = |it: &&Value| began(it).as_str() >= from && began(it).as_str() < until;
        self.anomalies().iter().filter(is_of).filter(in_time).collect()
    }
}

fn command(data: &Path, args: &[&str]) -> Ran {
    run(chiron(data).args(args))
}

#[test]
fn a_leak_is_told_before_the_kernel_kills_and_belongs_to_the_incident() {
    let lab = Lab::replay("leak");

    let found = lab.between("memory", "cart", LEAK, KILLED);
    let incident = lab.incident();

    assert!(!found.is_empty(), "{:#?}", lab.anomalies());
    let members = incident["anomalies"].as_array().unwrap();
    assert!(found.iter().all(|it| members.contains(&it["id"])), "{members:?}");
    assert_eq!(incident["conditions"][0], "OOMKilled");
    assert_eq!(incident["root_cause"]["object"]["name"], "cart");
    assert_eq!(incident["outcome"]["state"], "verified");
}

#[test]
fn a_latency_step_is_told_within_half_a_minute_and_before_the_finding() {
    let lab = Lab::replay("latency");

    let found = lab.between("latency", "web", LATENCY, "2026-11-21T13:27:42Z");
    let errors = lab.between("error-rate", "web", LATENCY, "2026-11-21T13:27:42Z");

    assert!(!found.is_empty() && !errors.is_empty(), "{:#?}", lab.anomalies());
    assert!(found[0]["started_at"].as_str() < lab.incident()["opened_at"].as_str());
    assert_eq!(found[0]["direction"], "above");
    assert!(found[0]["window"].as_array().unwrap().len() > 5);
    assert!(!found[0]["drivers"].as_array().unwrap().is_empty());
}

#[test]
fn twenty_calm_minutes_of_two_hundred_series_tell_nothing() {
    for (name, fault) in [("leak", LEAK), ("latency", LATENCY)] {
        let lab = Lab::replay(name);

        let early: Vec<&Value> =
            lab.anomalies().iter().filter(|it| it["started_at"].as_str().unwrap() < fault).collect();

        assert!(early.is_empty(), "{name}: {early:#?}");
    }
}

#[test]
fn two_replays_tell_the_same() {
    let (one, two) = (Lab::replay("latency"), Lab::replay("latency"));

    assert_eq!(one.anomalies(), two.anomalies());
}

#[test]
fn what_was_learned_can_be_looked_at_and_forgotten() {
    let lab = Lab::replay("latency");

    let seen = lab.run(&["detector", "inspect", "memory", "-o", "json", "--limit", "5"]).json();
    let series = seen["series"].as_array().unwrap();
    assert_eq!(series.len(), 5);
    assert!(series.iter().all(|it| it["series"].as_str().unwrap().contains("memory")));
    assert!(series.iter().all(|it| it["state_bytes"].as_u64().unwrap() < 6_300), "{series:#?}");
    assert_eq!(seen["refused"], 0);

    let table = lab.run(&["detector", "inspect", "latency_p99"]).stdout;
    assert!(table.contains(":avg") && table.contains("anomalies told"), "{table}");

    let reset = lab.run(&["detector", "reset", "memory"]);
    assert_eq!(reset.code, Some(0), "{}", reset.stderr);
    let seen = lab.run(&["detector", "inspect", "memory", "-o", "json"]).json();
    assert!(seen["series"].as_array().unwrap().iter().all(|it| it["samples"] == 0));
    assert_eq!(lab.run(&["detector", "reset", "no such series"]).code, Some(1));
}

#[test]
fn an_anomaly_is_explained_and_judgements_of_it_are_learned() {
    let lab = Lab::replay("latency");
    let id = lab.between("latency", "web", LATENCY, "2026-11-21T13:27:42Z")[0]["id"].as_str().unwrap();

    let told = lab.run(&["detector", "explain", id]).stdout;
    for part in ["above the expected", "driver", "priority", "▁"] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    assert_eq!(lab.run(&["anomaly", "show", id, "-o", "json"]).json()["anomaly"]["id"], id);
    assert!(lab.run(&["anomaly", "list"]).stdout.contains(&id[..8]));

    let learned =
        |lab: &Lab| lab.run(&["detector", "inspect", "-o", "json"]).json()["ranking"]["learned"].clone();
    let before = learned(&lab).as_u64().unwrap();
    let given = lab.run(&["feedback", &id[..8], "expected", "--by", "ann"]);
    assert_eq!(given.code, Some(0), "{}", given.stderr);
    assert!(given.stdout.contains("expected"), "{}", given.stdout);
    assert_eq!(learned(&lab), before + 1);
    lab.run(&["feedback", id, "expected", "--by", "ann"]);
    assert_eq!(learned(&lab), before + 1, "the same word of the same person is one judgement");

    let wrong = lab.run(&["feedback", "ffffffff", "true"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("chiron anomaly list"), "{}", wrong.stderr);
}
