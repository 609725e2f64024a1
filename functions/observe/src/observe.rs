//! The function: normalise a batch, store it, tell what was stored.

use crate::{
    Config,
    batch::{RawObject, objects},
    normalise::{Surroundings, normalise},
};
use chiron_events::{
    Context, EncodeError, ObservationsRecorded, RESOURCE_TYPES, ResourceChanged, Section, WatermarkAdvanced,
};
use chiron_function::{About, Call, Effects, Failure, Function, Inbound, Kind, Outbound};
use chiron_model::{Id, Lane, Observation, Timestamp};
use chiron_redact::Redactor;
use chiron_store::{ObjectStore, Record};
use std::{collections::BTreeMap, sync::Arc};

/// Larger payloads are read from the bucket.
const MAX_INLINE_BYTES: u64 = 64 * 1024;

/// Tells the time of the wall clock, to refuse events from the future.
pub type Clock = fn() -> Timestamp;

/// Normalises raw cluster changes and stores them.
pub struct Observe {
    config: Config,
    objects: Arc<dyn ObjectStore>,
    redactor: Arc<Redactor>,
    clock: Clock,
}

/// A raw cluster change.
#[derive(Clone, Debug)]
pub struct Raw(ResourceChanged);

impl Inbound for Raw {
    const TYPES: &'static [&'static str] = RESOURCE_TYPES;

    fn decode(event: cloudevents::Event) -> Result<Self, chiron_events::DecodeError> {
        ResourceChanged::decode(event).map(Self)
    }
}

/// What observe emits.
#[derive(Clone, Debug, PartialEq)]
pub enum Observed {
    /// Observations of a namespace were stored.
    Recorded(ObservationsRecorded),
    /// The watermark moved.
    Advanced(WatermarkAdvanced),
}

impl Outbound for Observed {
    const TYPES: &'static [&'static str] = &[
        <ObservationsRecorded as chiron_events::Payload>::TYPE,
        <WatermarkAdvanced as chiron_events::Payload>::TYPE,
    ];

    fn encode(&self, source: &str, cause: &Context, index: usize) -> Result<cloudevents::Event, EncodeError> {
        match self {
            Self::Recorded(payload) => payload.encode(source, cause, index),
            Self::Advanced(payload) => payload.encode(source, cause, index),
        }
    }

    fn records(&self, _: &Context) -> Vec<Record> {
        Vec::new()
    }
}

impl Observe {
    /// Stores observations in `objects`.
    #[must_use]
    pub fn new(config: Config, objects: Arc<dyn ObjectStore>, redactor: Arc<Redactor>, clock: Clock) -> Self {
        Self { config, objects, redactor, clock }
    }

    fn normalise(&self, call: Call<Raw>) -> Result<Observation, Failure> {
        let around = Surroundings {
            context: &call.context,
            default_cluster: self.config.default_cluster.as_deref(),
            now: (self.clock)(),
            redactor: &self.redactor,
        };
        normalise(call.input.0, &around)
            .map_err(|refusal| Failure::Rejected { reason: refusal.to_string(), source: None })
    }

    /// Stores the observations of one cluster and says what was stored.
    async fn store(
        &self,
        cluster: &str,
        lane: &Lane,
        batch: &[&Observation],
    ) -> Result<Vec<Observed>, Failure> {
        let written = objects(cluster, lane, batch)
            .map_err(|error| Failure::transient(format!("a batch cannot be compressed: {error}")))?;
        let mut outputs = Vec::new();
        for RawObject { key, bytes, sections } in written {
            self.objects.put(&key, bytes.into()).await?;
            if lane.is_live() {
                outputs.extend(sections.into_iter().map(|(namespace, section)| {
                    Observed::Recorded(recorded(cluster, namespace, section, batch))
                }));
            }
        }
        outputs.push(Observed::Advanced(advanced(cluster, batch)));
        Ok(outputs)
    }
}

fn span(batch: &[&Observation]) -> (Timestamp, Timestamp) {
    let times = batch.iter().map(|it| it.at);
    (times.clone().min().unwrap_or_default(), times.max().unwrap_or_default())
}

