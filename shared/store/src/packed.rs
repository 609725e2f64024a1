//! Values as they are stored: JSON, compressed.

use crate::StoreError;
use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};

/// Packs a value.
///
/// # Errors
/// When it cannot be written as JSON (a map with keys that are not text, say).
pub fn pack<T: Serialize>(value: &T) -> Result<Bytes, StoreError> {
    let corrupt =
        |reason: String| StoreError::Corrupt { store: "memory", key: "a new value".to_owned(), reason };
    let json = serde_json::to_vec(value).map_err(|error| corrupt(error.to_string()))?;
    // Small values are not worth a dictionary of their own.
    let level = if json.len() < 4096 { 1 } else { 3 };
    zstd::bulk::compress(&json, level).map(Bytes::from).map_err(|error| corrupt(error.to_string()))
}

/// Unpacks the value under `key`.
///
/// # Errors
/// When the bytes are not what was packed.
pub fn unpack<T: DeserializeOwned>(key: &str, bytes: &[u8]) -> Result<T, StoreError> {
    let corrupt =
        |reason: String| StoreError::Corrupt { store: "the state table", key: key.to_owned(), reason };
    let json = zstd::stream::decode_all(bytes).map_err(|error| corrupt(error.to_string()))?;
    serde_json::from_slice(&json).map_err(|error| corrupt(error.to_string()))
}
