//! The commands as somebody uses them who has just installed the program.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

mod support;

use chiron::registry::descriptors;
use chiron_events::{CATALOGUE, RESOURCE_TYPES};
use serde_json::json;
use std::{fs::File, process::Command};
use support::{
    desk::{Desk, example, hints_exist, list},
    path,
    process::{Process, chiron, run},
    recordings::{files, recording},
};

#[tokio::test]
async fn event_types_are_listed_with_their_meaning() {
    let table = run(&["events", "list"]).await.out;
    let json = run(&["events", "list", "-o", "json"]).await;

    let listed = list(&json);
    for entry in CATALOGUE {
        assert!(table.contains(entry.ty) && table.contains(entry.about), "{} is not in {table}", entry.ty);
        assert!(listed.contains(&json!({"type": entry.ty, "about": entry.about})), "{}", entry.ty);
    }
    assert!(RESOURCE_TYPES.iter().all(|ty| table.contains(ty)), "{table}");
}

#[tokio::test]
async fn what_is_shown_of_an_event_type_is_valid() {
    let desk = Desk::new();
    for ty in ["plan.proposed", "dev.chiron.plan.proposed.v1", "dev.knative.apiserver.resource.add"] {
        let shown = run(&["events", "show", ty]).await.json();

        assert!(shown["type"].as_str().unwrap().contains(ty), "{shown}");
        assert!(shown["schema"]["properties"].is_object(), "{shown}");
        let file = desk.file("example.json", &shown["example"].to_string());
        let checked = run(&["events", "validate", &file]).await;
        assert_eq!((checked.code, checked.out.as_str()), (Some(0), "1 valid, 0 not\n"), "{ty}");
    }
}

#[tokio::test]
async fn a_wrong_line_is_named_among_right_ones() {
    let desk = Desk::new();
    let right = example("plan.proposed");
    let wrong = right.replace("\"actions\"", "\"deeds\"");
    let file = desk.file("events.ndjson", &format!("{right}\n{wrong}\n\nno event\n{right}\n"));

    let recorded = run(&["events", "validate", recording("shop-oom").to_str().unwrap()]).await;
    let mixed = run(&["events", "validate", &file]).await;

    assert_eq!((recorded.code, recorded.out.as_str()), (Some(0), "292 valid, 0 not\n"));
    assert_eq!(mixed.code, Some(1));
    let lines: Vec<&str> = mixed.out.lines().collect();
    assert!(lines[0].starts_with(&format!("{file}:2: data/plan")), "{lines:?}");
    assert!(lines[1].starts_with(&format!("{file}:4: not JSON")), "{lines:?}");
    assert_eq!(lines[2], "2 valid, 2 not");
}

#[tokio::test]
async fn functions_are_listed_in_the_order_of_the_pipeline() {
    let table = run(&["function", "list"]).await.out;
    let listed = list(&run(&["function", "list", "-o", "json"]).await);

    let names: Vec<&str> = listed.iter().map(|it| it["name"].as_str().unwrap()).collect();
    let known: Vec<&str> = descriptors().iter().map(|it| it.about.name).collect();
    assert_eq!(names, known);
    for it in &listed {
        assert!(table.contains(it["name"].as_str().unwrap()), "{table}");
        assert!(!it["inputs"].as_array().unwrap().is_empty(), "{it}");
        assert!(!it["permissions"].as_array().unwrap().is_empty(), "{it}");
    }
}

#[tokio::test]
async fn a_function_is_invoked_with_an_event() {
    let desk = Desk::new();
    let file = path("events/diagnosis.completed/example.json");

    let first = desk.run(&["function", "invoke", "plan", "--event", file.to_str().unwrap()]).await;
    let mut piped = chiron(&["function", "invoke", "plan", "--event", "-", "--data-dir", &desk.path("data")]);
    let again = Process::start(piped.stdin(File::open(&file).unwrap())).end().await;

    assert_eq!(first.json()["type"], "dev.chiron.plan.proposed.v1");
    assert_eq!(first.err, "plan emitted 1 events\n");
    assert_eq!(again.json(), first.json());
    assert_eq!(again.err, "plan emitted 1 events; it had been handled before\n");
    assert_eq!(list(&desk.run(&["plan", "list", "-o", "json"]).await).len(), 1);
}

