//! Files that the program writes and that are checked in, so that a change of them is seen in review.

mod support;

use chiron::{
    args::SourceKind,
    infra::{Target, render},
    registry::descriptors,
    report::Report,
};
use schemars::schema_for;
use std::fs;
use support::{golden, path};

fn target() -> Target {
    Target {
        image: "ghcr.io/chiron/chiron:latest".to_owned(),
        namespace: "chiron".to_owned(),
        cluster: "my-cluster".to_owned(),
        source: SourceKind::ApiServer,
    }
}

#[test]
fn our_own_watch_can_be_the_source() {
    let files = render(&Target { source: SourceKind::Watch, ..target() });
    let differing: Vec<&(&str, String)> = files
        .iter()
        .zip(render(&target()))
        .filter(|(one, other)| *one != other)
        .map(|(one, _)| one)
        .collect();

    let [(name, text)] = differing.as_slice() else { panic!("only the source differs: {differing:?}") };
    golden(&format!("infra/watch/{name}"), text);
}

#[test]
fn knative_manifests_are_those_of_the_code() {
    let files = render(&target());
    for (name, text) in &files {
        golden(&format!("infra/knative/{name}"), text);
    }

    let found = fs::read_dir(path("infra/knative")).unwrap().count();

    assert_eq!(found, files.len(), "infra/knative holds files that nothing renders");
}

#[test]
fn every_input_of_a_function_reaches_its_service() {
    let files = render(&target());
    let triggers = &files.iter().find(|(name, _)| name.contains("triggers")).unwrap().1;

    for function in descriptors() {
        for ty in function.inputs {
            assert!(triggers.contains(&format!("type: {ty}\n")), "{} takes {ty}", function.about.name);
        }
    }
}

#[test]
fn the_shape_of_a_report_is_documented() {
    let schema = serde_json::to_string_pretty(&schema_for!(Report)).unwrap() + "\n";

    golden("docs/replay.schema.json", &schema);
}
