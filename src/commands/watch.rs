//! `chiron watch`

use super::Answer;
use crate::{args::WatchArgs, data::Data, settings, watching};
use anyhow::bail;
use chiron_function::Failure;
use chiron_runtime::{Sink as HttpSink, SinkError, SinkSettings, asked_to_stop};
use chiron_store::Pending;
use chiron_watch::Sink;
use cloudevents::Event;
use std::{path::Path, sync::Arc};

/// Sends changes to another process, a broker above all.
struct Away(HttpSink);

impl Sink for Away {
    fn accept(&self, events: Vec<Event>) -> Pending<'_, Vec<Result<(), Failure>>> {
        Box::pin(async move {
            let mut results = Vec::with_capacity(events.len());
            for event in &events {
                let sent = self.0.send(std::slice::from_ref(event)).await.map_err(|error| failure(&error));
                let is_over = matches!(&sent, Err(failure) if !failure.is_final());
                results.push(sent);
                // What comes after it waits, so that the order stays.
                if is_over {
                    break;
                }
            }
            results
        })
    }
}

/// What the sink will never take is not given again; all else is.
fn failure(error: &SinkError) -> Failure {
    let is_final = matches!(error, SinkError::Refused { status: 400 | 413 | 415 | 422, .. });
    if is_final { Failure::rejected(error.to_string()) } else { Failure::transient(error.to_string()) }
}

pub(super) async fn run(args: WatchArgs, data_dir: &Path) -> anyhow::Result<Answer> {
    let WatchArgs { cluster, name, sink } = args;
    let settings = match sink {
        Some(url) => Some(SinkSettings::at(&url)),
        None => settings::sink()?,
    };
    let Some(settings) = settings else {
        bail!("where changes are to be sent is not known: give --sink URL, or set K_SINK as Knative does");
    };
    if name.is_some() && cluster.context.len() > 1 {
        bail!(
            "--name can name one cluster, and {} contexts were given: they are named by their contexts",
            cluster.context.len()
        );
    }
    let clusters = watching::connect(&cluster, name.as_deref()).await?;
    let data = Data::lazy(data_dir).await?;
    let sink: Arc<dyn Sink> = Arc::new(Away(HttpSink::new(settings)));
    let watching = watching::start(clusters, &sink, &data.ports);
    asked_to_stop().await;
    watching.end().await;
    Ok(Answer::Yes)
}
