//! DynamoDB and S3 in this process, over a folder of this machine.

use crate::{Clients, Credentials, Settings};
use hyper_util::rt::{TokioExecutor, TokioIo};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File, TryLockError},
    io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::net::TcpListener;
use tracing::warn;

/// Nothing goes by itself when it expires: it is swept.
const SWEEP: Duration = Duration::from_mins(5);
const LOCK: &str = "lock";
const ENDPOINTS: &str = "endpoints.json";
const REGION: &str = "local";

/// A data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// Another process has it.
    #[error(
        "data folder {folder} belongs to another chiron process{pid}: stop that one, or choose another folder with --data-dir"
    )]
    Taken {
        /// The folder.
        folder: PathBuf,
        /// Which process, if it says.
        pid: String,
    },
    /// It cannot be written.
    #[error("data folder {folder} cannot be written ({source}): choose another with --data-dir")]
    Unwritable {
        /// The folder.
        folder: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// What lies in it is damaged.
    #[error(
        "{file} is damaged ({reason}): nothing was changed; restore it from a backup, or move the folder away to begin anew"
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// No port is free.
    #[error("no port of 127.0.0.1 can be opened")]
    Port(#[source] io::Error),
}

/// A folder that belongs to this process until it ends.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    // The lock goes with the file.
    _lock: File,
}

/// Where a running process serves its folder, for commands that want to read from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// The process.
    pub pid: u32,
    /// URL of S3.
    pub s3: String,
    /// URL of DynamoDB.
    pub dynamodb: String,
    /// Access key.
    pub access_key: String,
    /// Secret key.
    pub secret_key: String,
}

/// Both services, running.
#[derive(Debug)]
pub struct Embedded {
    folder: DataFolder,
    endpoints: Endpoints,
}

impl DataFolder {
    /// Makes the folder if it is missing, and takes it.
    ///
    /// # Errors
    /// When it cannot be written, or belongs to another process.
    pub fn take(path: &Path) -> Result<Self, EmbeddedError> {
        let unwritable = |source| EmbeddedError::Unwritable { folder: path.to_owned(), source };
        fs::create_dir_all(path).map_err(unwritable)?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .read(true)
            .open(path.join(LOCK))
            .map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let pid = Endpoints::read(path).map_or_else(String::new, |it| format!(" (pid {})", it.pid));
                return Err(EmbeddedError::Taken { folder: path.to_owned(), pid });
            }
            Err(TryLockError::Error(source)) => return Err(unwritable(source)),
        }
        Ok(Self { path: path.to_owned(), _lock: file })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        // A file that stays behind is harmless: its process is gone, and the next one writes it anew.
        let _ = fs::remove_file(self.path.join(ENDPOINTS));
    }
}

impl Endpoints {
    /// What the process that has the folder wrote; none when there is no such process.
    #[must_use]
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(ENDPOINTS)).ok()?).ok()
    }

    /// Settings with which these endpoints are called.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            s3_endpoint: Some(self.s3.clone()),
            dynamodb_endpoint: Some(self.dynamodb.clone()),
            credentials: Some(Credentials {
                access_key: self.access_key.clone(),
                secret_key: self.secret_key.clone(),
            }),
            region: Some(REGION.to_owned()),
            ..Settings::default()
        }
    }

    /// Only the owner may read the keys.
    fn write(&self, folder: &Path) -> io::Result<()> {
        let path = folder.join(ENDPOINTS);
        let file = File::options().create(true).truncate(true).write(true).mode(0o600).open(&path)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        serde_json::to_writer(file, self).map_err(io::Error::other)
    }
}

impl Embedded {
    /// Starts both services on ports of the loopback interface.
    ///
    /// # Errors
    /// When the folder is damaged or cannot be written, or no port is free.
    pub async fn start(folder: DataFolder) -> Result<Self, EmbeddedError> {
        let key = uuid::Uuid::new_v4().simple().to_string();
        let (access_key, secret_key) = (key[..16].to_owned(), uuid::Uuid::new_v4().simple().to_string());
        let dynamodb = start_dynamodb(folder.path()).await?;
        let s3 = start_s3(folder.path(), &access_key, &secret_key).await?;
        let endpoints = Endpoints { pid: std::process::id(), s3, dynamodb, access_key, secret_key };
        endpoints
            .write(folder.path())
            .map_err(|source| EmbeddedError::Unwritable { folder: folder.path().to_owned(), source })?;
        Ok(Self { folder, endpoints })
    }

    /// Clients of both services.
    #[must_use]
    pub fn clients(&self) -> Clients {
        Clients::new(self.endpoints.settings())
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

async fn listen() -> Result<(TcpListener, u16), EmbeddedError> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(EmbeddedError::Port)?;
    let port = listener.local_addr().map_err(EmbeddedError::Port)?.port();
    Ok((listener, port))
}

async fn start_dynamodb(folder: &Path) -> Result<String, EmbeddedError> {
    let file = folder.join("dynamodb.sqlite");
    let damaged = |reason: String| EmbeddedError::Damaged { file: file.clone(), reason };
    writable(folder)?;
    let is_empty = fs::metadata(&file).is_ok_and(|it| it.len() == 0);
    if is_empty && fs::read_dir(folder.join("s3")).is_ok_and(|mut it| it.next().is_some()) {
        return Err(damaged("it is empty, although objects are stored beside it".to_owned()));
    }
    let database =
        dynoxide::Database::new(&file.to_string_lossy()).map_err(|error| damaged(error.to_string()))?;
    // Opening reads little; a look at the tables finds damage before it is built on.
    database.database_info().map_err(|error| damaged(error.to_string()))?;
    let (listener, port) = listen().await?;
    tokio::spawn(dynoxide::server::serve_on(listener, database.clone()));
    tokio::spawn(sweep(database));
    Ok(format!("http://127.0.0.1:{port}"))
}

/// A full or read-only disk is found here, with its own words, not somewhere inside a database.
fn writable(folder: &Path) -> Result<(), EmbeddedError> {
    let probe = folder.join(".probe");
    let result = fs::write(&probe, [0; 4096]).and_then(|()| fs::remove_file(&probe));
    result.map_err(|source| EmbeddedError::Unwritable { folder: folder.to_owned(), source })
}

async fn sweep(database: dynoxide::Database) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let database = database.clone();
        let swept = tokio::task::spawn_blocking(move || database.sweep_ttl()).await;
        if let Ok(Err(error)) = swept {
            warn!(error = %error, "expired items not swept");
        }
    }
}

async fn start_s3(folder: &Path, access_key: &str, secret_key: &str) -> Result<String, EmbeddedError> {
    let root = folder.join("s3");
    let unwritable = |source| EmbeddedError::Unwritable { folder: root.clone(), source };
    fs::create_dir_all(&root).map_err(unwritable)?;
    let files = s3s_fs::FileSystem::new(&root)
        .map_err(|error| EmbeddedError::Damaged { file: root.clone(), reason: format!("{error:?}") })?;
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(access_key, secret_key));
    let service = builder.build();
    let (listener, port) = listen().await?;
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let service = service.clone();
            // Without this small answers wait for the next packet.
            let _ = connection.set_nodelay(true);
            tokio::spawn(async move {
                let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                // A client that goes away in the middle is its own affair.
                let _ = server.serve_connection(TokioIo::new(connection), service).await;
            });
        }
    });
    Ok(format!("http://127.0.0.1:{port}"))
}
