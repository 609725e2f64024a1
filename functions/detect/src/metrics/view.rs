//! What people may see of a series that is watched.

use super::{Metrics, watched::Watched};
use chiron_model::{MetricOwner, MetricType, Sample, Timestamp};
use serde::Serialize;

/// A series that is watched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeriesView {
    /// Its name.
    pub series: String,
    /// What it measures.
    pub metric: MetricType,
    /// Unit of its values; empty when it is not known.
    pub unit: String,
    /// What it belongs to.
    pub owner: MetricOwner,
    /// Samples that were learned.
    pub samples: u32,
    /// Samples that were not: not finite, twice, out of order, too large, negative or from the future.
    pub dropped: u64,
    /// Score from which on a value counts; nothing while it warms up.
    pub threshold: Option<f64>,
    /// Whether it is unusual now.
    pub is_unusual: bool,
    /// When it was seen last.
    pub seen_at: Timestamp,
    /// Bytes of what was learned.
    pub state_bytes: usize,
    /// The last values, the oldest first.
    pub recent: Vec<Sample>,
}

impl Metrics {
    /// All series that are watched, by name.
    pub fn views(&self) -> impl Iterator<Item = SeriesView> {
        let wholes = self.groups.values().filter_map(|group| group.whole());
        let wholes = wholes.map(|it| view(&it.id, &it.watched));
        self.series.iter().map(|(id, watched)| view(id, watched)).chain(wholes)
    }

    /// Samples of series for which there was no room.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Bytes of what was learned of the combinations of metrics of workloads.
    #[must_use]
    pub fn combination_bytes(&self) -> usize {
        self.workloads.values().map(super::vector::Vector::size).sum()
    }
}

fn view(id: &str, watched: &Watched) -> SeriesView {
    let (samples, drops) = watched.counts();
    SeriesView {
        series: id.to_owned(),
        metric: watched.ty,
        unit: watched.unit.clone(),
        owner: watched.owner.clone(),
        samples,
        dropped: drops.total(),
        threshold: Some(watched.threshold()).filter(|it| *it <= 1.0),
        is_unusual: watched.is_ongoing(),
        seen_at: watched.seen_at,
        state_bytes: watched.size(),
        recent: watched.recent.iter().copied().collect(),
    }
}
