//! What the API server sent.

use crate::Error;
use bytes::Bytes;
use chiron_model::Timestamp;
use futures::stream::BoxStream;
use std::fmt;

/// The whole answer to one request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The API server's own time (HTTP `Date`, whole seconds), when it said so.
    pub at: Option<Timestamp>,
    /// The body.
    pub body: Bytes,
}

/// An answer whose body goes on, such as a watch or a log.
pub struct Opened {
    /// The API server's own time (HTTP `Date`, whole seconds), when it said so.
    pub at: Option<Timestamp>,
    /// The pieces of the body as they come, cut anywhere. The stream has no time limit of its own.
    pub pieces: BoxStream<'static, Result<Bytes, Error>>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("at", &self.at).finish_non_exhaustive()
    }
}
