//! `chiron infra`

use super::Answer;
use crate::{
    args::InfraCommand,
    infra::{Target, render},
};
use std::io::{self, Write};

pub(super) fn run(command: &InfraCommand) -> anyhow::Result<Answer> {
    let InfraCommand::Render { out, image, namespace, cluster, source } = command;
    let target = Target {
        image: image.clone(),
        namespace: namespace.clone(),
        cluster: cluster.clone(),
        source: *source,
    };
    let files = render(&target);
    let Some(folder) = out else {
        let all: Vec<String> = files.into_iter().map(|(name, text)| format!("# {name}\n{text}")).collect();
        write!(io::stdout(), "{}", all.join("---\n"))?;
        return Ok(Answer::Yes);
    };
    std::fs::create_dir_all(folder)?;
    for (name, text) in &files {
        std::fs::write(folder.join(name), text)?;
    }
    writeln!(io::stdout(), "{} files in {}", files.len(), folder.display())?;
    Ok(Answer::Yes)
}
