//! One replay: store the events, seal them in their order, let every stage work, publish what was learned.

use super::{
    Progress,
    folder::{DatasetFolder, FolderFailed},
    input::{Input, InputFailed},
    measured::Measured,
    reader::{Batch, Place, read},
    steps::{Step, steps},
};
use crate::{
    ports::Ports,
    registry::{Setup, broker},
    report::{Gathered, Read, Report},
};
use chiron_events::{Context, DatasetRequested, Payload, WatermarkAdvanced, cluster_of, decode, encode};
use chiron_function::Failure;
use chiron_model::{DatasetSummary, Lane, Timestamp};
use chiron_runtime::{Broker, Tap};
use cloudevents::{AttributesReader, Event};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

const MINUTE: Duration = Duration::from_mins(1);
/// The host in the `source` of events that the replay itself sends.
const SOURCE: &str = "/replay";

/// A replay cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// An input cannot be read.
    #[error(transparent)]
    Input(#[from] InputFailed),
    /// The dataset cannot be copied.
    #[error(transparent)]
    Folder(#[from] FolderFailed),
    /// The events cannot be stored.
    #[error("the events cannot be stored: {0}")]
    NotStored(String),
}

/// One replay.
pub struct Replay {
    ports: Ports,
    broker: Broker,
    gathered: Arc<Mutex<Gathered>>,
    lane: Lane,
    cluster: String,
    /// Events by cluster and minute, to cut the work into steps.
    minutes: BTreeMap<String, BTreeMap<Timestamp, u64>>,
    measured: Measured,
    read: Read,
}

impl Replay {
    /// A replay of its own: it shares no state with any other.
    #[must_use]
    pub fn new(ports: Ports, cluster: &str) -> Self {
        Self::of(ports, Setup { default_cluster: Some(cluster.to_owned()), ..Setup::default() })
    }

    /// The same, with functions that are set up so.
    #[must_use]
    pub fn of(ports: Ports, setup: Setup) -> Self {
        Self::in_lane(ports, setup, Lane::replay(&uuid::Uuid::new_v4().simple().to_string()[..8]))
    }

    /// A replay in a lane of that name.
    #[must_use]
    pub fn in_lane(ports: Ports, setup: Setup, lane: Lane) -> Self {
        let cluster = setup.default_cluster.clone().unwrap_or_default();
        let setup = Setup { is_replay: true, ..setup };
        let gathered: Arc<Mutex<Gathered>> = Arc::default();
        let seen = Arc::clone(&gathered);
        let tap: Tap = Arc::new(move |event| lock(&seen).take(event));
        Self {
            broker: broker(&ports, &setup).with_tap(tap, Arc::clone(&ports.objects)),
            ports,
            gathered,
            lane,
            cluster,
            minutes: BTreeMap::new(),
            measured: Measured::default(),
            read: Read::default(),
        }
    }

    /// Replays all inputs and publishes a dataset, which is copied to a folder: `out` itself, or one of its own in
    /// `datasets`.
    ///
    /// # Errors
    /// When an input cannot be read, or the stores or the folder cannot be written.
    pub async fn run(
        mut self,
        inputs: Vec<Input>,
        folder: DatasetFolder<'_>,
        progress: &mut Progress,
    ) -> Result<Report, ReplayError> {
        self.store(inputs, progress).await?;
        self.work(progress).await;
        let dataset = self.publish().await;
        let view = match dataset {
            Some(dataset) => Some(folder.fill(self.ports.objects.as_ref(), &dataset).await?),
            None => None,
        };
        let gathered = lock(&self.gathered);
        progress.done(&format!("published {} labels", gathered.accepted_labels));
        progress.finish();
        Ok(gathered.report(self.read.sorted(), view))
    }

    /// Reads all events and gives them to the function that stores them.
    async fn store(&mut self, inputs: Vec<Input>, progress: &mut Progress) -> Result<(), ReplayError> {
        let mut batches = read(inputs);
        while let Some(batch) = batches.recv().await {
            self.take(batch?).await?;
            progress.say(format!("reading: {} events", self.read.events));
        }
        progress.done(&format!("stored {} events", self.read.events));
        Ok(())
    }

    async fn take(&mut self, batch: Batch) -> Result<(), ReplayError> {
        self.read.errors.extend(batch.errors);
        self.read.events += batch.events.len() as u64;
        let mut taken = Vec::with_capacity(batch.events.len());
        for (place, mut event) in batch.events {
            self.mark(&mut event);
            match self.measured.take(event) {
                Ok(Some(event)) => taken.push((place, event)),
                Ok(None) => {}
                Err(failure) => self.refuse(&place, &failure),
            }
        }
        let (places, events): (Vec<Place>, Vec<Event>) = taken.into_iter().unzip();
        let times: Vec<(String, Option<Timestamp>, bool)> =
            events.iter().map(|event| self.place(event)).collect();
        let results = self.broker.accept(events).await;
        for ((place, result), (cluster, time, is_taken)) in places.into_iter().zip(results).zip(times) {
            match result {
                Ok(_) if !is_taken => self.read.ignored += 1,
                Ok(outputs) => {
                    self.note(cluster, time);
                    self.stored(outputs);
                }
                Err(failure) if failure.is_final() => self.refuse(&place, &failure),
                Err(failure) => return Err(ReplayError::NotStored(failure.chain())),
            }
        }
        Ok(())
    }

    /// Sets the lane, and the cluster where the event does not say.
    fn mark(&self, event: &mut Event) {
        event.set_extension("lane", self.lane.as_str().to_owned());
        if cluster_of(event).is_none() {
            event.set_extension("cluster", self.cluster.clone());
        }
    }

    fn place(&self, event: &Event) -> (String, Option<Timestamp>, bool) {
        let context = Context::of(event);
        let is_taken =
            self.broker.couriers().iter().any(|it| it.service().descriptor().inputs.contains(&event.ty()));
        (context.cluster, context.time, is_taken)
    }

    fn note(&mut self, cluster: String, time: Option<Timestamp>) {
        let minutes = self.minutes.entry(cluster).or_default();
        // Without a time of its own the event took that of its object; it only counts for nothing here.
        if let Some(time) = time {
            *minutes.entry(time.floor(MINUTE)).or_default() += 1;
        }
    }

    /// The watermark is moved by the replay itself, when everything is stored; until then its news are only noted.
    fn stored(&self, outputs: Vec<Event>) {
        for event in outputs.into_iter().filter(|event| event.ty() == WatermarkAdvanced::TYPE) {
            if let Ok(news) = decode(event) {
                lock(&self.gathered).stored(&news);
            }
        }
    }

    fn refuse(&mut self, place: &Place, failure: &Failure) {
        let reason = match failure {
            Failure::Rejected { reason, .. } => reason.clone(),
            Failure::Transient { .. } | Failure::InProgress => failure.chain(),
        };
        let field = reason.split_once(": ").map(|(field, _)| field);
        let field =
            field.filter(|it| *it == "data" || it.starts_with("data.") || it.starts_with("attribute "));
        let field = field.map(|it| it.trim_start_matches("attribute ").to_owned());
        self.read.refused += 1;
        self.read.errors.push(place.error(field, reason));
    }

    /// Moves the watermark from step to step, and lets every stage work off what is sealed.
    async fn work(&mut self, progress: &mut Progress) {
        self.measured.note(&mut self.minutes);
        for (cluster, minutes) in &self.minutes {
            let steps = steps(minutes, self.measured.has(cluster));
            for (number, step) in steps.iter().enumerate() {
                self.broker.drain(self.measured.until(cluster, *step)).await;
                let news = self.news(cluster, *step);
                let event = news.and_then(|it| self.emit(&format!("{cluster}/{number}"), cluster, &it));
                self.broker.drain(event.into_iter().collect()).await;
                let gathered = lock(&self.gathered);
                progress.say(format!(
                    "working: step {} of {}, {} findings, {} incidents, {} labels",
                    number + 1,
                    steps.len(),
                    gathered.finding_count(),
                    gathered.incident_count(),
                    gathered.accepted_labels
                ));
            }
        }
        let gathered = lock(&self.gathered);
        progress.done(&format!(
            "observed, assessed, detected, correlated, diagnosed, planned, verified: {} findings, {} incidents",
            gathered.finding_count(),
            gathered.incident_count()
        ));
    }

    /// What is stored of a cluster until a step; nothing for one of which only metrics are known.
    fn news(&self, cluster: &str, step: Step) -> Option<WatermarkAdvanced> {
        let gathered = lock(&self.gathered);
        let earliest = gathered.oldest(cluster)?;
        Some(WatermarkAdvanced {
            cluster: cluster.to_owned(),
            earliest,
            latest: match step {
                Step::Until(minute) => minute.plus(chiron_seal::Config::default().lateness),
                Step::End => gathered.newest(cluster).unwrap_or(earliest),
            },
            namespaces: gathered.namespaces(cluster),
            last: step == Step::End,
        })
    }

    /// An event of the replay itself.
    fn emit<P: Payload>(&self, id: &str, cluster: &str, payload: &P) -> Option<Event> {
        let cause = Context {
            id: id.to_owned(),
            source: SOURCE.to_owned(),
            cluster: cluster.to_owned(),
            lane: self.lane.clone(),
            ..Context::default()
        };
        encode(SOURCE, &cause, 0, payload).ok()
    }

    async fn publish(&self) -> Option<DatasetSummary> {
        if lock(&self.gathered).accepted_labels == 0 {
            return None;
        }
        let at = lock(&self.gathered).latest.unwrap_or_default();
        let request = DatasetRequested { name: crate::settings::dataset_name(), at };
        let event = self.emit("dataset", &self.cluster, &request)?;
        self.broker.drain(vec![event]).await;
        lock(&self.gathered).dataset.clone()
    }
}

fn lock(gathered: &Mutex<Gathered>) -> MutexGuard<'_, Gathered> {
    gathered.lock().unwrap_or_else(PoisonError::into_inner)
}
