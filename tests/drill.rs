//! `chiron lab run` with the scripts of a scenario and a kubectl that only notes what it is asked: what runs when, what is
//! asked before anything is touched, and what is cleaned up.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use serde_json::{Value, json};
use std::{fs, os::unix::fs::PermissionsExt};
use support::{
    desk::Desk,
    process::{Ended, Process, chiron},
};

const KUBECTL: &str = r#"#!/usr/bin/env bash
echo "kubectl $*" >>"$NOTES"
[ "$1 $2" != "config view" ] || echo '{"current-context": "kind-a", "contexts": [{"name": "kind-a", "context": {"cluster": "a"}}]}'
"#;
const EXPECT: &str = r#"{
  "title": "the image is gone", "settle": 0, "within": 3, "calm_within": 3,
  "finding": {"conditions": ["ErrImagePull"], "kind": "Pod", "name": "web-*"},
  "cause": {"kind": "Deployment", "name": "web", "fields": ["spec.image"], "from": "app:1", "to": "app:9"}
}"#;
/// The cause comes with the second look only.
const ANALYZE: &str = r#"
[ -e "$SCRATCH/broken" ] || { echo '[]'; exit; }
cause=null
[ ! -e "$SCRATCH/looked" ] || cause='{"object": {"kind": "Deployment", "name": "web"}, "field": "spec.image", "from": "app:1", "to": "app:9"}'
echo >"$SCRATCH/looked"
echo "[{\"condition\": \"ErrImagePull\", \"severity\": \"warning\", \"active\": true, \"group\": \"g\", \"cause\": $cause,
  \"object\": {\"kind\": \"Pod\", \"namespace\": \"$NS\", \"name\": \"web-1\"}}]"
"#;

/// A scenario named Q-1, and a kubectl.
struct Drill(Desk);

impl Drill {
    fn new() -> Self {
        let desk = Desk::new();
        for folder in ["bin", "all/Q-1"] {
            fs::create_dir_all(desk.folder().join(folder)).unwrap();
        }
        let kubectl = desk.file("bin/kubectl", KUBECTL);
        fs::set_permissions(kubectl, fs::Permissions::from_mode(0o755)).unwrap();
        let drill = Self(desk);
        drill.scenario("expect.json", EXPECT);
        drill.scenario("analyze.sh", ANALYZE);
        for (name, deed) in [
            ("setup", ""),
            ("inject", "echo >\"$SCRATCH/broken\""),
            ("repair", "rm \"$SCRATCH/broken\""),
            ("twin", ""),
            ("cleanup", ""),
        ] {
            drill.scenario(&format!("{name}.sh"), &format!("echo {name} >>\"$NOTES\"\n{deed}\n"));
        }
        drill
    }

    fn scenario(&self, name: &str, text: &str) {
        self.0.file(&format!("all/Q-1/{name}"), text);
    }

    fn start(&self, args: &[&str], variables: &[(&str, &str)]) -> Process {
        let scenarios = self.0.path("all");
        let mut command = chiron(&[&["lab", "run", "--scenarios", &scenarios][..], args].concat());
        command
            .env("PATH", format!("{}:/usr/bin:/bin", self.0.path("bin")))
            .env("NOTES", self.0.path("notes"));
        Process::start(command.envs(variables.iter().copied()))
    }

    async fn run(&self, args: &[&str]) -> Ended {
        self.start(&[&["--throw-away", "kind-a"][..], args].concat(), &[]).end().await
    }

    /// What was done, a line each; what only asks is left out.
    fn notes(&self) -> Vec<String> {
        let text = fs::read_to_string(self.0.folder().join("notes")).unwrap_or_default();
        let asks = ["config view", "get", "wait", "rollout"].map(|it| format!("kubectl {it}"));
        text.lines().filter(|line| !asks.iter().any(|it| line.starts_with(it))).map(str::to_owned).collect()
    }

    /// The same, with the name of the namespace, which differs each time, replaced.
    fn deeds(&self) -> Vec<String> {
        let is_mark = |word: &str| word.len() == 12 && word.starts_with("q-1-");
        let plain = |word| if is_mark(word) { "NS" } else { word };
        self.notes().iter().map(|line| line.split(' ').map(plain).collect::<Vec<_>>().join(" ")).collect()
    }
}

const DELETED: &str = "kubectl delete namespace NS --ignore-not-found --wait=false";

#[tokio::test]
async fn a_scenario_goes_from_set_up_to_calm_and_leaves_nothing() {
    let drill = Drill::new();
    let out = drill.0.path("results.jsonl");

    let ended = drill.run(&["--out", &out]).await;

    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.starts_with("PASS Q-1: finding "), "{}", ended.out);
    assert!(ended.out.ends_with("1 passed, 0 did not\n"), "{}", ended.out);
    let line: Value = serde_json::from_str(&fs::read_to_string(out).unwrap()).unwrap();
    assert_eq!(
        (&line["scenario"], &line["mode"], &line["outcome"]),
        (&json!("Q-1"), &json!("cluster"), &json!("PASS"))
    );
    assert!(line["findingSeconds"].as_f64().unwrap() < line["causeSeconds"].as_f64().unwrap(), "{line}");
    assert_eq!(
        line["came"][0],
        "warning ErrImagePull Pod/web-1 <- Deployment/web spec.image: \"app:1\" -> \"app:9\""
    );
    let create = "kubectl create namespace NS";
    assert_eq!(drill.deeds(), [create, "setup", "inject", "repair", "cleanup", DELETED]);
}

