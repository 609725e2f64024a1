//! `chiron demo`

use super::{Answer, replay::replay};
use crate::{
    args::{DemoArgs, Output},
    registry::Setup,
    replay::{AFTERNOON, Input, LEAK},
};
use std::{
    io::{self, Write},
    path::Path,
};

pub(super) async fn run(args: &DemoArgs, data_dir: &Path) -> anyhow::Result<Answer> {
    if args.output == Output::Table {
        writeln!(
            io::stderr(),
            "Replaying one afternoon of a real one-node cluster: seven namespaces in which something breaks and an \
             operator repairs it, and a calm one; then half an hour of another cluster with its metrics, in which \
             the memory of a workload leaks."
        )?;
    }
    let inputs = vec![
        Input::Bytes("events/recordings/afternoon.ndjson.zst", AFTERNOON),
        Input::Bytes("events/recordings/metrics/leak.ndjson.zst", LEAK),
    ];
    let setup = Setup { default_cluster: Some("recording".to_owned()), ..Setup::default() };
    let answer = replay(inputs, setup, args.out.as_deref(), args.output, data_dir).await?;
    if args.output == Output::Table {
        let mut out = io::stdout().lock();
        writeln!(
            out,
            "\nNext: chiron incident list, chiron incident show ID, chiron anomaly list, chiron label list"
        )?;
        writeln!(out, "      chiron replay YOUR-RECORDING.ndjson, chiron up")?;
    }
    Ok(answer)
}
