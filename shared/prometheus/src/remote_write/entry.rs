//! One series while it is read.

use super::{Error, Limits, Refusal, message, room::Room};
use crate::moment;
use chiron_model::Sample;
use std::collections::BTreeMap;

/// The label that holds the name of the metric.
const NAME: &str = "__name__";
/// What Prometheus writes as the value of a series that has ended, bit for bit.
const STALE: u64 = 0x7ff0_0000_0000_0002;

/// One series while it is read.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) labels: BTreeMap<String, String>,
    /// Bytes of the name and the labels.
    pub(super) text_bytes: usize,
    pub(super) samples: Vec<Sample>,
    /// Samples that say that the series has ended.
    pub(super) stale: u64,
    /// Samples of times that cannot be used.
    pub(super) untimely: u64,
    pub(super) histograms: u64,
    pub(super) exemplars: u64,
    /// Why the whole series is left out.
    pub(super) refusal: Option<Refusal>,
    /// Why samples of it are left out.
    pub(super) untimeliness: Option<Refusal>,
}

impl Entry {
    /// Adds a label. After a refusal nothing more is kept.
    pub(super) fn label(&mut self, room: &mut Room, name: &str, value: &str) -> Result<(), Error> {
        if self.refusal.is_some() {
            return Ok(());
        }
        self.text_bytes += name.len() + value.len();
        self.refusal = self.why_no_label(&room.limits, name);
        if self.refusal.is_none() {
            room.take_text(name.len() + value.len())?;
            if name == NAME {
                value.clone_into(&mut self.name);
            } else {
                self.labels.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(())
    }

    fn why_no_label(&self, limits: &Limits, name: &str) -> Option<Refusal> {
        let is_twice = if name == NAME { !self.name.is_empty() } else { self.labels.contains_key(name) };
        if is_twice {
            Some(Refusal::LabelTwice)
        } else if self.text_bytes > limits.label_bytes {
            Some(Refusal::LabelsTooLong { limit: limits.label_bytes })
        } else if name != NAME && self.labels.len() >= limits.labels {
            Some(Refusal::TooManyLabels { limit: limits.labels })
        } else {
            None
        }
    }

    pub(super) fn sample(&mut self, room: &mut Room, sample: message::Sample) -> Result<(), Error> {
        room.take_sample()?;
        let message::Sample { value, timestamp } = sample;
        match moment::millis(timestamp) {
            Some(_) if value.to_bits() == STALE => self.stale += 1,
            Some(at) => self.samples.push(Sample { at, value }),
            None => {
                self.untimely += 1;
                self.untimeliness = Some(Refusal::Time { millis: timestamp });
            }
        }
        Ok(())
    }

    /// Why the whole series cannot be taken, if it cannot.
    pub(super) fn why_refused(&self) -> Option<Refusal> {
        self.refusal.or_else(|| self.name.is_empty().then_some(Refusal::NoName))
    }

    /// Samples that came, whatever becomes of them.
    pub(super) fn came(&self) -> u64 {
        self.samples.len() as u64 + self.stale + self.untimely
    }
}
