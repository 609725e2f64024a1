//! The function: read what is new, store it, tell what was stored.

use crate::{
    Ping, Reader,
    progress::{Done, Progress},
    reading::Reading,
    record,
};
use chiron_events::MetricsRecorded;
use chiron_function::{About, Call, Effects, Failure, Function, Kind};
use chiron_model::{Lane, MetricSeries, Timestamp};
use chiron_prometheus::client::Span;
use chiron_store::{ObjectStore, StateStore, StateWrite, pack, unpack};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tracing::warn;

/// The longest span that may be read again at once: it is held in memory.
const LONGEST: Duration = Duration::from_hours(6);
/// When to try again, when nobody answers.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Reads targets at every tick and records their samples.
///
/// How far each target was read is remembered, so that no sample between two ticks is lost, however late a tick is, and
/// none is read twice. A target that does not answer stays behind and is caught up with later.
pub struct Scrape {
    reader: Arc<Reader>,
    states: Arc<dyn StateStore>,
    objects: Arc<dyn ObjectStore>,
}

impl Scrape {
    /// Reads by `reader`, remembers in `states` and stores in `objects`.
    #[must_use]
    pub fn new(reader: Arc<Reader>, states: Arc<dyn StateStore>, objects: Arc<dyn ObjectStore>) -> Self {
        Self { reader, states, objects }
    }

    /// The cluster, and the time up to which it is read.
    fn place(&self, call: &Call<Ping>) -> Result<(String, Timestamp), Failure> {
        let named = Some(&call.context.cluster).filter(|it| !it.is_empty());
        let Some(cluster) = named.or(self.reader.config().default_cluster.as_ref()) else {
            return Err(Failure::rejected(
                "attribute cluster: expected the name of the cluster whose metrics are read, got none",
            ));
        };
        let Some(at) = call.input.until.or(call.context.time) else {
            return Err(Failure::rejected(
                "attribute time: expected the time up to which metrics are read, got none",
            ));
        };
        Ok((cluster.clone(), at))
    }

    /// Reads a span again, whatever was read before.
    async fn scrape_again(
        &self,
        cluster: &str,
        lane: &Lane,
        span: Span,
    ) -> Result<Vec<MetricsRecorded>, Failure> {
        if span.from > span.until || span.from.plus(LONGEST) < span.until {
            return Err(Failure::rejected(format!(
                "data: expected a span of at most {} h, got {} to {}",
                LONGEST.as_secs() / 3600,
                span.from,
                span.until
            )));
        }
        let readings = self.reader.read_span(span).await;
        self.record(cluster, lane, readings, span.until).await
    }

    /// Reads what came since the last time.
    async fn scrape_new(
        &self,
        cluster: &str,
        lane: &Lane,
        at: Timestamp,
    ) -> Result<Effects<MetricsRecorded>, Failure> {
        let key = format!("scrape#{lane}#{cluster}");
        let stored = self.states.load(std::slice::from_ref(&key)).await?.pop().flatten();
        let mut progress: Progress = match &stored {
            Some(stored) => unpack(&key, &stored.body)?,
            None => Progress::default(),
        };
        let (readings, done): (Vec<Reading>, Vec<Done>) =
            self.reader.read_new(at, |target| progress.of(target)).await.into_iter().unzip();
        if readings.is_empty() {
            return Ok(Effects::none());
        }
        for (reading, done) in readings.iter().zip(done).filter(|(reading, _)| reading.is_reached) {
            progress.note(&reading.target, done);
        }
        progress.keep(|target| self.reader.targets().any(|it| it == target));
        let mut effects = Effects::send(self.record(cluster, lane, readings, at).await?);
        effects.writes.push(StateWrite {
            key,
            expected: stored.map(|it| it.version),
            body: pack(&progress)?,
            expires_at: None,
            is_joined: false,
        });
        Ok(effects)
    }

    /// Stores what was read, and what the scrape tells of itself.
    async fn record(
        &self,
        cluster: &str,
        lane: &Lane,
        readings: Vec<Reading>,
        at: Timestamp,
    ) -> Result<Vec<MetricsRecorded>, Failure> {
        if !readings.is_empty() && readings.iter().all(|it| !it.is_reached) {
            let reasons: Vec<String> =
                readings.iter().filter_map(|it| it.problems.first()).map(ToString::to_string).collect();
            let reason = reasons.join("; ");
            return Err(Failure::Transient { reason, retry_after: RETRY_AFTER, source: None });
        }
        let mut series: Vec<MetricSeries> = Vec::new();
        for reading in readings {
            for problem in &reading.problems {
                warn!(target = problem.target, query = problem.query, error = %problem, "not scraped whole");
            }
            series.extend(reading.of_itself(at));
            series.extend(reading.series);
        }
        record(self.objects.as_ref(), cluster, lane, series).await
    }
}

impl Function for Scrape {
    const ABOUT: About = About {
        name: "scrape",
        summary: "Reads metrics from Prometheus, endpoints and files at every tick and records their samples.",
        kind: Kind::Function,
        state: "cluster",
        emits_many: true,
        live: true,
        sealed: false,
        permissions: &["s3:PutObject metrics/*"],
    };
    type Input = Ping;
    type Output = MetricsRecorded;

    async fn handle(&self, call: Call<Ping>) -> Result<Effects<MetricsRecorded>, Failure> {
        self.handle_all(vec![call]).await.pop().unwrap_or_else(|| Ok(Effects::none()))
    }

    /// Ticks of one cluster that come together, as after a pause, are one: the newest.
    async fn handle_all(&self, calls: Vec<Call<Ping>>) -> Vec<Result<Effects<MetricsRecorded>, Failure>> {
        let mut results = Vec::with_capacity(calls.len());
        let mut ticks: BTreeMap<(Lane, String), (Timestamp, Vec<usize>)> = BTreeMap::new();
        for (place, call) in calls.into_iter().enumerate() {
            let lane = call.context.lane.clone();
            results.push(match (self.place(&call), call.input.from) {
                (Err(failure), _) => Err(failure),
                (Ok((cluster, until)), Some(from)) => {
                    self.scrape_again(&cluster, &lane, Span { from, until }).await.map(Effects::send)
                }
                (Ok((cluster, at)), None) => {
                    let (newest, members) = ticks.entry((lane, cluster)).or_insert((at, Vec::new()));
                    *newest = at.max(*newest);
                    members.push(place);
                    Ok(Effects::shared(members[0]))
                }
            });
        }
        for ((lane, cluster), (at, members)) in ticks {
            let taken = self.scrape_new(&cluster, &lane, at).await;
            if let Err(failure) = &taken {
                for member in &members {
                    results[*member] = Err(alike(failure));
                }
            }
            results[members[0]] = taken;
        }
        results
    }
}

/// The same failure once more.
fn alike(failure: &Failure) -> Failure {
    match failure {
        Failure::Rejected { reason, .. } => Failure::rejected(reason.clone()),
        Failure::Transient { reason, retry_after, .. } => {
            Failure::Transient { reason: reason.clone(), retry_after: *retry_after, source: None }
        }
        Failure::InProgress => Failure::InProgress,
    }
}
