//! `chiron feedback`

use super::{Answer, records::one};
use crate::{
    args::{FeedbackArgs, Verdict},
    data::Data,
    registry::{Setup, broker},
};
use anyhow::bail;
use chiron_events::{Context, FeedbackGiven, FeedbackVerdict, encode};
use chiron_model::{Anomaly, Id, Incident, Lane};
use chiron_store::Record;
use std::{
    io::{self, Write},
    path::Path,
};

/// Gives a judgement to the functions that learn from it. Without a running platform this process runs them.
pub(super) async fn run(args: &FeedbackArgs, data_dir: &Path) -> anyhow::Result<Answer> {
    let data = Data::read(data_dir).await?;
    let records = data.ports.records.as_ref();
    let (record, incident, anomalies) = match one(records, "anomaly", &args.id).await {
        Ok(record) => {
            let anomaly: Anomaly = serde_json::from_value(record.body.clone())?;
            (record, None, vec![anomaly.id])
        }
        Err(_) => match one(records, "incident", &args.id).await {
            Ok(record) => {
                let incident: Incident = serde_json::from_value(record.body.clone())?;
                let anomalies = incident.anomalies.iter().map(|it| it.id).collect();
                (record, Some(incident.id), anomalies)
            }
            Err(_) => bail!(
                "there is no anomaly and no incident {:?}: `chiron anomaly list` and `chiron incident list` name them",
                args.id
            ),
        },
    };
    let broker =
        broker(&data.ports, &Setup { default_cluster: Some("local".to_owned()), ..Setup::default() });
    let at = (data.ports.clock)();
    let mut given = Vec::new();
    if incident.is_some() {
        given.push(FeedbackGiven {
            incident,
            anomaly: None,
            verdict: verdict(args.verdict),
            by: args.by.clone(),
            at,
        });
    }
    given.extend(anomalies.iter().map(|id| FeedbackGiven {
        incident: None,
        anomaly: Some(*id),
        verdict: verdict(args.verdict),
        by: args.by.clone(),
        at,
    }));
    for lane in lanes(&record) {
        let cause = Context { lane, ..cause(&record, args) };
        for (index, feedback) in given.iter().enumerate() {
            let event = encode(&format!("/people/{}", name(&args.by)), &cause, index, feedback)?;
            broker.drain(vec![event]).await;
        }
    }
    let what = if incident.is_some() { "incident" } else { "anomaly" };
    let with =
        if incident.is_some() { format!(" and its {} anomalies", anomalies.len()) } else { String::new() };
    writeln!(io::stdout(), "{what} {}{with}: noted as {}", short(&record.id), word(args.verdict))?;
    Ok(Answer::Yes)
}

/// A judgement counts in both lanes of a cluster, or in the one of a replay.
fn lanes(record: &Record) -> Vec<Lane> {
    if record.lane.is_replay() { vec![record.lane.clone()] } else { vec![Lane::live(), Lane::sealed()] }
}

/// The cause of a judgement: the same words of the same person on the same thing are the same event.
fn cause(record: &Record, args: &FeedbackArgs) -> Context {
    let cluster = record.body["cluster"].as_str().unwrap_or("local").to_owned();
    let id = Id::derive(&[&record.id, word(args.verdict), &args.by]);
    Context { id: id.to_string(), cluster, ..Context::default() }
}

/// A name as a part of a URI.
fn name(by: &str) -> String {
    let plain: String =
        by.chars().filter(|it| it.is_ascii_alphanumeric() || "-_.@".contains(*it)).take(64).collect();
    if plain.is_empty() { "somebody".to_owned() } else { plain }
}

fn verdict(typed: Verdict) -> FeedbackVerdict {
    match typed {
        Verdict::True => FeedbackVerdict::True,
        Verdict::False => FeedbackVerdict::False,
        Verdict::Expected => FeedbackVerdict::Expected,
    }
}

fn word(typed: Verdict) -> &'static str {
    match typed {
        Verdict::True => "real",
        Verdict::False => "nothing",
        Verdict::Expected => "expected",
    }
}

fn short(id: &str) -> String {
    id.chars().take(8).collect()
}
