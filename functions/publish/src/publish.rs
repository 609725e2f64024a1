//! The function: build a dataset of the accepted labels and write it, the manifest last.

use chiron_dataset::{DatasetFiles, build};
use chiron_events::{DatasetPublished, DatasetRequested};
use chiron_function::{About, Call, Effects, Failure, Function, Kind};
use chiron_model::{DatasetSummary, Lane, TrainingLabel};
use chiron_store::{ObjectStore, Query, RecordStore};
use std::sync::Arc;

/// Name of the manifest. It is written last: a folder without it is not finished.
pub const MANIFEST: &str = "manifest.json";

/// Publishes datasets.
pub struct Publish {
    records: Arc<dyn RecordStore>,
    objects: Arc<dyn ObjectStore>,
}

impl Publish {
    /// Reads labels from `records` and writes datasets to `objects`.
    #[must_use]
    pub fn new(records: Arc<dyn RecordStore>, objects: Arc<dyn ObjectStore>) -> Self {
        Self { records, objects }
    }

    async fn labels(&self, lane: &Lane) -> Result<Vec<TrainingLabel>, Failure> {
        let query =
            Query { status: Some("accepted".to_owned()), lane: Some(lane.seal()), ..Query::of("label") };
        let records = self.records.query(query).await?;
        // A label of a shape that this version does not know is left out, not fatal.
        Ok(records.into_iter().filter_map(|record| serde_json::from_value(record.body).ok()).collect())
    }

    async fn write(&self, dataset: DatasetFiles) -> Result<DatasetSummary, Failure> {
        let manifest = dataset.manifest;
        let prefix = format!("datasets/{}/{}/", manifest.name, manifest.version);
        for (path, bytes) in dataset.files {
            self.objects.put(&format!("{prefix}{path}"), bytes.into()).await?;
        }
        let text = serde_json::to_vec_pretty(&manifest)
            .map_err(|error| Failure::rejected(format!("the manifest cannot be written: {error}")))?;
        self.objects.put(&format!("{prefix}{MANIFEST}"), text.into()).await?;
        Ok(DatasetSummary {
            bytes: manifest.files.iter().map(|it| it.bytes).sum(),
            name: manifest.name,
            version: manifest.version,
            labels: manifest.labels,
            prefix,
            sealed_at: manifest.sealed_at,
        })
    }
}

impl Function for Publish {
    const ABOUT: About = About {
        name: "publish",
        summary: "Writes the accepted labels as a sealed, versioned dataset.",
        kind: Kind::Function,
        state: "",
        emits_many: false,
        live: true,
        sealed: true,
        permissions: &["dynamodb:Query chiron-records", "s3:PutObject datasets/*"],
    };
    type Input = DatasetRequested;
    type Output = DatasetPublished;

    async fn handle(&self, call: Call<DatasetRequested>) -> Result<Effects<DatasetPublished>, Failure> {
        let name = call.input.name;
        let is_plain =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if !is_plain {
            return Err(Failure::rejected(format!(
                "name {name:?}: expected letters, digits, - and _; it becomes a folder"
            )));
        }
        let labels = self.labels(&call.context.lane).await?;
        let dataset = build(&name, &labels)
            .map_err(|error| Failure::rejected(format!("a label cannot be written: {error}")))?;
        let dataset = self.write(dataset).await?;
        Ok(Effects::send(vec![DatasetPublished { dataset }]))
    }
}
