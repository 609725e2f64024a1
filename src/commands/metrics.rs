//! `chiron metrics`

use super::{Answer, is_json, print_json};
use crate::{
    args::{FetchArgs, MetricsCommand, ScrapeArgs},
    ports::now,
    tables::{self, table},
};
use anyhow::{Context as _, bail};
use chiron_events::{Context, encode};
use chiron_model::{Lane, MetricSeries, SERIES_SHARDS, Timestamp};
use chiron_prometheus::{client::Span, query_pack::QueryPack, shards::into_batches};
use chiron_scrape::fetch;
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter, Write},
    time::Duration,
};

/// Samples of so much time are one event.
const BATCH: Duration = Duration::from_mins(1);
const SOURCE: &str = "/metrics/fetch";

pub(super) async fn run(command: &MetricsCommand) -> anyhow::Result<Answer> {
    match command {
        MetricsCommand::Queries { output } => queries(is_json(*output)),
        MetricsCommand::Fetch(args) => fetch_all(args).await,
    }
}

fn queries(as_json: bool) -> anyhow::Result<Answer> {
    let pack = QueryPack::standard();
    if as_json {
        let all: Vec<_> = pack
            .queries
            .iter()
            .map(|it| serde_json::json!({"name": it.name, "promql": it.promql, "type": it.ty, "unit": it.unit, "why": it.why}))
            .collect();
        print_json(&all)?;
        return Ok(Answer::Yes);
    }
    let mut rows = table(&["query", "type", "unit", "why", "PromQL"]);
    for it in &pack.queries {
        rows.add_row([&*it.name, it.ty.as_str(), &*it.unit, &*it.why, &*it.promql]);
    }
    tables::print(&rows, "no queries")?;
    Ok(Answer::Yes)
}

/// Reads a span and writes it as events that `replay` takes.
async fn fetch_all(args: &FetchArgs) -> anyhow::Result<Answer> {
    let until = time(args.until.as_deref(), "--until")?.unwrap_or_else(now);
    let from = time(args.from.as_deref(), "--from")?.unwrap_or_else(|| until.minus(Duration::from_hours(1)));
    if from >= until {
        bail!("expected --from before --until, got {from} and {until}");
    }
    let scrape = ScrapeArgs {
        prometheus: args.prometheus.clone(),
        scrape: args.file.iter().map(|it| it.display().to_string()).collect(),
        access: args.access.clone(),
        queries: args.queries.clone(),
        scrape_step: args.step,
        rate_window: (4 * args.step).max(60),
        ..ScrapeArgs::default()
    };
    let fetched =
        fetch(scrape.reader(Some(&args.cluster))?.as_ref(), &args.cluster, Span { from, until }).await;
    for problem in &fetched.problems {
        writeln!(io::stderr(), "{problem}")?;
    }
    let series = fetched.batches.iter().flat_map(|it| it.series.iter().cloned());
    let wanted =
        |it: &MetricSeries| args.namespace.is_empty() || args.namespace.contains(&it.owner.namespace);
    let series: Vec<MetricSeries> = series.filter(wanted).collect();
    let (count, samples) = (series.len(), series.iter().map(|it| it.samples.len()).sum::<usize>());
    match &args.out {
        None => write(args, series, &mut io::stdout().lock())?,
        Some(path) => {
            let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
            write(args, series, &mut BufWriter::new(file))?;
        }
    }
    writeln!(io::stderr(), "{count} series, {samples} samples from {from} to {until}")?;
    Ok(Answer::from(samples > 0))
}

fn time(text: Option<&str>, name: &str) -> anyhow::Result<Option<Timestamp>> {
    text.map(|text| text.parse().with_context(|| name.to_owned())).transpose()
}

/// One event for each minute and shard, in the order of time.
fn write(args: &FetchArgs, series: Vec<MetricSeries>, out: &mut impl Write) -> anyhow::Result<()> {
    let mut minutes: BTreeMap<Timestamp, Vec<MetricSeries>> = BTreeMap::new();
    for mut series in series {
        let mut parts: BTreeMap<Timestamp, Vec<_>> = BTreeMap::new();
        for sample in std::mem::take(&mut series.samples) {
            parts.entry(sample.at.floor(BATCH)).or_default().push(sample);
        }
        for (minute, samples) in parts {
            minutes.entry(minute).or_default().push(MetricSeries { samples, ..series.clone() });
        }
    }
    for (minute, series) in minutes {
        let cause = Context {
            id: minute.to_string(),
            source: SOURCE.to_owned(),
            cluster: args.cluster.clone(),
            lane: Lane::live(),
            ..Context::default()
        };
        for batch in into_batches(&args.cluster, series) {
            let index = usize::try_from(batch.shard % SERIES_SHARDS)?;
            serde_json::to_writer(&mut *out, &encode(SOURCE, &cause, index, &batch)?)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(())
}
