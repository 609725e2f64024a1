//! What every payload says of itself.

use crate::{FrameError, Section};
use chiron_model::{Id, Timestamp};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

/// A struct that is the `data` of one CloudEvents type.
pub trait Payload: Serialize + DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static {
    /// The CloudEvents `type`, with its version.
    const TYPE: &'static str;

    /// When it happened; the time of its cause when the payload does not say.
    fn time(&self) -> Option<Timestamp> {
        None
    }

    /// The cluster it comes from; that of its cause when the payload does not say.
    fn cluster(&self) -> Option<&str> {
        None
    }

    /// What it is about: `cluster/namespace/kind/name`; the subject of its cause when the payload does not say.
    fn subject(&self) -> Option<String> {
        None
    }

    /// The key that events which must be handled in order share.
    fn partition(&self) -> Option<String> {
        None
    }

    /// The incident it belongs to.
    fn incident(&self) -> Option<Id> {
        None
    }

    /// The part of a stored object that belongs to the payload and is not sent with it.
    fn lies_in(&self) -> Option<&Section> {
        None
    }

    /// Takes the bytes of that part.
    ///
    /// # Errors
    /// When they are not what was written.
    fn take_stored(&mut self, _bytes: &[u8]) -> Result<(), FrameError> {
        Ok(())
    }
}
