//! Rules of the user, given to the command.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use serde_json::{Value, json};
use std::{fs, path::Path};
use support::{
    desk::list,
    process::{Ended, run},
};

const RULES: &str = "\
- name: many-replicas
  kinds: [Deployment]
  when: object.spec.replicas > 5
  severity: warning
  condition: ManyReplicas
  message: '{{ object.metadata.name }} has {{ object.spec.replicas }} replicas'
  field: spec.replicas
  mechanism: scaled-to-zero
- name: no-probe
  kinds: [Pod]
  when: object.spec.containers.exists(c, !has(c.readinessProbe))
  severity: warning
  condition: ProbeMissing
  message: It has no readiness probe.
";

/// Rules with two mistakes.
const WRONG: &str = "- name: many\n  kinds: [Deployment]\n  when: object.spec.replicas >\n  severity: bad\n  condition: Many\n  message: x\n";

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// A Deployment of six replicas, and a pod without a probe that is well.
    fn cluster(&self) -> String {
        let meta = |name: &str| json!({"name": name, "namespace": "shop", "uid": name, "creationTimestamp": "2026-11-20T04:00:00Z"});
        let mut pod = meta("web-1-a");
        pod["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1", "uid": "web-1", "controller": true}]);
        let objects = json!({"apiVersion": "v1", "kind": "List", "items": [
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta("web"), "spec": {"replicas": 6},
             "status": {"replicas": 6, "readyReplicas": 6, "updatedReplicas": 6, "availableReplicas": 6}},
            {"apiVersion": "v1", "kind": "Pod", "metadata": pod,
             "spec": {"nodeName": "a", "containers": [{"name": "web", "image": "web:1", "readinessProbe": {"tcpSocket": {}}}]},
             "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}],
                "containerStatuses": [{"name": "web", "ready": true, "restartCount": 0, "state": {"running": {}}}]}},
        ]});
        self.write("cluster.json", &objects.to_string())
    }
}

fn told(ended: &Ended) -> Vec<Value> {
    serde_json::from_str(&ended.out).unwrap()
}

#[tokio::test]
async fn rules_are_asked_of_what_is_analyzed() {
    let files = Files::new();
    let rules = files.write("rules.yaml", RULES);

    let ended = run(&["analyze", &files.cluster(), "--rules", &rules, "-o", "json", "--exit-code"]).await;

    let rows = told(&ended);
    assert_eq!(ended.code, Some(1));
    assert_eq!(rows.len(), 1, "a probe that is there was not seen: {rows:#?}");
    assert_eq!(rows[0]["rule"], "many-replicas");
    assert_eq!(rows[0]["condition"], "ManyReplicas");
    assert_eq!(rows[0]["message"], "web has 6 replicas");
    assert_eq!(rows[0]["cause"]["field"], "spec.replicas");
}

#[tokio::test]
async fn wrong_rules_stop_the_analysis_with_every_mistake() {
    let files = Files::new();
    let rules = files.write("rules.yaml", WRONG);

    let ended = run(&["analyze", &files.cluster(), "--rules", &rules]).await;

    assert_eq!(ended.code, Some(2));
    assert_eq!(ended.out, "");
    assert!(ended.err.contains("these 2 mistakes"), "{}", ended.err);
    assert!(ended.err.contains("rules.yaml:3:31: the expression ends too early"), "{}", ended.err);
    assert!(ended.err.contains("rules.yaml:4:13: \"bad\" is no severity"), "{}", ended.err);
}

#[tokio::test]
async fn rule_without_an_answer_is_a_warning() {
    let files = Files::new();
    let rules = files.write("rules.yaml", &RULES.replace("replicas > 5", "replicas > 'five'"));

    let ended = run(&["analyze", &files.cluster(), "--rules", &rules]).await;

    assert_eq!(ended.code, Some(0));
    assert!(ended.err.contains("warning: rule many-replicas has no answer for"), "{}", ended.err);
    assert!(ended.out.contains("nothing is wrong"), "{}", ended.out);
}

