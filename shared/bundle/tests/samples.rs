//! Recordings of real clusters, where they are present.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic, and says what it skips")]

use chiron_bundle::{Contents, Limits, read};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The folder whose name starts with this number and a dash, or why there is none.
fn sample(number: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/k8s");
    let root = if root.is_dir() { root } else { PathBuf::from(option_env!("CHIRON_SAMPLES")?) };
    let start = format!("{number}-");
    fs::read_dir(root)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&start)))
}

fn contents(number: &str) -> Option<(PathBuf, Contents)> {
    let Some(path) = sample(number) else {
        println!("skipped: ../shared/data/k8s/{number}-* is not present");
        return None;
    };
    let contents = read(std::slice::from_ref(&path), &Limits::default()).unwrap();
    Some((path, contents))
}

fn by_kind(contents: &Contents) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for found in &contents.objects {
        *kinds.entry(found.object["kind"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    kinds
}

/// Counts items by reading each file as one JSON or YAML value and looking at its outermost level only.
fn count(folder: &Path, kinds: &mut BTreeMap<String, usize>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            count(&path, kinds);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        let yaml = path.extension().is_some_and(|extension| extension == "yaml");
        let value: Value = match (serde_json::from_str(&text), yaml) {
            (Ok(value), _) => value,
            (Err(_), true) => serde_yaml_ng::from_str(&text).unwrap(),
            (Err(_), false) => continue,
        };
        let list_kind =
            value["kind"].as_str().and_then(|kind| kind.strip_suffix("List")).unwrap_or_default().to_owned();
        let items = match (&value, value.get("items")) {
            (Value::Array(items), _) | (_, Some(Value::Array(items))) => items.clone(),
            (_, Some(Value::Null)) => Vec::new(),
            _ => vec![value],
        };
        for item in items {
            if let Some(kind) = kind_of(&item, &list_kind, &path) {
                *kinds.entry(kind).or_default() += 1;
            }
        }
    }
}

fn kind_of(item: &Value, list_kind: &str, path: &Path) -> Option<String> {
    if item.get("involvedObject").is_some()
        || (item.get("lastTimestamp").is_some() && item.get("metadata").is_none())
    {
        return Some("Event".to_owned());
    }
    if item["metadata"]["name"].as_str().is_none() && !item["status"].is_object() {
        return None;
    }
    if let Some(kind) = item["kind"].as_str() {
        return Some(kind.to_owned());
    }
    if !list_kind.is_empty() {
        return Some(list_kind.to_owned());
    }
    let text = path.to_string_lossy();
    let words = [
        ("/config/pod/", "Pod"),
        ("/config/node/", "Node"),
        ("/persistentvolumes/", "PersistentVolume"),
        ("/storageclasses/", "StorageClass"),
        ("/config/version.json", "ClusterVersion"),
        ("/rqlite-", "Pod"),
    ];
    let by_folder = words.iter().find(|(part, _)| text.contains(part)).map(|(_, kind)| (*kind).to_owned());
    by_folder.or_else(|| {
        let stem = path.file_stem()?.to_str()?;
        let plural = if stem == "Endpoints" { stem } else { stem.strip_suffix('s')? };
        plural.starts_with(char::is_uppercase).then(|| plural.to_owned())
    })
}

#[test]
fn every_item_of_the_recordings_is_found() {
    for number in ["01", "02", "03", "05", "07", "07b", "08"] {
        let Some((path, contents)) = contents(number) else { return };
        let mut expected = BTreeMap::new();
        count(&path, &mut expected);

        assert_eq!(by_kind(&contents), expected, "folder {number}");
        assert!(contents.problems.is_empty(), "{:?}", contents.problems);
    }
}

#[test]
fn an_audit_log_holds_no_events_of_the_cluster() {
    let Some((path, contents)) = contents("14") else { return };
    let log = path.join("demo.log");
    let given = read(&[log], &Limits::default()).unwrap();

    assert!(contents.objects.is_empty());
    assert!(given.objects.is_empty());
    assert!(given.documents > 30, "the log was read when it was named");
}

#[test]
fn texts_of_kubectl_become_objects() {
    let Some((_, contents)) = contents("11") else { return };
    let kinds = by_kind(&contents);

    assert!(contents.problems.is_empty(), "{:?}", contents.problems);
    for kind in ["Pod", "Deployment", "Job", "Node", "Event", "PersistentVolumeClaim"] {
        assert!(kinds.contains_key(kind), "{kind} in {kinds:?}");
    }
}
