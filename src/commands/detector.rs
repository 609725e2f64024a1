//! `chiron detector`

use super::{Answer, explain, is_json, print_json};
use crate::{
    args::{DetectorCommand, DetectorPlace, Output},
    data::Data,
    tables::{self, moment, table},
};
use anyhow::bail;
use chiron_detect::{SeriesView, Shard};
use chiron_function::Ledger;
use chiron_model::{Lane, SERIES_SHARDS};
use chiron_rank::{Ranks, RanksView};
use chiron_store::{Commit, Query, StateWrite, pack, unpack};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    io::{self, Write},
    path::Path,
};

pub(super) async fn run(command: &DetectorCommand, data_dir: &Path) -> anyhow::Result<Answer> {
    let data = Data::read(data_dir).await?;
    match command {
        DetectorCommand::Inspect { text, place, output, limit } => {
            inspect(&data, text, &find(&data, place).await?, (*output, *limit)).await
        }
        DetectorCommand::Explain { id, output } => explain::run(&data, id, *output).await,
        DetectorCommand::Reset { text, place } => reset(&data, text, &find(&data, place).await?).await,
    }
}

/// A cluster in a lane.
struct Place {
    cluster: String,
    lane: Lane,
}

/// Where to look: what was typed, else where the newest anomaly was found, else the live lane of the local platform.
async fn find(data: &Data, typed: &DetectorPlace) -> anyhow::Result<Place> {
    let newest = data.ports.records.query(Query { limit: Some(1), ..Query::of("anomaly") }).await?.pop();
    let of_newest = newest.as_ref().and_then(|it| it.body["cluster"].as_str());
    Ok(Place {
        cluster: typed.cluster.clone().unwrap_or_else(|| of_newest.unwrap_or("local").to_owned()),
        lane: match &typed.lane {
            Some(text) => Lane::named(text),
            None => newest.map_or_else(Lane::live, |it| it.lane),
        },
    })
}

/// What is shown.
#[derive(Serialize)]
struct Inspected {
    cluster: String,
    lane: Lane,
    /// Samples of series for which there was no room.
    refused: u64,
    ranking: RanksView,
    series: Vec<SeriesView>,
}

async fn inspect(data: &Data, text: &str, place: &Place, shown: (Output, usize)) -> anyhow::Result<Answer> {
    let (output, limit) = shown;
    let mut found = Inspected {
        cluster: place.cluster.clone(),
        lane: place.lane.clone(),
        refused: 0,
        ranking: Ranks::default().view(),
        series: Vec::new(),
    };
    for key in shards(place) {
        if let Some((ledger, _)) = load::<Shard>(data, &key).await? {
            found.refused += ledger.state.metrics().refused();
            found.series.extend(ledger.state.metrics().views().filter(|it| it.series.contains(text)));
        }
    }
    if let Some((ledger, _)) = load::<Ranks>(data, &ranks(place)).await? {
        found.ranking = ledger.state.view();
    }
    found.series.sort_by(|a, b| (b.is_unusual, &a.series).cmp(&(a.is_unusual, &b.series)));
    let all = found.series.len();
    found.series.truncate(limit);
    if is_json(output) {
        print_json(&found)?;
    } else {
        print(&found, all)?;
    }
    Ok(Answer::Yes)
}

fn print(found: &Inspected, all: usize) -> anyhow::Result<()> {
    let mut rows = table(&["series", "metric", "samples", "dropped", "threshold", "now", "seen", "state"]);
    for it in &found.series {
        rows.add_row([
            it.series.clone(),
            it.metric.to_string(),
            it.samples.to_string(),
            it.dropped.to_string(),
            it.threshold.map_or_else(|| "warming up".to_owned(), |it| format!("{it:.3}")),
            if it.is_unusual { "unusual" } else { "usual" }.to_owned(),
            moment(it.seen_at),
            format!("{} B", it.state_bytes),
        ]);
    }
    tables::print(&rows, "no series are watched")?;
    let mut out = io::stdout().lock();
    if all > found.series.len() {
        writeln!(out, "{} of {all} series; --limit shows more", found.series.len())?;
    }
    if found.refused > 0 {
        writeln!(out, "{} samples had no room: too many series", found.refused)?;
    }
    let ranking = &found.ranking;
    writeln!(
        out,
        "cluster {}, lane {}: {} anomalies told, {} suppressed, {} outcomes and judgements learned",
        found.cluster, found.lane, ranking.kept, ranking.suppressed, ranking.learned
    )?;
    for (likeness, reason) in &ranking.dismissed {
        writeln!(out, "kept quiet: {likeness}, {reason}")?;
    }
    Ok(())
}

async fn reset(data: &Data, text: &str, place: &Place) -> anyhow::Result<Answer> {
    if text.is_empty() {
        bail!(
            "expected a part of the name of a series or workload, got nothing: `chiron detector inspect` names them"
        );
    }
    let (mut series, mut kinds) = (0, 0);
    for key in shards(place) {
        series += change::<Shard>(data, &key, |shard| shard.reset(text)).await?;
    }
    kinds += change::<Ranks>(data, &ranks(place), |ranks| ranks.reset(text)).await?;
    writeln!(
        io::stdout(),
        "cluster {}, lane {}: {series} series begin anew, {kinds} kinds of anomalies are told again",
        place.cluster,
        place.lane
    )?;
    Ok(Answer::from(series + kinds > 0))
}

/// Changes a state, unless nothing in it was concerned. A running platform notices that its own copy is old.
async fn change<S: Serialize + DeserializeOwned>(
    data: &Data,
    key: &str,
    reset: impl Fn(&mut S) -> usize,
) -> anyhow::Result<usize> {
    let Some((mut ledger, version)) = load::<S>(data, key).await? else { return Ok(0) };
    let changed = reset(&mut ledger.state);
    if changed > 0 {
        let write = StateWrite {
            key: key.to_owned(),
            expected: Some(version),
            body: pack(&ledger)?,
            expires_at: None,
            is_joined: false,
        };
        data.ports.states.commit(Commit { states: vec![write], ..Commit::default() }).await?;
    }
    Ok(changed)
}

async fn load<S: DeserializeOwned>(data: &Data, key: &str) -> anyhow::Result<Option<(Ledger<S>, u64)>> {
    let stored = data.ports.states.load(&[key.to_owned()]).await?.pop().flatten();
    stored.map(|it| Ok((unpack(key, &it.body)?, it.version))).transpose()
}

fn shards(place: &Place) -> impl Iterator<Item = String> {
    (0..SERIES_SHARDS).map(move |shard| format!("detect#{}#{}/{shard}", place.lane, place.cluster))
}

fn ranks(place: &Place) -> String {
    format!("rank#{}#{}", place.lane, place.cluster)
}
