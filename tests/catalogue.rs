//! The event catalogue: every type has a schema and an example, and every example is what its type says.

mod support;

use chiron::examples::EXAMPLES;
use chiron_events::{CATALOGUE, RESOURCE_TYPES, ResourceChanged, payload_of};
use chiron_runtime::wire::from_json;
use cloudevents::AttributesReader;
use std::{collections::BTreeSet, fs};
use support::{golden, path};

/// The folder of a type: what is special about its name.
fn folder(ty: &str) -> String {
    ty.trim_start_matches("dev.chiron.")
        .trim_start_matches("dev.knative.apiserver.")
        .trim_end_matches(".v1")
        .to_owned()
}

#[test]
fn every_type_has_an_example() {
    let known: BTreeSet<&str> =
        CATALOGUE.iter().map(|it| it.ty).chain(RESOURCE_TYPES.iter().copied()).collect();
    let shown: BTreeSet<&str> = EXAMPLES.iter().map(|(ty, _)| *ty).collect();

    assert_eq!(shown, known);
}

#[test]
fn every_folder_belongs_to_a_type() {
    let known: BTreeSet<String> = EXAMPLES.iter().map(|(ty, _)| folder(ty)).collect();
    let folders =
        fs::read_dir(path("events")).unwrap().filter_map(Result::ok).filter(|it| it.path().is_dir());

    let strangers: Vec<String> = folders
        .filter_map(|it| it.file_name().into_string().ok())
        .filter(|name| name != "recordings" && !known.contains(name))
        .collect();

    assert!(strangers.is_empty(), "{strangers:?}");
}

#[test]
fn schemas_are_those_of_the_code() {
    for entry in CATALOGUE {
        let schema = serde_json::to_string_pretty(&(entry.schema)()).unwrap() + "\n";

        golden(&format!("events/{}/schema.json", folder(entry.ty)), &schema);
    }
}

#[test]
fn examples_fit_their_schema_and_come_back_as_they_were() {
    for entry in CATALOGUE {
        let text = EXAMPLES.iter().find(|(ty, _)| *ty == entry.ty).unwrap().1;
        let event = from_json(text.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", entry.ty));
        assert_eq!(event.ty(), entry.ty);
        let data = payload_of(event).unwrap();
        let schema = serde_json::to_value((entry.schema)()).unwrap();

        let complaints: Vec<String> = jsonschema::validator_for(&schema)
            .unwrap()
            .iter_errors(&data)
            .map(|it| format!("{} {it}", it.instance_path()))
            .collect();

        assert!(complaints.is_empty(), "{}: {complaints:?}", entry.ty);
        assert_eq!((entry.round_trip)(&data).unwrap(), data, "{}", entry.ty);
    }
}

#[test]
fn examples_survive_the_envelope() {
    for (ty, text) in EXAMPLES {
        let event = from_json(text.as_bytes()).unwrap();

        let written = serde_json::to_vec(&event).unwrap();

        assert_eq!(from_json(&written).unwrap(), event, "{ty}");
    }
}

#[test]
fn examples_of_raw_changes_are_objects() {
    for ty in RESOURCE_TYPES {
        let text = EXAMPLES.iter().find(|(name, _)| name == ty).unwrap().1;

        let change = ResourceChanged::decode(from_json(text.as_bytes()).unwrap()).unwrap();

        assert!(change.object["metadata"]["uid"].is_string(), "{ty}");
    }
}

#[test]
fn a_schema_refuses_what_does_not_fit() {
    for entry in CATALOGUE {
        let schema = serde_json::to_value((entry.schema)()).unwrap();

        let is_taken =
            jsonschema::validator_for(&schema).unwrap().is_valid(&serde_json::json!({"nothing": "of this"}));

        assert!(!is_taken, "{}", entry.ty);
    }
}
