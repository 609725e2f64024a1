//! The stores of a real `chiron replay` or `chiron up`: S3 and DynamoDB in this process, over a folder.

use chiron::ports::Ports;
use chiron_aws::{Clients, DataFolder, Embedded, Settings, ensure};
use std::path::Path;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Stores in a folder of their own, on the disk that cargo builds on: a folder for temporary files may be in memory.
pub(crate) struct Lab {
    pub(crate) ports: Ports,
    pub(crate) clients: Clients,
    _embedded: Embedded,
    // The services end with the runtime, and the folder goes when nobody writes into it any more.
    pub(crate) runtime: Runtime,
    folder: TempDir,
}

impl Lab {
    /// Starts both services and makes the bucket and the tables, as `chiron::data::Data` does, whatever the environment
    /// says of AWS.
    pub(crate) fn open() -> Self {
        let (runtime, folder) = (Runtime::new().unwrap(), folder());
        let (embedded, clients) = runtime.block_on(async {
            let embedded = Embedded::start(DataFolder::take(folder.path()).unwrap()).await.unwrap();
            let clients = embedded.clients();
            ensure(&clients).await.unwrap();
            (embedded, clients)
        });
        Self { ports: Ports::aws(&clients, b"bench"), clients, _embedded: embedded, runtime, folder }
    }

    /// How the services are called.
    pub(crate) fn settings(&self) -> &Settings {
        self.clients.settings()
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// AWS calls so far.
    pub(crate) fn calls(&self) -> u64 {
        self.clients.calls().count()
    }
}

/// A folder that goes with its value.
pub(crate) fn folder() -> TempDir {
    TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}
