//! `chiron rule`

use super::{Answer, is_json, print_json};
use crate::{
    args::RuleCommand,
    rules::{self, LoadError, load, tell},
    tables::table,
};
use anyhow::bail;
use chiron_health::UserRules;
use serde_json::Value;
use std::{
    io::{self, Write},
    path::PathBuf,
};

pub(super) fn run(command: &RuleCommand) -> anyhow::Result<Answer> {
    match command {
        RuleCommand::List { output, rules } => list(is_json(*output), &*load(&rules.rules, tell)?),
        RuleCommand::Explain { name, rules } => explain(name, &*load(&rules.rules, tell)?),
        RuleCommand::Check { files } => check(files),
    }
}

fn list(as_json: bool, own: &UserRules) -> anyhow::Result<Answer> {
    let all = rules::all();
    if as_json {
        let built_in = all.iter().map(rules::json);
        print_json(&built_in.chain(own.all().iter().map(rules::user_json)).collect::<Vec<Value>>())?;
        return Ok(Answer::Yes);
    }
    let mut table = table(&["rule", "kinds", "what it reports"]);
    for doc in &all {
        table.add_row([doc.name, &rules::kinds(doc), rules::summary(doc)]);
    }
    for rule in own.all() {
        table.add_row([
            rule.name(),
            &rule.kinds().join(", "),
            &format!("{} ({})", rule.message(), rule.place()),
        ]);
    }
    writeln!(io::stdout(), "{table}")?;
    Ok(Answer::Yes)
}

fn explain(name: &str, own: &UserRules) -> anyhow::Result<Answer> {
    if let Some(rule) = own.all().iter().find(|it| it.name() == name) {
        write!(io::stdout(), "{}", rules::user_text(rule))?;
        return Ok(Answer::Yes);
    }
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

fn check(files: &[PathBuf]) -> anyhow::Result<Answer> {
    let mut out = io::stdout().lock();
    match load(files, tell) {
        Ok(read) => {
            let count = read.all().len();
            writeln!(out, "{count} {}, nothing is wrong", if count == 1 { "rule" } else { "rules" })?;
            Ok(Answer::Yes)
        }
        Err(LoadError::Wrong(mistakes)) => {
            for mistake in &mistakes {
                writeln!(out, "{mistake}")?;
            }
            Ok(Answer::No)
        }
        Err(unreadable @ LoadError::Unreadable { .. }) => Err(unreadable.into()),
    }
}
