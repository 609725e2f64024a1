//! From series to events.

use chiron_events::MetricsRecorded;
use chiron_model::{MetricSeries, SeriesId};
use std::{collections::BTreeMap, sync::Arc};

/// The series as one event a shard, in the order of the shards.
///
/// Series are ordered by their id and samples by their time; a series that came in several pieces is put together. Equal
/// samples stay, in the order in which they came. What has no samples is left out, and nothing is stored in a section.
#[must_use]
pub fn into_batches(cluster: &str, series: Vec<MetricSeries>) -> Vec<MetricsRecorded> {
    let mut shards: BTreeMap<u32, BTreeMap<SeriesId, MetricSeries>> = BTreeMap::new();
    for series in series.into_iter().filter(|it| !it.samples.is_empty()) {
        let shard = shards.entry(series.shard()).or_default();
        match shard.get_mut(&series.id()) {
            Some(known) => known.samples.extend(series.samples),
            None => {
                shard.insert(series.id(), series);
            }
        }
    }
    shards.into_iter().map(|(shard, series)| batch(cluster, shard, series)).collect()
}

fn batch(cluster: &str, shard: u32, series: BTreeMap<SeriesId, MetricSeries>) -> MetricsRecorded {
    let mut series: Vec<_> = series.into_values().collect();
    for series in &mut series {
        series.samples.sort_by_key(|sample| sample.at);
    }
    let times = || series.iter().flat_map(|series| series.samples.iter().map(|sample| sample.at));
    MetricsRecorded {
        cluster: cluster.to_owned(),
        shard,
        earliest: times().min().unwrap_or_default(),
        latest: times().max().unwrap_or_default(),
        section: None,
        series: Arc::new(series),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe;
    use chiron_model::{Sample, Timestamp};

    fn series(name: &str, workload: &str, seconds: &[i64]) -> MetricSeries {
        let labels = [("namespace", "shop"), ("deployment", workload)];
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let samples = seconds.iter().map(|at| Sample { at: Timestamp::from_secs(*at), value: 1.0 }).collect();
        MetricSeries { samples, ..describe(name.to_owned(), labels, None) }
    }

    #[test]
    fn series_of_one_workload_are_in_one_batch() {
        let batches = into_batches("prod", vec![series("b", "cart", &[5, 3]), series("a", "cart", &[4])]);

        let [batch] = &batches[..] else { panic!("{batches:?}") };
        assert_eq!(batch.cluster, "prod");
        assert_eq!(batch.shard, batch.series[0].shard());
        assert_eq!(batch.series.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(batch.series[1].samples[0].at, Timestamp::from_secs(3));
        assert_eq!((batch.earliest, batch.latest), (Timestamp::from_secs(3), Timestamp::from_secs(5)));
        assert_eq!(batch.section, None);
    }

    #[test]
    fn each_series_is_in_the_batch_of_its_shard_once() {
        let mut all: Vec<_> = (0..50).map(|it| series("up", &format!("app-{it}"), &[it])).collect();
        all.extend((0..50).map(|it| series("up", &format!("app-{it}"), &[it - 1])));

        let batches = into_batches("prod", all);

        assert!(batches.is_sorted_by_key(|it| it.shard));
        assert!(batches.iter().all(|batch| batch.series.iter().all(|it| it.shard() == batch.shard)));
        assert_eq!(batches.iter().map(|it| it.series.len()).sum::<usize>(), 50);
        assert!(batches.iter().flat_map(|it| it.series.iter()).all(|it| it.samples.len() == 2));
    }

    #[test]
    fn what_has_no_samples_is_no_event() {
        assert!(into_batches("prod", vec![series("up", "cart", &[])]).is_empty());
        assert!(into_batches("prod", Vec::new()).is_empty());
    }
}
