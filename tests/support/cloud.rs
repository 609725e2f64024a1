//! DynamoDB and S3 in the test, for processes that are told where they are.
#![allow(clippy::unwrap_used, reason = "test support")]

use chiron::ports::Ports;
use chiron_aws::{Clients, DataFolder, Embedded, S3Objects, Settings, ensure};
use std::path::Path;
use tempfile::TempDir;

/// Both services over a folder that goes with the test.
pub(crate) struct Cloud {
    embedded: Embedded,
    settings: Settings,
    // Last, so that it is removed when nobody is in it any more.
    _folder: TempDir,
}

impl Cloud {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let embedded = Embedded::start(DataFolder::take(folder.path()).unwrap()).await.unwrap();
        let settings = embedded.clients().settings().clone();
        ensure(&Clients::new(settings.clone())).await.unwrap();
        Self { embedded, settings, _folder: folder }
    }

    /// The same services, with a bucket and tables of other names.
    pub(crate) async fn with_names(mut self, bucket: &str, states: &str, records: &str) -> Self {
        self.settings = Settings {
            bucket: bucket.to_owned(),
            state_table: states.to_owned(),
            records_table: records.to_owned(),
            ..self.settings
        };
        ensure(&self.clients()).await.unwrap();
        self
    }

    pub(crate) fn folder(&self) -> &Path {
        self.embedded.folder()
    }

    /// Clients that share nothing with those made before, like those of another process.
    pub(crate) fn clients(&self) -> Clients {
        Clients::new(self.settings.clone())
    }

    pub(crate) fn ports(&self) -> Ports {
        Ports::aws(&self.clients(), b"key")
    }

    pub(crate) fn objects(&self) -> S3Objects {
        S3Objects::new(self.clients())
    }

    /// The variables that tell a process where the services are and what is called how.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let Settings {
            s3_endpoint, dynamodb_endpoint, credentials, bucket, state_table, records_table, ..
        } = self.settings.clone();
        let keys = credentials.unwrap();
        vec![
            ("AWS_ENDPOINT_URL_S3", s3_endpoint.unwrap()),
            ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint.unwrap()),
            ("AWS_ACCESS_KEY_ID", keys.access_key),
            ("AWS_SECRET_ACCESS_KEY", keys.secret_key),
            ("CHIRON_BUCKET", bucket),
            ("CHIRON_STATE_TABLE", state_table),
            ("CHIRON_RECORDS_TABLE", records_table),
        ]
    }
}