#[tokio::test]
async fn manifests_are_printed_or_written_to_a_folder() {
    let desk = Desk::new();
    let known = files(&path("infra/knative"));

    let printed = run(&["infra", "render"]).await.out;
    let written = run(&["infra", "render", "--out", &desk.path("out")]).await;
    let target = ["--image", "registry.example/x:1", "--namespace", "ops", "--cluster", "lab"];
    let ours = run(&[&["infra", "render"][..], &target[..]].concat()).await.out;

    for (name, text) in &known {
        assert!(printed.contains(&format!("# {name}\n{}", String::from_utf8_lossy(text))), "{name}");
    }
    assert_eq!(written.out, format!("{} files in {}\n", known.len(), desk.path("out")));
    assert!(files(&desk.folder().join("out")) == known, "not what is printed");
    assert!(ours.contains("image: registry.example/x:1") && ours.contains("namespace: ops"), "{ours}");
    assert!(
        ours.contains("value: lab") && !ours.contains("my-cluster") && !ours.contains("ghcr.io"),
        "{ours}"
    );
}

#[tokio::test]
async fn every_shell_has_a_completion() {
    let desk = Desk::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(&["completion", shell]).await.out;

        assert!(script.contains("deadletter") && script.contains("chiron"), "{shell}: {script}");
    }
    let script = desk.file("chiron.bash", &run(&["completion", "bash"]).await.out);
    match Command::new("bash").args(["-n", &script]).status() {
        Ok(status) => assert!(status.success(), "bash cannot read it"),
        Err(error) => println!("skipped: the completion in bash: {error}"),
    }
}

#[tokio::test]
async fn errors_say_what_is_wrong_and_what_to_do() {
    let desk = Desk::new();
    let (event, nowhere) = (desk.file("event.json", &example("diagnosis")), desk.path("nowhere"));
    let file = desk.file("notes.txt", "mine");
    let cases: [(&[&str], &[&str]); 10] = [
        (&["events", "show", "nonsense"], &["no event type \"nonsense\"", "`chiron events list`"]),
        (&["events", "validate", &nowhere], &[&nowhere, "No such file", "check the path"]),
        (
            &["function", "invoke", "nonsense", "--event", &event],
            &["no function \"nonsense\"", "observe, seal"],
        ),
        (&["function", "invoke", "plan", "--event", &nowhere], &[&nowhere, "check the path"]),
        (&["replay", &nowhere], &[&nowhere, "check the path"]),
        (
            &["incident", "list", "--data-dir", &nowhere],
            &["no data in", &nowhere, "`chiron demo`", "--data-dir"],
        ),
        (
            &["dataset", "list", "--data-dir", &nowhere],
            &["no data in", &nowhere, "`chiron demo`", "--data-dir"],
        ),
        (&["dataset", "verify", &nowhere], &["manifest.json", "No such file", "may not be finished"]),
        (&["demo", "--data-dir", &file], &[&file, "cannot be written", "--data-dir"]),
        (&["completion", "cmd"], &["invalid value 'cmd'", "bash, elvish, fish, powershell, zsh", "--help"]),
    ];
    for (args, words) in cases {
        let is_placed = args.contains(&"--data-dir");
        let ended = if is_placed { run(args).await } else { desk.run(args).await };

        ended.fails_with(words);
        hints_exist(&ended).await;
    }
}

#[tokio::test]
async fn what_is_missing_is_told_with_its_list() {
    let desk = Desk::new();
    let event = desk.file("event.json", &example("diagnosis"));
    desk.run(&["function", "invoke", "plan", "--event", &event]).await;
    for kind in ["incident", "plan", "label", "dataset"] {
        let ended = desk.run(&[kind, "show", "nonsense"]).await;

        ended.fails_with(&["nonsense", &format!("`chiron {kind} list`")]);
        hints_exist(&ended).await;
    }
}
