//! `chiron analyze`

use super::{Answer, print_json};
use crate::{
    analysis::{
        Row, Taken, Wanted, examine, from_cluster, from_files, health_rows, print_groups, print_health,
        quote_logs, sarif,
    },
    args::{AnalyzeArgs, Report},
    ports::now,
    rules::{load, tell},
    settings,
};
use chiron_cluster::Scope;
use chiron_model::Severity;
use chiron_redact::Redactor;
use serde::Serialize;
use std::io::{self, Write};

pub(super) async fn run(args: &AnalyzeArgs) -> anyhow::Result<Answer> {
    // What is shown and not kept needs no key that outlives it.
    let redactor = Redactor::new(uuid::Uuid::new_v4().as_bytes());
    let wanted = Wanted { is_health_asked: args.health, rules: load(&args.rules.rules, tell)? };
    let mut all = if args.paths.is_empty() {
        live(args, &wanted, &redactor).await?
    } else {
        vec![from_files(&args.paths, &wanted, now(), &redactor)?]
    };
    for note in all.iter().flat_map(|taken| &taken.notes) {
        writeln!(io::stderr(), "warning: {}: {}", note.place, note.message)?;
    }
    if args.health {
        let rows: Vec<_> = all.iter().flat_map(health_rows).collect();
        match args.output {
            Report::Table | Report::Wide | Report::Sarif => print_health(&rows, &mut io::stdout().lock())?,
            Report::Json => print_json(&rows)?,
            Report::Yaml => print_yaml(&rows)?,
        }
        let is_degraded = rows.iter().any(|it| it.health == chiron_health::Health::Degraded);
        return Ok(Answer::from(!(args.exit_code && is_degraded)));
    }
    let mut rows: Vec<Row> =
        all.iter_mut().flat_map(examine).filter(|row| is_asked_for(row, &args.namespace)).collect();
    if !args.no_logs {
        for note in quote_logs(&mut rows, &all, &redactor).await {
            writeln!(io::stderr(), "warning: {}: {}", note.place, note.message)?;
        }
    }
    match args.output {
        Report::Table => print_groups(&rows, false, &mut io::stdout().lock())?,
        Report::Wide => print_groups(&rows, true, &mut io::stdout().lock())?,
        Report::Json => print_json(&rows)?,
        Report::Yaml => print_yaml(&rows)?,
        Report::Sarif => print_json(&sarif(&rows, &wanted.rules))?,
    }
    let is_wrong = rows.iter().any(|it| it.active && it.severity > Severity::Info);
    Ok(Answer::from(!(args.exit_code && is_wrong)))
}

async fn live(args: &AnalyzeArgs, wanted: &Wanted, redactor: &Redactor) -> anyhow::Result<Vec<Taken>> {
    let scope = Scope { namespaces: args.namespace.clone(), ..Scope::default() };
    let accesses = settings::accesses(&args.cluster);
    let is_alone = accesses.len() == 1;
    let mut all = Vec::new();
    let mut last = None;
    for access in accesses {
        match from_cluster(&access, &scope, wanted, now(), redactor).await {
            Ok(taken) => all.push(taken),
            Err(error) if is_alone => return Err(error.into()),
            // A cluster that cannot be read is unknown; the others are not.
            Err(error) => {
                let name = access.context.as_deref().unwrap_or("cluster");
                writeln!(io::stderr(), "warning: {name}: not read, so nothing is known of it: {error}")?;
                last = Some(error);
            }
        }
    }
    if let (Some(error), true) = (last, all.is_empty()) {
        return Err(error.into());
    }
    Ok(all)
}

/// Objects of the cluster concern every namespace.
fn is_asked_for(row: &Row, namespaces: &[String]) -> bool {
    let namespace = row.object.namespace.as_ref();
    namespaces.is_empty() || namespace.is_none_or(|it| namespaces.contains(it))
}

fn print_yaml(value: &impl Serialize) -> anyhow::Result<()> {
    // Values first, so that the order of fields and the words are those of the JSON.
    let text = serde_yaml_ng::to_string(&serde_json::to_value(value)?)?;
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}
