//! `chiron rule`

use super::{Answer, is_json, print_json};
use crate::{args::RuleCommand, rules, tables::table};
use anyhow::bail;
use serde_json::Value;
use std::io::{self, Write};

pub(super) fn run(command: &RuleCommand) -> anyhow::Result<Answer> {
    match command {
        RuleCommand::List { output } => list(is_json(*output)),
        RuleCommand::Explain { name } => explain(name),
    }
}

fn list(as_json: bool) -> anyhow::Result<Answer> {
    let all = rules::all();
    if as_json {
        print_json(&all.iter().map(rules::json).collect::<Vec<Value>>())?;
        return Ok(Answer::Yes);
    }
    let mut table = table(&["rule", "kinds", "what it reports"]);
    for doc in &all {
        table.add_row([doc.name, &rules::kinds(doc), rules::summary(doc)]);
    }
    writeln!(io::stdout(), "{table}")?;
    Ok(Answer::Yes)
}

fn explain(name: &str) -> anyhow::Result<Answer> {
    let Some(doc) = rules::find(name) else {
        let similar = rules::similar(name);
        if similar.is_empty() {
            bail!("there is no rule {name:?}: `chiron rule list` names them all");
        }
        bail!("there is no rule {name:?}; did you mean {}?", similar.join(", "));
    };
    write!(io::stdout(), "{}", rules::text(&doc))?;
    Ok(Answer::Yes)
}
