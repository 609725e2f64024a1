//! What a request may still hold.

use super::{Error, Limits};

/// What a request may still hold.
#[derive(Debug)]
pub(super) struct Room {
    /// What was allowed at first, and what is allowed of each series.
    pub(super) limits: Limits,
    series: usize,
    samples: usize,
    text_bytes: usize,
}

impl Room {
    pub(super) fn new(limits: &Limits) -> Self {
        let Limits { series, samples, text_bytes, .. } = *limits;
        Self { limits: *limits, series, samples, text_bytes }
    }

    pub(super) fn take_series(&mut self) -> Result<(), Error> {
        take(&mut self.series, 1, "series", self.limits.series)
    }

    pub(super) fn take_sample(&mut self) -> Result<(), Error> {
        take(&mut self.samples, 1, "samples", self.limits.samples)
    }

    pub(super) fn take_text(&mut self, bytes: usize) -> Result<(), Error> {
        take(&mut self.text_bytes, bytes, "bytes of labels", self.limits.text_bytes)
    }
}

fn take(left: &mut usize, taken: usize, what: &'static str, limit: usize) -> Result<(), Error> {
    *left = left.checked_sub(taken).ok_or(Error::TooMany { what, limit })?;
    Ok(())
}
