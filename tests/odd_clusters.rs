//! Clusters as they also are: statuses that are no maps, names that are hard to read, very old ones, broken files.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use serde_json::{Value, json};
use std::{fs, io::Write, path::Path};
use support::{
    desk::Desk,
    process::{Ended, run},
    raw::event,
    recordings::replay_into,
};

/// A pod of that name whose container crashes again and again.
fn crashing(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": name, "namespace": "shop", "uid": format!("uid-{name}"), "resourceVersion": "7",
            "creationTimestamp": "2026-11-21T04:00:00Z",
        },
        "spec": {"containers": [{"name": "web", "image": "web:1"}]},
        "status": {"phase": "Running", "containerStatuses": [{
            "name": "web", "image": "web:1", "ready": false, "restartCount": 5,
            "state": {"waiting": {"reason": "CrashLoopBackOff"}},
            "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": "2026-11-21T04:10:00Z"}},
        }]},
    })
}

/// The names of what is said to crash.
fn crashes(ended: &Ended) -> Vec<String> {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let rows = ended.json();
    let crashes = rows.as_array().unwrap().iter().filter(|it| it["condition"] == "CrashLoopBackOff");
    crashes.map(|it| it["object"]["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn status_that_is_no_map_hides_nothing() {
    let desk = Desk::new();
    let odd = [json!("as you like it"), json!(["Ready"]), json!(7), json!(true), Value::Null];
    let mut items: Vec<Value> = odd
        .iter()
        .enumerate()
        .map(|(number, status)| {
            json!({"apiVersion": "shop.example.com/v1", "kind": "Shop",
                "metadata": {"name": format!("odd-{number}"), "namespace": "shop"}, "spec": {}, "status": status})
        })
        .collect();
    items.push(crashing("web"));
    let file =
        desk.file("all.json", &json!({"kind": "List", "apiVersion": "v1", "items": items}).to_string());

    let (found, health) = (
        run(&["analyze", &file, "-o", "json"]).await,
        run(&["analyze", &file, "--health", "-o", "json"]).await,
    );

    assert_eq!((crashes(&found), found.json().as_array().unwrap().len()), (vec!["web".to_owned()], 1));
    assert!(found.err.is_empty() && health.err.is_empty(), "{found:?} {health:?}");
    let told = health.json();
    let told: Vec<&str> = told.as_array().unwrap().iter().map(|it| it["health"].as_str().unwrap()).collect();
    assert_eq!(told, ["Unknown", "Unknown", "Unknown", "Unknown", "Progressing", "Degraded"]);
}

/// Names as the API takes them: for RBAC anything that is one part of a path, else labels between dots.
fn names() -> [String; 4] {
    let long = [&"a".repeat(63)[..], &"b".repeat(63), &"c".repeat(63), &"d".repeat(61)].join(".");
    assert_eq!(long.len(), 253);
    [long, "web.v1.2-0.x".to_owned(), "0".to_owned(), "xn--bcher-kva".to_owned()]
}

/// Objects of RBAC and what people make of it: their names hold nearly anything.
fn roles() -> Vec<Value> {
    let names = ["system:controller:job-controller", "Team Ü (all) %2e \"q\"", "a..b:*", "x\\y#z?w=1&v"];
    let subject = json!([{"kind": "User", "name": "system:serviceaccount:shop:web"}, {"kind": "User", "name": "Jörg <j@example.com>"}]);
    let mut all = Vec::new();
    for kind in ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"] {
        for (number, name) in names.iter().enumerate() {
            let mut role = json!({
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "subjects": subject,
                "metadata": {"name": name, "uid": format!("{kind}-{number}"), "resourceVersion": "3"},
            });
            if !kind.starts_with("Cluster") {
                role["metadata"]["namespace"] = json!("shop");
            }
            all.push(role);
        }
    }
    all
}

#[tokio::test]
async fn names_are_read_as_they_are() {
    let desk = Desk::new();
    let items: Vec<Value> = names().iter().map(|it| crashing(it)).chain(roles()).collect();
    let file =
        desk.file("all.json", &json!({"kind": "List", "apiVersion": "v1", "items": items}).to_string());

    let json = run(&["analyze", &file, "-o", "json"]).await;
    let table = run(&["analyze", &file]).await;
    let sarif = run(&["analyze", &file, "-o", "sarif"]).await;

    let mut wanted = names().to_vec();
    wanted.sort();
    assert_eq!(crashes(&json), wanted);
    assert!(json.err.is_empty(), "{json:?}");
    assert_eq!(table.code, Some(0));
    assert!(table.out.contains("web.v1.2-0.x"), "{table:?}");
    assert_eq!(sarif.json()["runs"][0]["results"].as_array().unwrap().len(), wanted.len());
}

#[test]
fn names_are_followed_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let objects = roles().into_iter().chain(names().map(|it| crashing(&it)));
    let lines =
        objects.zip(0..).map(|(object, second)| event(&format!("e-{second}"), "add", second, &object));
    let lines: Vec<String> = lines.map(|it| it.to_string()).collect();
    let file = folder.path().join("odd names ä.ndjson");
    fs::write(&file, lines.join("\n")).unwrap();

    let replayed = replay_into(folder.path(), &file, |_| {});

    assert_eq!(replayed.report["counts"]["rejected"], 0, "{}", replayed.text);
    let incidents = replayed.incidents().iter();
    let objects = incidents.flat_map(|it| it["objects"].as_array().unwrap());
    let mut told: Vec<&str> = objects.map(|it| it["name"].as_str().unwrap()).collect();
    told.sort_unstable();
    let mut wanted = names();
    wanted.sort();
    assert_eq!(told, wanted, "{}", replayed.text);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn files_of_any_name_are_read() {
    let desk = Desk::new();
    let pod = crashing("web").to_string();
    let name = "Übersicht der Pods/größe 100 %/web's [1] & \"more\".json";
    fs::create_dir_all(Path::new(&desk.path(name)).parent().unwrap()).unwrap();
    let plain = desk.file(name, &pod);
    let packed = desk.path("ein Bündel.json.gz");
    fs::write(&packed, gzip(pod.as_bytes())).unwrap();

    for (path, file) in [
        (&desk.path("Übersicht der Pods"), "größe 100 %/web's [1] & \"more\".json"),
        (&plain, "web's [1] & \"more\".json"),
        (&packed, "ein Bündel.json.gz"),
    ] {
        let ran = run(&["analyze", path, "-o", "json"]).await;

        assert_eq!(crashes(&ran), ["web"], "{path}");
        let told = ran.json()[0]["file"].as_str().unwrap().to_owned();
        assert!(told.ends_with(file), "{told}");
    }
}

#[tokio::test]
async fn bomb_among_good_files_is_named_and_the_others_are_read() {
    let desk = Desk::new();
    fs::create_dir(desk.folder().join("all")).unwrap();
    desk.file("all/a.json", &crashing("a").to_string());
    let bomb = [b"{\"kind\":\"".as_slice(), &vec![b' '; 64 << 20]].concat();
    fs::write(desk.path("all/b.json.gz"), gzip(&bomb)).unwrap();

    let ran = run(&["analyze", &desk.path("all"), "-o", "json"]).await;

    assert_eq!(crashes(&ran), ["a"]);
    assert!(ran.err.contains("b.json.gz") && ran.err.contains("(limit "), "{}", ran.err);
}

#[tokio::test]
async fn broken_file_among_good_ones_is_named_with_its_line() {
    let desk = Desk::new();
    fs::create_dir(desk.folder().join("all")).unwrap();
    desk.file("all/a.json", &crashing("a").to_string());
    desk.file("all/b.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: [b\nstatus: {}\n");
    desk.file("all/c.json", &crashing("c").to_string());

    let ran = run(&["analyze", &desk.path("all"), "-o", "json"]).await;

    assert_eq!(crashes(&ran), ["a", "c"]);
    assert!(ran.err.contains("warning: b.yaml:") && ran.err.lines().count() == 1, "{}", ran.err);
}

#[tokio::test]
async fn annotations_of_a_megabyte_are_read() {
    let desk = Desk::new();
    let mut pod = crashing("web");
    pod["metadata"]["annotations"] =
        json!({"example.com/blob": "x".repeat(1_000_000), "note": "ü\n".repeat(9)});
    let file = desk.file("pod.json", &pod.to_string());

    let ran = run(&["analyze", &file, "-o", "json"]).await;

    assert_eq!(crashes(&ran), ["web"]);
    assert!(ran.out.len() < 100_000, "{} bytes", ran.out.len());
}
