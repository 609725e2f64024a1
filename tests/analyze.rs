//! One look at files: what is wrong is found, what is well is left alone.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

use chiron::analysis::{Row, Wanted, examine, from_files, health_rows};
use chiron_model::{Severity, Timestamp};
use chiron_redact::Redactor;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// File, kind, namespace and name.
type Place = (String, Option<String>, Option<String>, Option<String>);

fn redactor() -> Redactor {
    Redactor::new(b"test")
}

fn now() -> Timestamp {
    "2026-11-21T04:17:29Z".parse().unwrap()
}

fn rows(path: &Path) -> Vec<Row> {
    examine(&mut from_files(&[path.to_owned()], &Wanted::default(), now(), &redactor()).unwrap())
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

/// A Deployment whose second revision has an image that cannot be pulled.
fn rollout() -> Value {
    let meta = |name: &str, made: &str| json!({"name": name, "namespace": "shop", "uid": format!("uid-{name}"), "creationTimestamp": made});
    let template = |image: &str| json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": image}]}});
    let owned = |mut meta: Value, kind: &str, name: &str| {
        meta["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": format!("uid-{name}"), "controller": true}]);
        meta
    };
    let revision = |name: &str, number: &str, image: &str, made: &str| {
        let mut meta = owned(meta(name, made), "Deployment", "web");
        meta["annotations"] = json!({"deployment.kubernetes.io/revision": number});
        json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": meta, "spec": {"template": template(image)}})
    };
    json!({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta("web", "2026-11-20T04:00:00Z"),
         "spec": {"replicas": 2, "template": template("web:2")}, "status": {"readyReplicas": 2, "replicas": 3, "updatedReplicas": 1}},
        revision("web-1", "1", "web:1", "2026-11-20T04:00:00Z"),
        revision("web-2", "2", "web:2", "2026-11-21T04:00:00Z"),
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": owned(meta("web-2-x", "2026-11-21T04:00:01Z"), "ReplicaSet", "web-2"),
         "spec": template("web:2")["spec"],
         "status": {"phase": "Pending", "containerStatuses": [{
            "name": "web", "image": "web:2", "ready": false, "restartCount": 0,
            "state": {"waiting": {"reason": "ImagePullBackOff", "message": "not found"}}}]}},
    ]})
}

#[test]
fn cause_is_read_from_the_revisions_of_a_workload() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "all.json", &rollout().to_string());

    let rows = rows(&path);

    let row = rows.iter().find(|it| it.condition == "ImagePullBackOff").unwrap();
    assert_eq!(row.object.title(), "Pod shop/web-2-x");
    let cause = row.cause.as_ref().unwrap();
    assert_eq!(cause.object.title(), "Deployment shop/web");
    assert_eq!(cause.field, "spec.template.spec.containers[web].image");
    assert_eq!((&cause.from, &cause.to), (&json!("web:1"), &json!("web:2")));
}

#[test]
fn broken_document_is_named_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\n\
               status: {phase: Failed, reason: Evicted, message: out of disk}\n";
    let path = write(
        folder.path(),
        "pods.yaml",
        &format!("{pod}---\nkind: [broken\n---\n{}", pod.replace("name: a", "name: b")),
    );

    let mut taken = from_files(&[path], &Wanted::default(), now(), &redactor()).unwrap();

    assert!(taken.notes.iter().any(|it| it.place.contains("pods.yaml:")), "{:?}", taken.notes);
    let evicted = examine(&mut taken).into_iter().filter(|it| it.condition == "Evicted").count();
    assert_eq!(evicted, 2);
}

