//! `chiron record`

use super::Answer;
use crate::{
    args::RecordArgs,
    recording::{Recorder, record},
    settings,
};
use chiron_cluster::Cluster;
use chiron_redact::Redactor;
use chiron_runtime::asked_to_stop;
use std::{
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

pub(super) async fn run(args: &RecordArgs) -> anyhow::Result<Answer> {
    let access = settings::accesses(&args.cluster).into_iter().next().unwrap_or_default();
    let cluster = Cluster::connect(&access).await?;
    // A first question, so that a cluster that does not answer is told before a file is made.
    cluster.discover(&chiron_cluster::Wanted::default()).await?;
    let redactor = Arc::new(Redactor::new(uuid::Uuid::new_v4().as_bytes()));
    let recorder = Arc::new(Recorder::create(&args.out, redactor)?);
    writeln!(io::stderr(), "recording {} to {}", cluster.name(), args.out.display())?;
    let count = record(cluster, args.namespace.clone(), recorder, stopped(args.seconds)).await?;
    writeln!(
        io::stderr(),
        "recorded {count} changes; look at them with: chiron replay {}",
        args.out.display()
    )?;
    Ok(Answer::from(count > 0))
}

async fn stopped(seconds: Option<u64>) {
    match seconds {
        Some(seconds) => {
            tokio::select! {
                () = asked_to_stop() => {}
                () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
            }
        }
        None => asked_to_stop().await,
    }
}
