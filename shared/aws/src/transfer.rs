//! Downloads of objects: in ranges side by side, resumed where they stopped, checked at the end.

use crate::S3Objects;
use chiron_model::Digest;
use chiron_store::{ObjectStore, StoreError};
use futures::{StreamExt, TryStreamExt, stream};
use sha2::{Digest as _, Sha256};
use std::{
    io,
    path::{Path, PathBuf},
};
use tokio::{
    fs::{self, File, OpenOptions},
    io::{AsyncReadExt, AsyncWriteExt},
};

/// Bytes of one range.
const RANGE: u64 = 4 << 20;
/// Ranges that are fetched at once.
const SIDE_BY_SIDE: usize = 4;

/// One object to be downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// Key of the object.
    pub key: String,
    /// Where it shall lie.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub sha256: Digest,
}

/// A download did not end well.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The bucket does not give it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk does not take it.
    #[error("{path} cannot be written")]
    Disk {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// What came is not what was published.
    #[error("{key}: expected sha256 {expected}, got {actual}; the partial file was removed, try again")]
    Digest {
        /// Key of the object.
        key: String,
        /// What was published.
        expected: Digest,
        /// What came.
        actual: Digest,
    },
}

/// Downloads an object. `progress` is called with the bytes that were added, those that lay there already included.
///
/// # Errors
/// When the bucket, the disk or the check fails. What was fetched stays beside the target, and the next call goes on there.
pub async fn download(
    objects: &S3Objects,
    download: &Download,
    progress: &(impl Fn(u64) + Sync),
) -> Result<(), TransferError> {
    let disk = |source| TransferError::Disk { path: download.path.clone(), source };
    if is_whole(download).await {
        progress(download.bytes);
        return Ok(());
    }
    if let Some(parent) = download.path.parent() {
        fs::create_dir_all(parent).await.map_err(disk)?;
    }
    let partial = partial(&download.path);
    let mut file = OpenOptions::new().create(true).append(true).open(&partial).await.map_err(disk)?;
    let mut have = file.metadata().await.map_err(disk)?.len();
    if have > download.bytes {
        file.set_len(0).await.map_err(disk)?;
        have = 0;
    }
    progress(have);
    // Ranges are fetched side by side and written one after the other, so that a partial file has no holes.
    let starts: Vec<u64> = (have..download.bytes).step_by(usize::try_from(RANGE).unwrap_or(1)).collect();
    let mut ranges = stream::iter(starts)
        .map(|start| {
            let end = (start + RANGE).min(download.bytes);
            objects.get(&download.key, Some(start..end))
        })
        .buffered(SIDE_BY_SIDE);
    while let Some(bytes) = ranges.try_next().await? {
        file.write_all(&bytes).await.map_err(disk)?;
        progress(bytes.len() as u64);
    }
    file.sync_all().await.map_err(disk)?;
    drop(file);
    finish(download, &partial).await
}

/// Checks what was fetched and puts it in its place.
async fn finish(download: &Download, partial: &Path) -> Result<(), TransferError> {
    let disk = |source| TransferError::Disk { path: download.path.clone(), source };
    let actual = digest(partial).await.map_err(disk)?;
    if actual != download.sha256 {
        fs::remove_file(partial).await.map_err(disk)?;
        return Err(TransferError::Digest {
            key: download.key.clone(),
            expected: download.sha256.clone(),
            actual,
        });
    }
    fs::rename(partial, &download.path).await.map_err(disk)
}

async fn is_whole(download: &Download) -> bool {
    digest(&download.path).await.is_ok_and(|actual| actual == download.sha256)
}

fn partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// SHA-256 of a file, read piece by piece.
async fn digest(path: &Path) -> io::Result<Digest> {
    let mut file = File::open(path).await?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut piece).await?;
        if read == 0 {
            return Ok(Digest::from_raw(&hash.finalize()));
        }
        hash.update(&piece[..read]);
    }
}