#[tokio::test]
async fn what_is_not_found_fails_and_is_cleaned_up_too() {
    let drill = Drill::new();
    drill.scenario("expect.json", &EXPECT.replace("spec.image", "spec.command"));

    let ended = drill.run(&["--raw", &drill.0.path("raw")]).await;

    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.out.starts_with("FAIL Q-1 at \"cause\": finding "), "{}", ended.out);
    assert!(ended.out.contains("because  the cause did not come within 3 s"), "{}", ended.out);
    assert_eq!(drill.deeds().last().unwrap(), DELETED);
    let raw: Value =
        serde_json::from_slice(&fs::read(drill.0.folder().join("raw/Q-1.json")).unwrap()).unwrap();
    assert_eq!(raw[0]["cause"]["field"], "spec.image");
}

#[tokio::test]
async fn a_script_that_fails_is_told_with_what_it_said() {
    let drill = Drill::new();
    drill.scenario("setup.sh", "echo 'no quota left' >&2; exit 3");

    let ended = drill.run(&[]).await;

    assert_eq!(ended.code, Some(1), "{ended:?}");
    let why = "because  setup.sh ended with exit status: 3: no quota left";
    assert!(ended.out.starts_with("FAIL Q-1 at \"setup\"") && ended.out.contains(why), "{}", ended.out);
    assert_eq!(drill.deeds(), ["kubectl create namespace NS", "cleanup", DELETED]);
}

#[tokio::test]
async fn a_twin_must_stay_calm() {
    let drill = Drill::new();
    drill.scenario("expect.json", &EXPECT.replace("\"within\": 3", "\"hold\": 1"));

    let calm = drill.run(&["--twin"]).await;
    drill.scenario("twin.sh", "echo >\"$SCRATCH/broken\"");
    let loud = drill.run(&["--twin"]).await;

    assert!(calm.out.starts_with("PASS Q-1 (twin): finding - s"), "{}", calm.out);
    assert!(loud.out.starts_with("FAIL Q-1 (twin) at \"calm\""), "{}", loud.out);
    assert!(loud.out.contains("because  nothing above info may be reported, but this was"), "{}", loud.out);
    assert_eq!((calm.code, loud.code), (Some(0), Some(1)));
}

#[tokio::test]
async fn one_that_is_asked_to_stop_cleans_up_first() {
    let drill = Drill::new();
    drill.scenario("inject.sh", "echo inject >>\"$NOTES\"; (sleep 5; echo late >>\"$NOTES\") & sleep 60");

    let mut process = drill.start(&["--throw-away", "kind-a"], &[]);
    process.says("Q-1: finding").await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    process.terminate();
    let ended = process.end().await;

    ended.fails_with(&["stopped while Q-1 was played"]);
    let deeds = ["kubectl create namespace NS", "setup", "inject", "cleanup", DELETED];
    assert_eq!(drill.deeds(), deeds);
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    assert_eq!(drill.deeds(), deeds, "the script went on");
}

#[tokio::test]
async fn a_cluster_that_nobody_named_is_not_touched() {
    let drill = Drill::new();
    let work = drill.0.path("work");
    fs::create_dir(&work).unwrap();
    let kubeconfig = drill.0.file("kubeconfig", "");

    let unnamed = drill.start(&[], &[]).end().await;
    let other = drill.start(&["--throw-away", "kind-b"], &[]).end().await;
    let outside = drill.start(&[], &[("CHIRON_LAB_WORK", &work), ("KUBECONFIG", &kubeconfig)]).end().await;

    unnamed.fails_with(&["--throw-away kind-a"]);
    other.fails_with(&["\"kind-b\"", "\"kind-a\""]);
    outside.fails_with(&["--throw-away kind-a"]);
    assert_eq!(drill.notes(), Vec::<String>::new());
}

#[tokio::test]
async fn the_lab_around_us_may_be_broken() {
    let drill = Drill::new();
    let kubeconfig = drill.0.file("kubeconfig", "");
    let work = drill.0.folder().to_str().unwrap().to_owned();
    let variables =
        [("CHIRON_LAB_WORK", work.as_str()), ("CHIRON_LAB_MODE", "light"), ("KUBECONFIG", &kubeconfig)];

    drill.scenario("expect.json", &EXPECT.replace("\"within\"", "\"mode\": \"any\", \"within\""));
    let any = drill.start(&[], &variables).end().await;
    drill.scenario("expect.json", EXPECT);
    let full = drill.start(&[], &variables).end().await;

    assert_eq!(any.code, Some(0), "{any:?}");
    assert_eq!(full.out, "SKIP Q-1: needs a real kubelet, as a lab in full mode has\n");
    full.fails_with(&["no scenario fits this cluster"]);
}

#[tokio::test]
async fn what_touches_the_cluster_is_played_when_that_is_allowed() {
    let drill = Drill::new();
    drill.scenario("expect.json", &EXPECT.replace("\"within\"", "\"touches\": \"cluster\", \"within\""));

    let without = drill.run(&["Q-1"]).await;
    let with = drill.run(&["--whole-cluster"]).await;

    assert!(without.out.contains("--whole-cluster"), "{}", without.out);
    without.fails_with(&["nothing of Q-1 fits this cluster"]);
    assert_eq!(with.code, Some(0), "{with:?}");
}

#[tokio::test]
async fn a_name_that_is_none_is_told_before_anything_is_asked() {
    let drill = Drill::new();

    let ended = drill.run(&["S-99"]).await;

    ended.fails_with(&["there is no scenario \"S-99\"", "chiron lab list"]);
    assert!(!drill.0.folder().join("notes").exists());
}

#[tokio::test]
async fn a_machine_without_kubectl_is_told_what_is_missing() {
    let drill = Drill::new();
    fs::remove_file(drill.0.folder().join("bin/kubectl")).unwrap();

    let ended = drill.start(&["--throw-away", "kind-a"], &[("PATH", &drill.0.path("bin"))]).end().await;

    ended.fails_with(&["kubectl", "cannot be started", "in PATH"]);
}