fn recorded(
    cluster: &str,
    namespace: String,
    section: Section,
    batch: &[&Observation],
) -> ObservationsRecorded {
    let own: Vec<&Observation> =
        batch.iter().copied().filter(|it| it.object.namespace == namespace).collect();
    let (earliest, latest) = span(&own);
    // Compressed to an eighth or so: a generous guess that spares writing them twice to know.
    let is_small = section.length.saturating_mul(12) <= MAX_INLINE_BYTES && own.len() as u64 == section.count;
    let observations = if is_small { own.into_iter().cloned().collect() } else { Vec::new() };
    ObservationsRecorded {
        cluster: cluster.to_owned(),
        namespace,
        earliest,
        latest,
        section,
        observations: Arc::new(observations),
    }
}

fn advanced(cluster: &str, batch: &[&Observation]) -> WatermarkAdvanced {
    let (earliest, latest) = span(batch);
    let mut namespaces: BTreeMap<String, Timestamp> = BTreeMap::new();
    for observation in batch {
        let newest = namespaces.entry(observation.object.namespace.clone()).or_insert(observation.at);
        *newest = observation.at.max(*newest);
    }
    WatermarkAdvanced { cluster: cluster.to_owned(), earliest, latest, namespaces, last: false }
}

impl Function for Observe {
    const ABOUT: About = About {
        name: "observe",
        summary: "Normalises, categorises and redacts raw cluster changes and stores them in batches.",
        kind: Kind::Function,
        state: "",
        emits_many: true,
        live: true,
        sealed: true,
        permissions: &["s3:PutObject raw/*"],
    };
    type Input = Raw;
    type Output = Observed;

    async fn handle(&self, call: Call<Raw>) -> Result<Effects<Observed>, Failure> {
        self.handle_all(vec![call]).await.pop().unwrap_or_else(|| Ok(Effects::none()))
    }

    async fn handle_all(&self, calls: Vec<Call<Raw>>) -> Vec<Result<Effects<Observed>, Failure>> {
        let lanes: Vec<Lane> = calls.iter().map(|call| call.context.lane.clone()).collect();
        let normalised: Vec<Result<Observation, Failure>> =
            calls.into_iter().map(|call| self.normalise(call)).collect();
        let mut groups: BTreeMap<(String, Lane), Vec<usize>> = BTreeMap::new();
        for (index, result) in normalised.iter().enumerate() {
            if let Ok(observation) = result {
                let group = (observation.object.cluster.clone(), lanes[index].clone());
                groups.entry(group).or_default().push(index);
            }
        }
        let mut results: Vec<Option<Result<Effects<Observed>, Failure>>> =
            normalised.iter().map(|_| None).collect();
        for ((cluster, lane), members) in groups {
            let batch = distinct(members.iter().filter_map(|index| normalised[*index].as_ref().ok()));
            let stored = self.store(&cluster, &lane, &batch).await;
            share(stored, &members, &mut results);
        }
        normalised
            .into_iter()
            .zip(results)
            .map(|(normalised, result)| match (normalised, result) {
                (Err(failure), _) => Err(failure),
                (Ok(_), Some(result)) => result,
                (Ok(_), None) => Ok(Effects::none()),
            })
            .collect()
    }
}

/// The observations of a batch in order, each once, with its earliest time.
fn distinct<'a>(observations: impl Iterator<Item = &'a Observation>) -> Vec<&'a Observation> {
    let mut batch: Vec<&Observation> = Vec::new();
    let mut places: BTreeMap<Id, usize> = BTreeMap::new();
    for observation in observations {
        match places.get(&observation.id) {
            Some(place) if observation.at < batch[*place].at => batch[*place] = observation,
            Some(_) => {}
            None => {
                places.insert(observation.id, batch.len());
                batch.push(observation);
            }
        }
    }
    // Within a batch the true order is known, whatever the order of arrival.
    batch.sort_by(|a, b| a.order().cmp(&b.order()));
    batch
}

/// The first of the calls gets the effects, the others share them; a failure is everybody's.
fn share(
    stored: Result<Vec<Observed>, Failure>,
    members: &[usize],
    results: &mut [Option<Result<Effects<Observed>, Failure>>],
) {
    match stored {
        Ok(outputs) => {
            for member in members {
                results[*member] = Some(Ok(Effects::shared(members[0])));
            }
            results[members[0]] = Some(Ok(Effects::send(outputs)));
        }
        Err(failure) => {
            for member in members {
                results[*member] = Some(Err(Failure::transient(failure.to_string())));
            }
        }
    }
}
