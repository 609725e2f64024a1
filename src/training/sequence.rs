//! Trains a sequence learner and stores it.

use super::{TrainError, steps::Step};
use chiron_events::lake_prefix;
use chiron_model::{Digest, Lane, Timestamp};
use chiron_store::ObjectStore;
#[cfg(feature = "neural")]
use chiron_streaming::{Epoch, GruSequence};
use chiron_streaming::{Learner, SequenceDetector, Snapshot};
use serde::{Deserialize, Serialize};

/// The folder of the models, in the bucket.
const AREA: &str = "models/sequence";
/// Models are written once and read often.
const LEVEL: i32 = 19;

/// A learner that has learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// Name of the kind of learner.
    pub name: &'static str,
    /// What it knows.
    pub snapshot: Snapshot,
    /// Mean surprise of a step that is no mere repetition, in bits. Learners by counting are asked before they learn
    /// the step; networks while they go through all steps for the last time.
    pub bits: f64,
}

/// The newest model of a cluster: what `latest.json` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LatestModel {
    /// Its key in the bucket: a snapshot as JSON, compressed with zstd. The name is the SHA-256 of the file.
    pub key: String,
    /// Name of the kind of learner.
    pub name: String,
    /// Version of the form in which it is written.
    pub version: u16,
    /// Steps that it learned.
    pub steps: u64,
    /// Time of the earliest step.
    pub from: Timestamp,
    /// Time of the latest step.
    pub until: Timestamp,
    /// Mean surprise of a step that is no mere repetition, in bits.
    pub bits: f64,
}

/// Learns by counting.
#[must_use]
pub fn counting(steps: &[Step]) -> Trained {
    let mut learner = SequenceDetector::default();
    let (mut bits, mut told) = (0.0, 0.0);
    for step in steps {
        let surprise = learner.score_one(step.step()).transition;
        if surprise > 0.0 {
            bits += surprise;
            told += 1.0;
        }
        learner.learn_one(step.step());
    }
    let bits = if told > 0.0 { bits / told } else { 0.0 };
    Trained { name: SequenceDetector::NAME, snapshot: learner.snapshot(), bits }
}

/// Learns by a network.
#[cfg(feature = "neural")]
#[must_use]
pub fn network(steps: &[Step], epochs: u32, seed: u64, mut progress: impl FnMut(Epoch)) -> Trained {
    let mut learner = GruSequence::new(seed);
    let steps: Vec<_> = steps.iter().map(Step::step).collect();
    let mut bits = 0.0;
    learner.train(&steps, epochs, |epoch| {
        bits = epoch.bits;
        progress(epoch);
    });
    Trained { name: GruSequence::NAME, snapshot: learner.snapshot(), bits }
}

/// Stores a model, then says that it is the newest of its cluster. Returns that, and the size of the file in bytes.
///
/// # Errors
/// When the bucket cannot be written.
pub async fn store(
    objects: &dyn ObjectStore,
    cluster: &str,
    trained: &Trained,
    steps: &[Step],
) -> Result<(LatestModel, u64), TrainError> {
    let folder = lake_prefix(&Lane::live(), AREA, cluster);
    let Trained { name, snapshot, bits } = trained;
    let version = snapshot.version();
    let bytes = pack(snapshot)?;
    let times = steps.iter().map(|step| step.at);
    let latest = LatestModel {
        key: format!("{folder}{name}-v{version}/{}.json.zst", Digest::of(&bytes)),
        name: (*name).to_owned(),
        version,
        steps: steps.len() as u64,
        from: times.clone().min().unwrap_or_default(),
        until: times.max().unwrap_or_default(),
        bits: *bits,
    };
    let size = bytes.len() as u64;
    objects.put(&latest.key, bytes.into()).await?;
    let text = serde_json::to_vec(&latest).map_err(std::io::Error::from)?;
    objects.put(&format!("{folder}latest.json"), text.into()).await?;
    Ok((latest, size))
}

fn pack(snapshot: &Snapshot) -> std::io::Result<Vec<u8>> {
    zstd::stream::encode_all(&serde_json::to_vec(snapshot)?[..], LEVEL)
}
