//! What a learner knows, as bytes with a name and a version.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, de::Error as _};

/// What a learner knows: the name of its kind, the version of the form, and the bytes (postcard).
///
/// In JSON it is one text, `name/version/base64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    name: String,
    version: u16,
    body: Vec<u8>,
}

/// A snapshot cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is of another learner.
    #[error("expected a snapshot of {expected}, got one of {found}")]
    Other {
        /// The learner that reads.
        expected: &'static str,
        /// The learner that wrote.
        found: String,
    },
    /// It was written by a newer version.
    #[error(
        "{name}: version {found} of its state is newer than {known}, which this program knows: upgrade it"
    )]
    Newer {
        /// The learner.
        name: &'static str,
        /// The version of the snapshot.
        found: u16,
        /// The newest version that can be read.
        known: u16,
    },
    /// The bytes are not what a learner writes.
    #[error("{0}: the state is damaged")]
    Damaged(String, #[source] postcard::Error),
    /// The bytes can be read, but no learner can be in such a state.
    #[error("{0}: the state is damaged: {1}")]
    Impossible(&'static str, &'static str),
}

impl Snapshot {
    /// Writes `state` in the form of version `version`.
    #[must_use]
    pub fn of<T: Serialize>(name: &str, version: u16, state: &T) -> Self {
        // Into memory, of plain data: it cannot fail.
        let body = postcard::to_stdvec(state).unwrap_or_default();
        Self { name: name.to_owned(), version, body }
    }

    /// The version of its form.
    #[must_use]
    pub fn version(&self) -> u16 {
        self.version
    }

    /// Its size, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.body.len()
    }

    /// Reads what was written by the learner `name`, if its version is `known` or older.
    ///
    /// A reader of several versions looks at [`Snapshot::version`] first.
    ///
    /// # Errors
    /// When it is of another learner, of a newer version, or damaged.
    pub fn read<T: DeserializeOwned>(&self, name: &'static str, known: u16) -> Result<T, SnapshotError> {
        if self.name != name {
            return Err(SnapshotError::Other { expected: name, found: self.name.clone() });
        }
        if self.version > known {
            return Err(SnapshotError::Newer { name, found: self.version, known });
        }
        postcard::from_bytes(&self.body).map_err(|source| SnapshotError::Damaged(self.name.clone(), source))
    }
}

impl Serialize for Snapshot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body = STANDARD.encode(&self.body);
        serializer.serialize_str(&format!("{}/{}/{body}", self.name, self.version))
    }
}

impl<'de> Deserialize<'de> for Snapshot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut parts = text.splitn(3, '/');
        let mut part = || parts.next().ok_or_else(|| D::Error::custom("expected name/version/base64"));
        let name = part()?.to_owned();
        let version = part()?.parse().map_err(D::Error::custom)?;
        let body = STANDARD.decode(part()?).map_err(D::Error::custom)?;
        Ok(Self { name, version, body })
    }
}

/// For `#[serde(with = "chiron_streaming::as_snapshot")]`: a learner within a state that is written as JSON.
pub mod as_snapshot {
    use crate::{Learner, Snapshot};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    /// Writes the snapshot of a learner.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn serialize<L: Learner, S: Serializer>(learner: &L, serializer: S) -> Result<S::Ok, S::Error> {
        learner.snapshot().serialize(serializer)
    }

    /// Reads a learner from its snapshot.
    ///
    /// # Errors
    /// When it is no snapshot of that learner.
    pub fn deserialize<'de, L: Learner, D: Deserializer<'de>>(deserializer: D) -> Result<L, D::Error> {
        L::restore(&Snapshot::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_survives_json() {
        let snapshot = Snapshot::of("counter", 3, &vec![1_u32, 2, 300]);

        let text = serde_json::to_string(&snapshot).unwrap();

        let read: Snapshot = serde_json::from_str(&text).unwrap();
        assert_eq!(read, snapshot);
        assert_eq!(read.read::<Vec<u32>>("counter", 3).unwrap(), [1, 2, 300]);
    }

    #[test]
    fn a_newer_version_is_refused_with_what_to_do() {
        let error = Snapshot::of("counter", 3, &1_u8).read::<u8>("counter", 2).unwrap_err().to_string();

        assert!(error.contains("upgrade"), "{error}");
    }

    #[test]
    fn cut_bytes_are_damage_and_no_panic() {
        let mut snapshot = Snapshot::of("counter", 1, &vec![1.0_f64; 8]);
        snapshot.body.truncate(20);

        assert!(matches!(snapshot.read::<Vec<f64>>("counter", 1), Err(SnapshotError::Damaged(..))));
        assert!(serde_json::from_str::<Snapshot>("\"counter/x/\"").is_err());
    }
}
