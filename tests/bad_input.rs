//! Bad lines in a file: each is named with what is wrong with it, nothing is lost, and the rest of the file goes on.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::LazyLock,
};
use support::{
    raw::{config_map, event, with},
    recordings::{chiron, lines, replayed, replaying, run},
};

/// The recording that bad lines are mixed into.
const GOOD: &str = "shop-selector";
/// Bytes of the line that is too long.
const LONG: usize = 10 << 20;

/// A bad line, and what must be said of it.
struct Bad {
    line: Vec<u8>,
    /// The attribute or the field to blame, where there is one.
    field: Option<&'static str>,
    says: &'static str,
    /// Whether it is an event, only not one that can be taken: those are kept as dead letters.
    is_event: bool,
}

fn line(line: impl Into<Vec<u8>>, says: &'static str) -> Bad {
    Bad { line: line.into(), field: None, says, is_event: false }
}

fn attribute(name: &'static str, value: Value, says: &'static str) -> Bad {
    let text = with(&config_map("odd", 1, 0, &json!({})), name, value).to_string();
    Bad { line: text.into_bytes(), field: Some(name), says, is_event: false }
}

/// A change of an object that has `value` at `pointer`. Events need names of their own.
fn field(name: &'static str, pointer: &str, value: Value, says: &'static str) -> Bad {
    let mut change = with(&config_map("odd", 1, 0, &json!({})), "id", json!(format!("{name} {value}")));
    *change.pointer_mut(pointer).unwrap() = value;
    Bad { line: change.to_string().into_bytes(), field: Some(name), says, is_event: true }
}

fn no_json() -> Vec<Bad> {
    let change = config_map("odd", 1, 0, &json!({})).to_string();
    let long = config_map("odd", 1, 0, &json!({"blob": "x".repeat(LONG)})).to_string();
    let deep =
        change.replace(r#""data":{}"#, &format!(r#""data":{}{}"#, "[".repeat(10_000), "]".repeat(10_000)));
    let mut not_utf_8 = change.clone().into_bytes();
    let place = change.find("odd").unwrap();
    not_utf_8[place] = 0xff;
    vec![
        line("this is no JSON", "not JSON"),
        line("{\"specversion\":\"1.0\",}", "not JSON"),
        line("[1,2]", "expected an object, got a list"),
        line("\"text\"", "expected an object, got a text"),
        line("42", "expected an object, got a number"),
        line("null", "expected an object, got null"),
        line(long, "at most 2097152 are taken"),
        line(deep, "recursion limit"),
        line(not_utf_8, "not JSON"),
    ]
}

fn no_event() -> Vec<Bad> {
    vec![
        attribute("id", Value::Null, "expected a text, got null"),
        attribute("id", json!(7), "expected a text, got a number"),
        attribute("source", json!(""), "is empty"),
        attribute("type", json!(["x"]), "expected a text, got a list"),
        attribute("specversion", json!("2.0"), "expected 1.0"),
        attribute("time", json!(5), "expected a text, got a number"),
        attribute("time", json!("yesterday"), "expected an RFC 3339 time"),
        attribute("time", json!("0001-01-01T00:00:00Z"), "between the years 1678 and 2262"),
        attribute("time", json!("9999-12-31T23:59:59Z"), "between the years 1678 and 2262"),
        attribute("a_b", json!("x"), "lower-case letters and digits"),
    ]
}

fn no_change() -> Vec<Bad> {
    let mut all = vec![
        field("time", "/time", json!("1970-01-01T00:00:00Z"), "expected a time between 2014 and now"),
        field("time", "/time", json!("2100-01-01T00:00:00Z"), "expected a time between 2014 and now"),
        field("cluster", "/cluster", json!("a b"), "printable ASCII"),
        field("data", "/data", json!([1]), "must be a Kubernetes object"),
        field("data", "/data", json!("text"), "must be a Kubernetes object"),
        field("data", "/data", Value::Null, "data"),
        field("data.kind", "/data/kind", json!(["ConfigMap"]), "expected a text, got a list"),
        field("data.apiVersion", "/data/apiVersion", Value::Null, "expected a text, got nothing"),
        field("data.metadata.name", "/data/metadata/name", json!(7), "expected a text, got 7"),
        field("data.metadata.uid", "/data/metadata/uid", Value::Null, "expected a text, got nothing"),
        field(
            "data.metadata.resourceVersion",
            "/data/metadata/resourceVersion",
            json!("soon"),
            "a whole number",
        ),
    ];
    for (name, counts) in [
        ("data.count", json!({"count": -3})),
        ("data.series.count", json!({"series": {"count": -1, "lastObservedTime": "2026-11-21T04:30:00Z"}})),
    ] {
        all.push(Bad {
            line: event(name, "add", 0, &warning(&counts)).to_string().into_bytes(),
            field: Some(name),
            says: "expected a number that is not negative",
            is_event: true,
        });
    }
    all
}

/// A Kubernetes Event with these counts.
fn warning(counts: &Value) -> Value {
    let mut object = config_map("odd.1", 2, 0, &json!({}))["data"].clone();
    object["kind"] = json!("Event");
    object["reason"] = json!("BackOff");
    for (name, count) in counts.as_object().unwrap() {
        object[name] = count.clone();
    }
    object
}

/// The recording with the bad lines in between, empty lines, both ends of lines and a last line that was cut off.
fn mixture() -> (Vec<u8>, BTreeMap<u64, Bad>) {
    let mut mixed: Vec<Vec<u8>> = Vec::new();
    let mut expected = BTreeMap::new();
    let mut bad = no_json().into_iter().chain(no_event()).chain(no_change());
    for (number, good) in lines(GOOD).iter().enumerate() {
        if number % 4 == 0
            && let Some(bad) = bad.next()
        {
            mixed.push(bad.line.clone());
            expected.insert(mixed.len() as u64, bad);
        }
        if number % 5 == 0 {
            mixed.push(Vec::new());
        }
        mixed.push(if number % 3 == 0 { format!("{good}\r") } else { good.clone() }.into_bytes());
    }
    assert!(bad.next().is_none(), "there are too few good lines");
    let cut = line(&lines(GOOD)[9].as_bytes()[..300], "EOF while parsing");
    mixed.push(cut.line.clone());
    expected.insert(mixed.len() as u64, cut);
    (mixed.join(&b'\n'), expected)
}

/// One replay of the mixture.
struct Mixed {
    file: String,
    expected: BTreeMap<u64, Bad>,
    report: Value,
    dead_letters: Value,
}

static MIXED: LazyLock<Mixed> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let (bytes, expected) = mixture();
    let file = folder.path().join("mixed.ndjson");
    fs::write(&file, bytes).unwrap();
    let ran = run(&mut replaying(folder.path(), &file));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let dead_letters =
        run(chiron(&folder.path().join("data")).args(["deadletter", "list", "-o", "json"])).json();
    Mixed { file: file.display().to_string(), expected, report: ran.json(), dead_letters }
});

