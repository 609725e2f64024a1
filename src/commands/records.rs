//! `chiron incident`, `chiron plan` and `chiron label`

use super::{Answer, is_json, print_json};
use crate::{
    args::{Output, RecordCommand},
    data::Data,
    replay::incident_tables,
    tables::{self, moment, table},
    view::{IncidentView, Parts},
};
use anyhow::bail;
use chiron_model::{Decision, Incident, TrainingLabel};
use chiron_store::{Query, Record, RecordStore};
use serde::de::DeserializeOwned;
use std::{
    io::{self, Write},
    path::Path,
};

pub(super) async fn incidents(command: &RecordCommand, data_dir: &Path) -> anyhow::Result<Answer> {
    let data = Data::read(data_dir).await?;
    let records = data.ports.records.as_ref();
    let (found, output) = match command {
        RecordCommand::List { output, limit } => (newest(records, "incident", *limit).await?, *output),
        RecordCommand::Show { id, output } => (vec![one(records, "incident", id).await?], *output),
    };
    let mut views = Vec::with_capacity(found.len());
    for record in found {
        views.push(view(records, record).await?);
    }
    match command {
        RecordCommand::Show { .. } if is_json(output) => print_json(&views[0])?,
        _ if is_json(output) => print_json(&views)?,
        _ if views.is_empty() => writeln!(io::stdout(), "There are no incidents.")?,
        RecordCommand::List { .. } => list(&views)?,
        RecordCommand::Show { .. } => incident_tables(&views, &mut io::stdout().lock())?,
    }
    Ok(Answer::Yes)
}

fn list(views: &[IncidentView]) -> anyhow::Result<()> {
    let mut table = table(&["incident", "severity", "opened", "where", "symptoms", "root cause", "outcome"]);
    for it in views {
        let cause = it.root_cause.as_ref().map_or("not known", |cause| cause.mechanism.as_str());
        let outcome = serde_json::to_value(it.outcome.state)?;
        table.add_row([
            it.id.short(),
            it.severity.to_string(),
            moment(it.opened_at),
            format!(
                "{}/{} {}",
                it.cluster,
                it.namespace,
                it.objects.first().map_or_else(String::new, chiron_model::ObjectRef::title)
            ),
            it.conditions.join(", "),
            cause.to_owned(),
            outcome.as_str().unwrap_or_default().to_owned(),
        ]);
    }
    tables::print(&table, "no incidents")?;
    Ok(())
}

/// Puts an incident together from its records.
async fn view(records: &dyn RecordStore, record: Record) -> anyhow::Result<IncidentView> {
    let id = record.id.clone();
    let incident: Incident = serde_json::from_value(record.body)?;
    let labels = records.query(Query { lane: Some(record.lane), ..Query::of("label") }).await?;
    let labels = labels.into_iter().filter_map(|it| serde_json::from_value::<TrainingLabel>(it.body).ok());
    let mut labels: Vec<_> = labels.filter(|it| it.incident == incident.id).map(|it| it.id).collect();
    labels.sort();
    let parts = Parts {
        diagnosis: body(records, "diagnosis", &id).await?,
        plan: body(records, "plan", &id).await?,
        outcome: body(records, "outcome", &id).await?,
        labels,
    };
    Ok(IncidentView::new(&incident, parts))
}

async fn body<T: DeserializeOwned>(
    records: &dyn RecordStore,
    kind: &str,
    id: &str,
) -> anyhow::Result<Option<T>> {
    let Some(record) = records.get(kind, id).await? else { return Ok(None) };
    Ok(Some(serde_json::from_value(record.body)?))
}

pub(super) async fn plans(command: &RecordCommand, data_dir: &Path) -> anyhow::Result<Answer> {
    let data = Data::read(data_dir).await?;
    let records = data.ports.records.as_ref();
    match command {
        RecordCommand::List { output, limit } => {
            let found = newest(records, "plan", *limit).await?;
            if is_json(*output) {
                print_json(&found.iter().map(plan_json).collect::<Vec<_>>())?;
                return Ok(Answer::Yes);
            }
            let mut table = table(&["incident", "made", "decision", "plan", "risk", "approval"]);
            for record in &found {
                table.add_row(plan_row(record)?);
            }
            tables::print(&table, "no plans")?;
        }
        RecordCommand::Show { id, output } => show(&one(records, "plan", id).await?, *output, plan_json)?,
    }
    Ok(Answer::Yes)
}

