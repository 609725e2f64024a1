//! Opens the stores: those of AWS when the environment names them, else the local ones in the data folder.

use crate::{ports::Ports, settings};
use chiron_aws::{Clients, DataFolder, Embedded, EmbeddedError, Endpoints, SetupError, ensure};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use tracing::warn;

const KEY_FILE: &str = "redaction.key";

/// Stores that are open, and what keeps them so.
pub struct Data {
    /// What functions are made with.
    pub ports: Ports,
    /// The clients behind it.
    pub clients: Clients,
    /// The local services, when this process runs them.
    _embedded: Option<Embedded>,
}

/// The stores cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The data folder cannot be used.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// The bucket or a table is missing and cannot be made.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The key of the redaction cannot be read or written.
    #[error("{path} cannot be read or written ({source}): it holds the key of the redaction")]
    Key {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// There is nothing to read.
    #[error(
        "there is no data in {0} yet: run `chiron demo`, `chiron replay` or `chiron up` first, or name another folder with --data-dir"
    )]
    Nothing(PathBuf),
}

impl Data {
    /// Opens the stores for writing, and makes what is missing.
    ///
    /// # Errors
    /// When the folder belongs to another process, is damaged or cannot be written, or AWS refuses.
    pub async fn open(folder: &Path) -> Result<Self, DataError> {
        if let Some(settings) = settings::aws() {
            let clients = Clients::new(settings);
            ensure(&clients).await?;
            return Ok(Self::remote(clients));
        }
        let taken = DataFolder::take(folder)?;
        let key = key(folder)?;
        let embedded = Embedded::start(taken).await?;
        let clients = embedded.clients();
        ensure(&clients).await?;
        Ok(Self { ports: Ports::aws(&clients, &key), clients, _embedded: Some(embedded) })
    }

    /// Opens the stores for reading: also while another process has the folder, through that process.
    ///
    /// # Errors
    /// When there is no data, or it cannot be opened.
    pub async fn read(folder: &Path) -> Result<Self, DataError> {
        if settings::aws().is_some() {
            return Self::lazy(folder).await;
        }
        if !folder.join("dynamodb.sqlite").exists() {
            return Err(DataError::Nothing(folder.to_owned()));
        }
        Self::lazy(folder).await
    }

    /// Opens the stores without asking anybody anything before it is needed.
    ///
    /// # Errors
    /// When the local folder cannot be used.
    pub async fn lazy(folder: &Path) -> Result<Self, DataError> {
        if let Some(settings) = settings::aws() {
            return Ok(Self::remote(Clients::new(settings)));
        }
        match Self::open(folder).await {
            Err(DataError::Embedded(EmbeddedError::Taken { folder, pid })) => {
                let Some(endpoints) = Endpoints::read(&folder) else {
                    return Err(EmbeddedError::Taken { folder, pid }.into());
                };
                let clients = Clients::new(endpoints.settings());
                let key = key(&folder)?;
                Ok(Self { ports: Ports::aws(&clients, &key), clients, _embedded: None })
            }
            opened => opened,
        }
    }

    fn remote(clients: Clients) -> Self {
        let key = settings::redaction_key().unwrap_or_else(|| {
            warn!("CHIRON_REDACTION_KEY is not set: equal credentials can be told by anybody who knows the bucket's name");
            clients.settings().bucket.clone().into_bytes()
        });
        Self { ports: Ports::aws(&clients, &key), clients, _embedded: None }
    }
}

/// The key of the redaction of a local folder: made once, readable by its owner only.
fn key(folder: &Path) -> Result<Vec<u8>, DataError> {
    if let Some(key) = settings::redaction_key() {
        return Ok(key);
    }
    let path = folder.join(KEY_FILE);
    let failed = |source| DataError::Key { path: path.clone(), source };
    match fs::read(&path) {
        Ok(key) if !key.is_empty() => Ok(key),
        Ok(_) => make_key(&path).map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make_key(&path).map_err(failed),
        Err(error) => Err(failed(error)),
    }
}

fn make_key(path: &Path) -> io::Result<Vec<u8>> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let key = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple()).into_bytes();
    let mut file = fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    file.write_all(&key)?;
    file.sync_all()?;
    Ok(key)
}