#[tokio::test]
async fn files_of_rules_are_checked() {
    let files = Files::new();
    let (good, wrong) = (files.write("good.yaml", RULES), files.write("wrong.yaml", WRONG));

    let right = run(&["rule", "check", &good]).await;
    let bad = run(&["rule", "check", &good, &wrong]).await;
    let missing = run(&["rule", "check", &files.folder.path().join("none").display().to_string()]).await;

    assert_eq!((right.code, right.out.as_str()), (Some(0), "2 rules, nothing is wrong\n"));
    assert_eq!(bad.code, Some(1));
    assert_eq!(bad.out.lines().count(), 2);
    assert!(bad.out.starts_with(&format!("{wrong}:3:31: ")), "{}", bad.out);
    assert_eq!(missing.code, Some(2));
    assert!(missing.err.contains("cannot be read"), "{}", missing.err);
}

#[tokio::test]
async fn rules_of_the_documentation_are_right() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples/rules.yaml");

    let ended = run(&["rule", "check", &examples.display().to_string()]).await;

    assert_eq!(ended.code, Some(0), "{}", ended.out);
}

#[tokio::test]
async fn own_rules_are_listed_and_explained_beside_the_others() {
    let files = Files::new();
    let rules = files.write("rules.yaml", RULES);

    let shown = list(&run(&["rule", "list", "--rules", &rules, "-o", "json"]).await);
    let table = run(&["rule", "list", "--rules", &rules]).await.out;
    let explained = run(&["rule", "explain", "many-replicas", "--rules", &rules]).await.out;

    assert_eq!(shown.len(), chiron::rules::all().len() + 2);
    assert_eq!(shown.last().unwrap()["conditions"], json!(["ProbeMissing"]));
    assert!(table.contains("many-replicas") && table.contains("crash-loop"), "{table}");
    for part in ["object.spec.replicas > 5", "ManyReplicas", "rules.yaml:1", "warning"] {
        assert!(explained.contains(part), "{part} is not in {explained}");
    }
}

#[tokio::test]
async fn rules_are_asked_of_what_is_replayed() {
    let files = Files::new();
    let rules = files.write("rules.yaml", &RULES.replace("replicas > 5", "replicas >= 0"));
    let data = files.folder.path().join("data").display().to_string();
    let recording = Path::new(env!("CARGO_MANIFEST_DIR")).join("events/recordings/afternoon.ndjson.zst");

    let ended = run(&[
        "--data-dir",
        &data,
        "replay",
        &recording.display().to_string(),
        "--rules",
        &rules,
        "-o",
        "json",
    ])
    .await;

    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.out.contains("ManyReplicas"), "no finding of the rule is in the report");
}

#[tokio::test]
async fn wrong_rules_stop_what_runs_long_before_it_begins() {
    let files = Files::new();
    let rules = files.write("rules.yaml", WRONG);
    let data = files.folder.path().join("data").display().to_string();

    for command in [&["up"][..], &["function", "serve", "assess"], &["replay", "-"]] {
        let ended = run(&[&["--data-dir", &data][..], command, &["--rules", &rules]].concat()).await;

        assert_eq!(ended.code, Some(2), "{command:?}");
        assert!(ended.err.contains("rules.yaml:3:31: "), "{command:?}: {}", ended.err);
        assert!(!Path::new(&data).exists(), "{command:?} wrote something");
    }
}

#[tokio::test]
async fn sarif_knows_the_rules_of_the_user() {
    let files = Files::new();
    let rules = files.write("rules.yaml", RULES);

    let ended = run(&["analyze", &files.cluster(), "--rules", &rules, "-o", "sarif"]).await;

    let log: Value = serde_json::from_str(&ended.out).unwrap();
    let told = &log["runs"][0];
    assert_eq!(told["results"][0]["ruleId"], "many-replicas");
    let known = told["tool"]["driver"]["rules"].as_array().unwrap();
    let own = known.iter().find(|it| it["id"] == "many-replicas").unwrap();
    assert_eq!(own.get("helpUri"), None, "there is no link to give");
}
