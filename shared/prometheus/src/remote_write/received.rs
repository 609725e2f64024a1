//! What came of a request.

use super::{Refusal, entry::Entry};
use crate::{Family, describe};
use chiron_model::MetricSeries;

/// What came of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Received {
    /// The series, each with the samples of the request.
    pub series: Vec<MetricSeries>,
    /// What was taken.
    pub written: Written,
    /// Native histograms that were left out.
    pub histograms_ignored: u64,
    /// Exemplars that were left out.
    pub exemplars_ignored: u64,
    /// Samples that only say that a series has ended; they are taken, and in no series.
    pub stale_markers: u64,
    /// Samples that could not be taken.
    pub samples_refused: u64,
    /// Why the first of them could not be taken. The answer to the request is then 400, with this as its text, and what was
    /// taken stays taken.
    pub refusal: Option<Refusal>,
}

/// How much of a request was taken, for the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Samples.
    pub samples: u64,
    /// Native histograms; always 0.
    pub histograms: u64,
    /// Exemplars; always 0.
    pub exemplars: u64,
}

impl Written {
    /// The headers of an answer to version 2.0, as names and numbers.
    #[must_use]
    pub fn headers(self) -> [(&'static str, u64); 3] {
        [
            ("X-Prometheus-Remote-Write-Samples-Written", self.samples),
            ("X-Prometheus-Remote-Write-Histograms-Written", self.histograms),
            ("X-Prometheus-Remote-Write-Exemplars-Written", self.exemplars),
        ]
    }
}

impl Received {
    /// Adds a series that was read to its end.
    pub(super) fn add(&mut self, entry: Entry, family: Option<&Family>) {
        self.histograms_ignored += entry.histograms;
        self.exemplars_ignored += entry.exemplars;
        if let Some(refusal) = entry.why_refused() {
            self.refuse(entry.came(), refusal);
            return;
        }
        if let Some(untimeliness) = entry.untimeliness {
            self.refuse(entry.untimely, untimeliness);
        }
        self.stale_markers += entry.stale;
        self.written.samples += entry.samples.len() as u64 + entry.stale;
        if !entry.samples.is_empty() {
            let series = describe(entry.name, entry.labels, family);
            self.series.push(MetricSeries { samples: entry.samples, ..series });
        }
    }

    fn refuse(&mut self, samples: u64, refusal: Refusal) {
        self.samples_refused += samples;
        self.refusal = self.refusal.or(Some(refusal));
    }
}
