//! `chiron function`

use super::{Answer, is_json, print_json, wait};
use crate::{
    args::{FunctionCommand, RulesArgs, ScrapeArgs},
    data::Data,
    registry::{Setup, courier, descriptors, known},
    replay::Input,
    rules::{load, log},
    settings,
    tables::table,
};
use anyhow::Context as _;
use chiron_function::Kind;
use chiron_runtime::{HOST_PERMISSIONS, Host, Sink, serve, wire::from_json};
use serde_json::{Value, json};
use std::{
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

pub(super) fn run(command: FunctionCommand, data_dir: &Path) -> anyhow::Result<Answer> {
    match command {
        FunctionCommand::List { output } => list(is_json(output)),
        FunctionCommand::Serve { names, cluster, scrape, rules } => {
            // One thread starts faster and needs less memory; a function waits more than it computes.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(serve_all(names, cluster, &scrape, &rules, data_dir))
        }
        FunctionCommand::Invoke { name, event, cluster } => wait(invoke(name, event, cluster, data_dir)),
    }
}

fn list(as_json: bool) -> anyhow::Result<Answer> {
    let all = descriptors();
    if as_json {
        let all: Vec<Value> = all
            .iter()
            .map(|it| {
                json!({
                    "name": it.about.name,
                    "summary": it.about.summary,
                    "kind": kind(it.about.kind),
                    "inputs": it.inputs,
                    "outputs": it.outputs,
                    "emits_many": it.about.emits_many,
                    "state": it.about.state,
                    "live": it.about.live,
                    "sealed": it.about.sealed,
                    "permissions": it.permissions().collect::<Vec<_>>(),
                })
            })
            .collect();
        print_json(&all)?;
        return Ok(Answer::Yes);
    }
    let mut table = table(&["function", "what it does", "takes", "emits", "state", "must be allowed to"]);
    for it in all {
        let state = if it.about.state.is_empty() { "none" } else { it.about.state };
        table.add_row([
            it.about.name,
            it.about.summary,
            &names(it.inputs),
            &names(it.outputs),
            &format!("{} ({})", state, kind(it.about.kind)),
            &it.about.permissions.join("\n"),
        ]);
    }
    writeln!(io::stdout(), "{table}")?;
    writeln!(io::stdout(), "Every function must also be allowed to: {}", HOST_PERMISSIONS.join("; "))?;
    Ok(Answer::Yes)
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Fold => "fold",
        Kind::Function => "function",
    }
}

/// Types without what they all share.
fn names(types: &[&str]) -> String {
    let short = |ty: &str| ty.trim_start_matches("dev.chiron.").trim_end_matches(".v1").to_owned();
    types.iter().map(|ty| short(ty)).collect::<Vec<_>>().join("\n")
}

async fn serve_all(
    names: Vec<String>,
    cluster: Option<String>,
    scrape: &ScrapeArgs,
    rules: &RulesArgs,
    data_dir: &Path,
) -> anyhow::Result<Answer> {
    let sink = settings::sink()?.map(Sink::new);
    let host = if settings::is_lambda() {
        Host::Lambda
    } else {
        Host::Knative { address: settings::knative_address()? }
    };
    names.iter().try_for_each(|name| known(name.trim()))?;
    let rules = load(&rules.rules, log)?;
    let data = Data::lazy(data_dir).await?;
    let reader = if scrape.is_some() { Some(scrape.reader(cluster.as_deref())?) } else { None };
    let setup = Setup { default_cluster: cluster, reader, rules, ..Setup::default() };
    let couriers =
        names.iter().map(|name| courier(name.trim(), &data.ports, &setup)).collect::<Result<Vec<_>, _>>()?;
    serve(host, couriers, sink, Arc::clone(&data.ports.metrics)).await?;
    Ok(Answer::Yes)
}

async fn invoke(name: String, event: PathBuf, cluster: String, data_dir: &Path) -> anyhow::Result<Answer> {
    known(&name)?;
    let mut text = Vec::new();
    Input::File(event.clone()).open()?.read_to_end(&mut text)?;
    let event = from_json(text.trim_ascii()).with_context(|| {
        format!(
            "{} holds no CloudEvent in structured mode; `chiron events show TYPE` prints one",
            event.display()
        )
    })?;
    let data = Data::lazy(data_dir).await?;
    let setup = Setup { default_cluster: Some(cluster), ..Setup::default() };
    let courier = courier(&name, &data.ports, &setup)?;
    match courier.deliver(&[event]).await.pop() {
        Some(Ok(answer)) => {
            let mut out = io::stdout().lock();
            for output in &answer.outputs {
                serde_json::to_writer(&mut out, output)?;
                writeln!(out)?;
            }
            let again = if answer.is_duplicate { "; it had been handled before" } else { "" };
            writeln!(io::stderr(), "{name} emitted {} events{again}", answer.outputs.len())?;
            Ok(Answer::Yes)
        }
        Some(Err(failure)) => {
            writeln!(io::stderr(), "{name}: {}", failure.chain())?;
            Ok(Answer::No)
        }
        None => Ok(Answer::No),
    }
}