fn plan_json(record: &Record) -> serde_json::Value {
    serde_json::json!({"incident": record.id, "status": record.status, "at": record.at, "plan": record.body})
}

fn plan_row(record: &Record) -> anyhow::Result<Vec<String>> {
    let incident: String = record.id.chars().take(8).collect();
    let decision: Decision = serde_json::from_value(record.body.clone())?;
    Ok(match decision {
        Decision::Declined { declined } => {
            vec![incident, moment(record.at), record.status.clone(), declined, String::new(), String::new()]
        }
        Decision::Proposed(plan) => {
            let steps: Vec<String> =
                plan.actions.iter().map(|it| format!("{} {}", it.verb.name(), it.object)).collect();
            let risk = serde_json::to_value(plan.risk)?;
            let approval = if plan.approval.required { "needed" } else { "not needed" };
            vec![
                incident,
                moment(record.at),
                record.status.clone(),
                steps.join("; then "),
                risk.as_str().unwrap_or_default().to_owned(),
                format!("{approval}: {}", plan.approval.reason),
            ]
        }
    })
}

pub(super) async fn labels(command: &RecordCommand, data_dir: &Path) -> anyhow::Result<Answer> {
    let data = Data::read(data_dir).await?;
    let records = data.ports.records.as_ref();
    match command {
        RecordCommand::List { output, limit } => {
            let found = newest(records, "label", *limit).await?;
            if is_json(*output) {
                print_json(&found.iter().map(|it| &it.body).collect::<Vec<_>>())?;
                return Ok(Answer::Yes);
            }
            let mut table = table(&["label", "status", "type", "family", "question"]);
            for record in &found {
                let label = record.body.get("label").unwrap_or(&record.body);
                let text = |key: &str| label[key].as_str().unwrap_or_default().to_owned();
                let id: String = record.id.chars().take(8).collect();
                table.add_row([
                    id,
                    record.status.clone(),
                    text("label_type"),
                    text("family"),
                    text("question"),
                ]);
            }
            tables::print(&table, "no labels")?;
        }
        RecordCommand::Show { id, output } => {
            show(&one(records, "label", id).await?, *output, |record| record.body.clone())?;
        }
    }
    Ok(Answer::Yes)
}

/// Shows one record: JSON, or its fields for people.
fn show(record: &Record, output: Output, json: impl Fn(&Record) -> serde_json::Value) -> anyhow::Result<()> {
    let value = json(record);
    if is_json(output) {
        return print_json(&value);
    }
    let mut out = io::stdout().lock();
    for (key, value) in value.as_object().into_iter().flatten() {
        match value.as_str() {
            Some(text) => writeln!(out, "{key}: {text}")?,
            None => writeln!(out, "{key}: {}", serde_json::to_string_pretty(value)?)?,
        }
    }
    Ok(())
}

async fn newest(records: &dyn RecordStore, kind: &str, limit: usize) -> anyhow::Result<Vec<Record>> {
    Ok(records.query(Query { limit: Some(limit), ..Query::of(kind) }).await?)
}

/// The record of that id, or the only one whose id begins so.
pub(super) async fn one(records: &dyn RecordStore, kind: &str, id: &str) -> anyhow::Result<Record> {
    if let Some(record) = records.get(kind, id).await? {
        return Ok(record);
    }
    let mut found = records.query(Query::of(kind)).await?;
    found.retain(|record| record.id.starts_with(id));
    match (found.pop(), found.is_empty()) {
        (Some(record), true) => Ok(record),
        (Some(_), false) => bail!("{} {kind}s begin with {id:?}: give more of the id", found.len() + 1),
        (None, _) => {
            let command = kind.replace('-', "");
            bail!("there is no {kind} {id:?}: `chiron {command} list` names them all")
        }
    }
}
