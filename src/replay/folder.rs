//! Where a replay puts the dataset that it published.

use crate::report::DatasetView;
use chiron_model::DatasetSummary;
use chiron_store::{ObjectStore, StoreError};
use std::path::{Path, PathBuf};

/// The dataset cannot be copied.
#[derive(Debug, thiserror::Error)]
pub enum FolderFailed {
    /// It cannot be fetched from the bucket.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be written to its folder.
    #[error("dataset folder {path} cannot be written ({source}): choose another with --out")]
    NotWritten {
        /// The folder.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}

/// Where a dataset is copied to.
#[derive(Clone, Copy, Debug)]
pub enum DatasetFolder<'a> {
    /// Into this folder.
    Exactly(&'a Path),
    /// Into a folder of its own in this one.
    Inside(&'a Path),
}

impl DatasetFolder<'_> {
    /// Copies the published files of a dataset to the folder.
    pub(super) async fn fill(
        self,
        objects: &dyn ObjectStore,
        dataset: &DatasetSummary,
    ) -> Result<DatasetView, FolderFailed> {
        let path = self.of(dataset);
        let failed = |source| FolderFailed::NotWritten { path: path.clone(), source };
        for object in objects.list(&dataset.prefix).await? {
            let bytes = objects.get(&object.key, None).await?;
            let file = path.join(object.key.trim_start_matches(&dataset.prefix));
            if let Some(parent) = file.parent() {
                tokio::fs::create_dir_all(parent).await.map_err(failed)?;
            }
            tokio::fs::write(&file, &bytes).await.map_err(failed)?;
        }
        Ok(DatasetView {
            name: dataset.name.clone(),
            version: dataset.version.clone(),
            labels: dataset.labels,
            path: path.display().to_string(),
        })
    }

    fn of(&self, dataset: &DatasetSummary) -> PathBuf {
        match self {
            Self::Exactly(path) => (*path).to_owned(),
            Self::Inside(path) => path.join(format!("{}-{}", dataset.name, dataset.version)),
        }
    }
}
