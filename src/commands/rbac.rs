//! `chiron rbac`

use super::Answer;
use crate::args::RbacCommand;
use chiron_cluster::{Rights, cluster_role};
use std::io::{self, Write};

pub(super) fn run(command: &RbacCommand) -> anyhow::Result<Answer> {
    let RbacCommand::Print { name, watch, logs, secrets } = command;
    let rights = Rights { watch: *watch, logs: *logs, secrets: *secrets, ..Rights::default() };
    io::stdout().lock().write_all(cluster_role(name, &rights).as_bytes())?;
    Ok(Answer::Yes)
}