/// The errors of the report, by line.
fn errors() -> BTreeMap<u64, &'static Value> {
    let errors = MIXED.report["errors"].as_array().unwrap();
    errors.iter().map(|it| (it["line"].as_u64().unwrap(), it)).collect()
}

#[test]
fn every_bad_line_is_named_and_no_other() {
    let errors = errors();

    let lines: BTreeSet<u64> = errors.keys().copied().collect();

    assert_eq!(lines, MIXED.expected.keys().copied().collect::<BTreeSet<u64>>());
    for (line, bad) in &MIXED.expected {
        let error = errors[line];
        assert_eq!(error["file"], MIXED.file.as_str());
        assert!(
            error["message"].as_str().unwrap().contains(bad.says),
            "line {line}: {:?} in {error}",
            bad.says
        );
    }
}

#[test]
fn the_field_to_blame_is_named() {
    let errors = errors();

    let missed = MIXED.expected.iter().filter(|(line, bad)| errors[*line]["field"].as_str() != bad.field);

    let missed: Vec<String> =
        missed.map(|(line, bad)| format!("{:?}: {}", bad.field, errors[line])).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn the_length_of_a_long_line_is_told() {
    let long = MIXED.expected.iter().find(|(_, bad)| bad.line.len() > LONG).unwrap();

    let error = errors()[long.0];

    // With the end of the line.
    let length = (long.1.line.len() + 1).to_string();
    assert!(error["message"].as_str().unwrap().contains(&length), "{error}");
}

#[test]
fn the_rest_of_the_file_gives_the_same_incidents() {
    let clean = &replayed(GOOD).report;

    for part in ["incidents", "findings", "anomalies"] {
        assert_eq!(MIXED.report[part], clean[part], "{part}");
    }
    assert_eq!(MIXED.report["dataset"]["version"], clean["dataset"]["version"]);
}

#[test]
fn what_is_refused_is_counted_as_refused_only() {
    let clean = &replayed(GOOD).report["counts"];
    let refused = MIXED.expected.values().filter(|bad| bad.is_event).count() as u64;

    let counts = &MIXED.report["counts"];

    assert_eq!(counts["rejected"], MIXED.expected.len());
    assert_eq!(counts["events"], clean["events"].as_u64().unwrap() + refused);
    for part in ["observations", "duplicates", "ignored"] {
        assert_eq!(counts[part], clean[part], "{part}");
    }
}

#[test]
fn refused_events_are_kept_as_dead_letters() {
    let letters = MIXED.dead_letters.as_array().unwrap();
    let refused = MIXED.expected.values().filter(|bad| bad.is_event);
    let refused = refused.map(|bad| serde_json::from_slice::<Value>(&bad.line).unwrap()["id"].to_string());

    let kept: BTreeSet<String> = letters.iter().map(|it| it["event"]["id"].to_string()).collect();

    assert_eq!(kept, refused.collect::<BTreeSet<String>>());
    for letter in letters {
        assert_eq!(letter["status"], "open", "{letter}");
        assert!(!letter["error"].as_str().unwrap().is_empty(), "{letter}");
    }
}
