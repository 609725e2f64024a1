//! `chiron events`

use super::{Answer, is_json, print_json};
use crate::{args::EventsCommand, examples::EXAMPLES, replay::Input, tables::table};
use anyhow::{Context, bail};
use chiron_events::{CATALOGUE, RESOURCE_TYPES, ResourceChanged, payload_of};
use chiron_model::Mechanism;
use chiron_runtime::wire::from_json;
use cloudevents::{AttributesReader, Event};
use serde_json::{Value, json};
use std::io::{self, Read, Write};

const CHANGED: &str = "An object of a cluster changed, as Knative's ApiServerSource tells it.";

pub(super) fn run(command: &EventsCommand) -> anyhow::Result<Answer> {
    match command {
        EventsCommand::List { output } => list(is_json(*output)),
        EventsCommand::Show { ty } => show(ty),
        EventsCommand::Validate { files } => {
            let inputs: Vec<Input> = files.iter().cloned().map(Input::File).collect();
            validate(&inputs)
        }
        EventsCommand::Mechanisms { output } => mechanisms(is_json(*output)),
    }
}

fn list(as_json: bool) -> anyhow::Result<Answer> {
    if as_json {
        let raw = RESOURCE_TYPES.iter().map(|ty| (*ty, CHANGED));
        let all = raw.chain(CATALOGUE.iter().map(|it| (it.ty, it.about)));
        let all: Vec<Value> = all.map(|(ty, about)| json!({"type": ty, "about": about})).collect();
        print_json(&all)?;
        return Ok(Answer::Yes);
    }
    let mut table = table(&["type", "what it means"]);
    for ty in RESOURCE_TYPES {
        table.add_row([*ty, CHANGED]);
    }
    for entry in CATALOGUE {
        table.add_row([entry.ty, entry.about]);
    }
    writeln!(io::stdout(), "{table}")?;
    Ok(Answer::Yes)
}

fn mechanisms(as_json: bool) -> anyhow::Result<Answer> {
    if as_json {
        let all: Vec<Value> =
            Mechanism::ALL.iter().map(|it| json!({"mechanism": it.as_str(), "about": it.about()})).collect();
        print_json(&all)?;
        return Ok(Answer::Yes);
    }
    let mut table = table(&["mechanism", "what it means"]);
    for mechanism in Mechanism::ALL {
        table.add_row([mechanism.as_str(), mechanism.about()]);
    }
    writeln!(io::stdout(), "{table}")?;
    Ok(Answer::Yes)
}

fn show(ty: &str) -> anyhow::Result<Answer> {
    let full = if ty.starts_with("dev.") { ty.to_owned() } else { format!("dev.chiron.{ty}.v1") };
    let (about, schema) = if RESOURCE_TYPES.contains(&full.as_str()) {
        (CHANGED, object_schema())
    } else {
        let entry = CATALOGUE.iter().find(|it| it.ty == full);
        let entry = entry
            .with_context(|| format!("there is no event type {ty:?}: `chiron events list` names them all"))?;
        (entry.about, serde_json::to_value((entry.schema)())?)
    };
    let example = EXAMPLES.iter().find(|(name, _)| *name == full).map(|(_, text)| *text);
    let example: Value = example.map(serde_json::from_str).transpose()?.unwrap_or(Value::Null);
    print_json(&json!({"type": full, "about": about, "schema": schema, "example": example}))?;
    Ok(Answer::Yes)
}

/// What `observe` needs of an object; the rest is Kubernetes' own.
fn object_schema() -> Value {
    let text = json!({"type": "string", "minLength": 1});
    json!({
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {
            "apiVersion": text,
            "kind": text,
            "metadata": {
                "type": "object",
                "required": ["name", "uid", "resourceVersion"],
                "properties": {"name": text, "uid": text, "resourceVersion": text, "namespace": {"type": "string"}},
            },
        },
    })
}

fn validate(inputs: &[Input]) -> anyhow::Result<Answer> {
    let mut out = io::stdout().lock();
    let (mut good, mut bad) = (0_u64, 0_u64);
    for input in inputs {
        let name = input.name();
        for (line, text) in texts(input)? {
            match check(&text) {
                Ok(_) => good += 1,
                Err(reason) => {
                    bad += 1;
                    writeln!(out, "{name}:{line}: {reason}")?;
                }
            }
        }
    }
    writeln!(out, "{good} valid, {bad} not")?;
    if good + bad == 0 {
        bail!(
            "there is nothing to validate: expected CloudEvents in structured mode, one a file or one a line"
        );
    }
    Ok(Answer::from(bad == 0))
}

/// The events of a file: the whole file when it is one JSON value, else its lines.
fn texts(input: &Input) -> anyhow::Result<Vec<(u64, Vec<u8>)>> {
    let mut source = input.open()?;
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes)?;
    if serde_json::from_slice::<Value>(&bytes).is_ok() {
        return Ok(vec![(1, bytes)]);
    }
    let numbered = (1..).zip(bytes.split(|byte| *byte == b'\n'));
    Ok(numbered
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .map(|(at, line)| (at, line.to_vec()))
        .collect())
}

/// Checks an event: its attributes, its data against the schema of its type, and that it is written as it is read.
fn check(text: &[u8]) -> Result<Event, String> {
    let event = from_json(text).map_err(|error| error.to_string())?;
    if RESOURCE_TYPES.contains(&event.ty()) {
        return ResourceChanged::decode(event.clone()).map(|_| event).map_err(|error| error.to_string());
    }
    let entry = CATALOGUE
        .iter()
        .find(|it| it.ty == event.ty())
        .ok_or_else(|| format!("type {} is not in the catalogue", event.ty()))?;
    let data = payload_of(event.clone()).map_err(|error| error.to_string())?;
    let schema = serde_json::to_value((entry.schema)()).map_err(|error| error.to_string())?;
    let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
    if let Some(error) = validator.iter_errors(&data).next() {
        return Err(format!("data{}: {error}", error.instance_path()));
    }
    (entry.round_trip)(&data).map(|_| event).map_err(|error| format!("data: {error}"))
}
