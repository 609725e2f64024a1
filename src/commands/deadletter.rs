//! `chiron deadletter`

use super::{Answer, is_json, print_json, records::one};
use crate::{
    args::DeadletterCommand,
    data::Data,
    registry::{Setup, broker},
    tables::{self, moment, table},
};
use chiron_runtime::{Broker, DeadLetter};
use chiron_store::{Commit, Query, Record};
use std::{
    io::{self, Write},
    path::Path,
};

pub(super) async fn run(command: &DeadletterCommand, data_dir: &Path) -> anyhow::Result<Answer> {
    match command {
        DeadletterCommand::List { output } => list(is_json(*output), data_dir).await,
        DeadletterCommand::Replay { ids } => replay(ids, data_dir).await,
    }
}

async fn list(as_json: bool, data_dir: &Path) -> anyhow::Result<Answer> {
    let data = Data::read(data_dir).await?;
    let records = data.ports.records.query(Query::of("dead-letter")).await?;
    if as_json {
        let all: Vec<serde_json::Value> = records
            .iter()
            .map(|it| {
                let mut body = it.body.clone();
                body["status"] = it.status.clone().into();
                body
            })
            .collect();
        print_json(&all)?;
        return Ok(Answer::Yes);
    }
    let mut table = table(&["id", "status", "kept", "function", "attempts", "event", "why"]);
    for record in &records {
        let text = |key: &str| record.body[key].as_str().unwrap_or_default().to_owned();
        table.add_row([
            record.id.chars().take(8).collect(),
            record.status.clone(),
            moment(record.at),
            text("function"),
            record.body["attempts"].to_string(),
            record.body["event"]["type"].as_str().unwrap_or("(not kept)").to_owned(),
            text("error"),
        ]);
    }
    tables::print(&table, "no dead letters")?;
    Ok(Answer::Yes)
}

/// Gives dead letters to their functions again. Without a running platform this process runs the functions itself.
async fn replay(ids: &[String], data_dir: &Path) -> anyhow::Result<Answer> {
    let data = Data::read(data_dir).await?;
    let mut letters = Vec::new();
    if ids.is_empty() {
        let open = Query { status: Some("open".to_owned()), ..Query::of("dead-letter") };
        letters = data.ports.records.query(open).await?;
    }
    for id in ids {
        letters.push(one(data.ports.records.as_ref(), "dead-letter", id).await?);
    }
    let broker =
        broker(&data.ports, &Setup { default_cluster: Some("local".to_owned()), ..Setup::default() });
    let (mut done, mut left) = (0_u64, 0_u64);
    for record in letters {
        let id: String = record.id.chars().take(8).collect();
        match again(&broker, &record).await {
            Ok(()) => {
                done += 1;
                let record = Record { status: "replayed".to_owned(), ..record };
                data.ports.states.commit(Commit { records: vec![record], ..Commit::default() }).await?;
                writeln!(io::stdout(), "{id}: handled")?;
            }
            Err(reason) => {
                left += 1;
                writeln!(io::stdout(), "{id}: {reason}")?;
            }
        }
    }
    writeln!(io::stdout(), "{done} handled, {left} not")?;
    Ok(Answer::from(left == 0))
}

async fn again(broker: &Broker, record: &Record) -> Result<(), String> {
    let letter: DeadLetter =
        serde_json::from_value(record.body.clone()).map_err(|error| error.to_string())?;
    let event = letter.event.ok_or("the event itself was not kept")?;
    let courier = broker.couriers().iter().find(|it| it.service().descriptor().about.name == letter.function);
    let courier = courier.ok_or_else(|| format!("there is no function {} any more", letter.function))?;
    match courier.deliver(&[event]).await.pop() {
        Some(Ok(answer)) if answer.is_dead => Err("it failed again and is kept".to_owned()),
        Some(Ok(answer)) => {
            broker.drain(answer.outputs).await;
            Ok(())
        }
        Some(Err(failure)) => Err(failure.chain()),
        None => Err("the function gave no answer".to_owned()),
    }
}