/// The recordings that have the file, where they are present.
fn recordings(file: &str) -> Vec<(PathBuf, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/k8s");
    let Ok(folders) = fs::read_dir(&root) else {
        println!("skipped: recordings of real clusters (../shared/data/k8s) are not present");
        return Vec::new();
    };
    let mut found: Vec<(PathBuf, Value)> = folders
        .flatten()
        .filter_map(|it| {
            let text = fs::read_to_string(it.path().join(file)).ok()?;
            Some((it.path(), serde_json::from_str(&text).unwrap()))
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn entries(expected: &Value) -> impl Iterator<Item = (Place, &Value)> {
    expected.as_object().into_iter().flatten().flat_map(|(file, list)| {
        let text = |it: &Value, key: &str| it[key].as_str().map(str::to_owned);
        list.as_array()
            .into_iter()
            .flatten()
            .map(move |it| ((file.clone(), text(it, "kind"), text(it, "namespace"), text(it, "name")), it))
    })
}

fn place(row: &Row) -> Place {
    let object = row.object.clone();
    (row.file.clone().unwrap_or_default(), object.kind, object.namespace, object.name)
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |it: usize| f64::from(u32::try_from(it).unwrap());
    number(part) / number(whole)
}

/// The folders that say how objects fare, not what is wrong.
fn is_about_health(folder: &Path) -> bool {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    name.starts_with("04-") || name.starts_with("12-")
}

#[test]
fn findings_in_recordings_are_those_that_are_expected() {
    let (mut hits, mut wanted, mut told) = (0, 0, 0);
    for (folder, expected) in recordings("expected.json") {
        if is_about_health(&folder) {
            continue;
        }
        let rows = rows(&folder);
        let expected: BTreeSet<(Place, String)> = entries(&expected)
            .map(|(place, it)| (place, it["condition"].as_str().unwrap_or_default().to_owned()))
            .collect();
        let found: BTreeSet<(Place, String)> =
            rows.iter().map(|it| (place(it), it.condition.clone())).collect();
        let is_told = |it: &&Row| it.active && it.severity > Severity::Info;
        let said: BTreeSet<(Place, String)> =
            rows.iter().filter(is_told).map(|it| (place(it), it.condition.clone())).collect();
        hits += expected.intersection(&found).count();
        wanted += expected.len();
        told += said.difference(&expected).count();
    }
    if wanted > 0 {
        let (recall, precision) = (share(hits, wanted), share(hits, hits + told));
        println!("recall {recall:.3}, precision {precision:.3} of {wanted} findings");
        assert!(recall >= 0.95 && precision >= 0.95, "recall {recall:.3}, precision {precision:.3}");
    }
}

#[test]
fn healthy_objects_in_recordings_are_left_alone() {
    for (folder, healthy) in recordings("healthy.json") {
        let of_any_file = |(_, kind, namespace, name): Place| (String::new(), kind, namespace, name);
        let healthy: BTreeSet<Place> = entries(&healthy).map(|(place, _)| of_any_file(place)).collect();
        let rows = rows(&folder);
        let accused: Vec<&Row> =
            rows.iter().filter(|it| it.active && healthy.contains(&of_any_file(place(it)))).collect();
        assert!(accused.is_empty(), "{}: {accused:#?}", folder.display());
    }
}

#[test]
fn health_in_recordings_is_what_is_expected() {
    for (folder, expected) in recordings("expected.json").into_iter().filter(|(it, _)| is_about_health(it)) {
        let wanted = Wanted { is_health_asked: true, ..Wanted::default() };
        let taken = from_files(std::slice::from_ref(&folder), &wanted, now(), &redactor()).unwrap();
        let told: BTreeMap<Place, String> = health_rows(&taken)
            .into_iter()
            .map(|it| {
                let object = it.object;
                ((it.file.unwrap_or_default(), object.kind, None, object.name), it.health.to_string())
            })
            .collect();
        let (mut right, mut all) = (0, 0);
        for ((file, kind, _, name), it) in entries(&expected) {
            all += 1;
            let is_right =
                told.get(&(file, kind, None, name)).map(String::as_str) == it["condition"].as_str();
            right += usize::from(is_right);
        }
        println!("{}: {right} of {all}", folder.display());
        assert!(share(right, all) >= 0.95, "{}: {right} of {all}", folder.display());
    }
}
