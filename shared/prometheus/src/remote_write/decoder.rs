//! From a body to series.

use super::{Error, Limits, Received, Version, v1, v2};
use crate::Families;

/// A byte of a snappy block makes at most this many bytes: 64 by a copy of 3, and a little for the header.
const EXPANSION: usize = 22;

/// Reads requests of one sender, and remembers the types that version 1.0 tells in requests of their own.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    limits: Limits,
    families: Families,
}

impl Decoder {
    /// A decoder with these limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, families: Families::default() }
    }

    /// Reads one body, a snappy block.
    ///
    /// # Errors
    /// When the body is damaged or too large, or refers to what it does not hold. Series that are wrong in themselves are
    /// left out instead, and told in what comes back.
    pub fn decode(&mut self, version: Version, body: &[u8]) -> Result<Received, Error> {
        let message = self.decompress(body)?;
        match version {
            Version::V1 => v1::decode(&message, &self.limits, &mut self.families),
            Version::V2 => v2::decode(&message, &self.limits),
        }
    }

    fn decompress(&self, body: &[u8]) -> Result<Vec<u8>, Error> {
        let limit = self.limits.bytes.min(body.len().saturating_mul(EXPANSION));
        let found = snap::raw::decompress_len(body).map_err(Error::Snappy)?;
        if found > limit {
            return Err(Error::TooLarge { limit, found });
        }
        snap::raw::Decoder::new().decompress_vec(body).map_err(Error::Snappy)
    }
}
