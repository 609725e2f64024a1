//! Text that whoever writes to a cluster may put into it: in notes of Events, annotations, labels, settings and logs.

use super::recorded::{Scenario, time};
use chiron_model::ContainerLog;
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

/// The annotation and the label that carry it.
pub(crate) const KEY: &str = "example.test/note";

/// What is planted.
pub(crate) struct Text<'a> {
    /// In notes, annotations, settings and logs.
    pub(crate) free: &'a str,
    /// As the value of a label, where that is wanted.
    pub(crate) label: Option<&'a str>,
    /// As the value of a variable of every container, where that is wanted.
    pub(crate) variable: Option<&'a str>,
}

/// In how many places of each sort it was planted.
pub(crate) type Places = BTreeMap<&'static str, usize>;

/// The events of a scenario with the text in all of them, from the first version of each object on.
pub(crate) fn plant(scenario: &Scenario, text: &Text<'_>) -> (Vec<Value>, Places) {
    let mut places = Places::new();
    let mut events = Vec::new();
    let mut is_logged = false;
    for event in &scenario.events {
        let mut event = event.clone();
        let log = if is_logged { None } else { log(&event, text.free) };
        let object = &mut event["data"];
        mark(object, text, &mut places);
        match object["kind"].as_str().unwrap() {
            "Event" => append(object, text.free, &mut places),
            "ConfigMap" => put(&mut object["data"], "note", text.free, "setting", &mut places),
            ContainerLog::KIND => {
                object["lines"].as_array_mut().unwrap().push(json!(text.free));
                *places.entry("line").or_default() += 1;
            }
            _ => {}
        }
        if let Some(value) = text.variable {
            variables(object, value, &mut places);
        }
        events.push(event);
        if let Some(log) = log {
            is_logged = true;
            *places.entry("line").or_default() += 1;
            events.push(log);
        }
    }
    (events, places)
}

fn mark(object: &mut Value, text: &Text<'_>, places: &mut Places) {
    let metadata = &mut object["metadata"];
    put(&mut metadata["annotations"], KEY, text.free, "annotation", places);
    if let Some(label) = text.label {
        put(&mut metadata["labels"], KEY, label, "label", places);
    }
}

fn put(map: &mut Value, key: &str, value: &str, place: &'static str, places: &mut Places) {
    map[key] = json!(value);
    *places.entry(place).or_default() += 1;
}

fn append(event: &mut Value, text: &str, places: &mut Places) {
    for field in ["note", "message"] {
        if let Some(note) = event[field].as_str().map(str::to_owned) {
            event[field] = json!(format!("{note} {text}"));
            *places.entry("note").or_default() += 1;
        }
    }
}

/// Gives every container a variable of a harmless name.
fn variables(value: &mut Value, text: &str, places: &mut Places) {
    let Some(map) = value.as_object_mut() else { return };
    for (key, inner) in map {
        if key != "containers" {
            variables(inner, text, places);
            continue;
        }
        for container in inner.as_array_mut().into_iter().flatten() {
            let variable = json!({"name": "EXTRA", "value": text});
            match container["env"].as_array_mut() {
                Some(all) => all.push(variable),
                None => container["env"] = json!([variable]),
            }
            *places.entry("variable").or_default() += 1;
        }
    }
}

/// What a container of a pod wrote before it ended, as the watch tells it.
fn log(event: &Value, text: &str) -> Option<Value> {
    let pod = &event["data"];
    if pod["kind"] != "Pod" {
        return None;
    }
    let word = |path: &str| pod.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let log = ContainerLog {
        namespace: word("/metadata/namespace")?,
        pod: word("/metadata/name")?,
        pod_uid: word("/metadata/uid")?,
        container: word("/spec/containers/0/name")?,
        lines: vec!["starting".to_owned(), text.to_owned()],
        ..ContainerLog::default()
    };
    let mut told = event.clone();
    told["id"] = json!("planted log");
    told["type"] = json!("dev.knative.apiserver.resource.add");
    told["time"] = json!(time(event).plus(Duration::from_nanos(1)));
    told["data"] = log.object();
    (told["kind"], told["apiversion"]) = (json!(ContainerLog::KIND), json!(ContainerLog::API_VERSION));
    Some(told)
}
