//! From buckets to quantiles.

use chiron_model::{MetricKind, MetricSeries, MetricType, Sample, Timestamp};
use chiron_prometheus::{
    describe,
    exposition::{Condenser, condense},
};

/// One series of a histogram at some times (in seconds), in the namespace `shop`.
fn series(name: &str, le: Option<&str>, values: &[(i64, f64)]) -> MetricSeries {
    let mut labels = vec![("namespace", "shop"), ("pod", "cart-674b8bbfcf-lj26m")];
    labels.extend(le.map(|le| ("le", le)));
    let labels = labels.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let samples =
        values.iter().map(|(at, value)| Sample { at: Timestamp::from_secs(*at), value: *value }).collect();
    MetricSeries { samples, ..describe(name.to_owned(), labels, None) }
}

/// A scrape of a histogram: how many observations were up to 0.1 s, up to 1 s, and at all.
fn scrape(at: i64, counts: [f64; 3], sum: f64) -> Vec<MetricSeries> {
    let name = "wait_duration_seconds";
    vec![
        series(&format!("{name}_bucket"), Some("0.1"), &[(at, counts[0])]),
        series(&format!("{name}_bucket"), Some("1.0"), &[(at, counts[1])]),
        series(&format!("{name}_bucket"), Some("+Inf"), &[(at, counts[2])]),
        series(&format!("{name}_sum"), None, &[(at, sum)]),
        series(&format!("{name}_count"), None, &[(at, counts[2])]),
    ]
}

fn value(of: &[MetricSeries], name: &str) -> Option<(i64, f64)> {
    let found = of.iter().find(|it| it.name == name)?;
    found.samples.last().map(|it| (it.at.secs(), it.value))
}

fn names(of: &[MetricSeries]) -> Vec<&str> {
    of.iter().map(|it| it.name.as_str()).collect()
}

#[test]
fn the_first_scrape_gives_no_quantiles() {
    let condensed = condense(scrape(10, [50.0, 90.0, 100.0], 20.0));

    assert_eq!(names(&condensed), ["wait_duration_seconds_sum", "wait_duration_seconds_count"]);
}

#[test]
fn the_second_scrape_gives_the_quantiles_of_what_came_between() {
    let mut condenser = Condenser::default();
    condenser.condense(scrape(10, [1000.0, 1000.0, 1000.0], 20.0));

    let condensed = condenser.condense(scrape(25, [1000.0, 1090.0, 1100.0], 80.0));

    assert_eq!(value(&condensed, "wait_duration_seconds_p50"), Some((25, 0.1 + 0.9 * 50.0 / 90.0)));
    assert_eq!(value(&condensed, "wait_duration_seconds_p99"), Some((25, 1.0)));
    assert_eq!(value(&condensed, "wait_duration_seconds_mean"), Some((25, 0.6)));
    let p99 = condensed.iter().find(|it| it.name.ends_with("_p99")).unwrap();
    assert_eq!((p99.kind, p99.ty, p99.unit.as_str()), (MetricKind::Gauge, MetricType::Latency, "seconds"));
    assert_eq!((p99.owner.workload.as_str(), p99.labels.get("le")), ("cart", None));
}

#[test]
fn a_batch_of_several_times_is_condensed_alone() {
    let two = |name: &str, le, then, now| series(name, le, &[(10, then), (25, now)]);
    let batch = vec![
        two("wait_seconds_sum", None, 0.0, 5.0),
        two("wait_seconds_bucket", Some("+Inf"), 0.0, 10.0),
        two("wait_seconds_bucket", Some("1"), 0.0, 10.0),
    ];

    let condensed = condense(batch);

    assert_eq!(value(&condensed, "wait_seconds_mean"), Some((25, 0.5)));
    assert_eq!(value(&condensed, "wait_seconds_p90"), Some((25, 0.9)));
}

#[test]
fn a_restart_or_silence_gives_nothing() {
    let mut condenser = Condenser::default();
    condenser.condense(scrape(10, [5.0, 9.0, 10.0], 20.0));

    let restarted = condenser.condense(scrape(20, [1.0, 1.0, 1.0], 0.1));
    let silent = condenser.condense(scrape(30, [1.0, 1.0, 1.0], 0.1));
    let again = condenser.condense(scrape(40, [3.0, 3.0, 3.0], 0.2));

    assert_eq!(value(&restarted, "wait_duration_seconds_p50"), None);
    assert_eq!(value(&silent, "wait_duration_seconds_p50"), None);
    assert_eq!(value(&again, "wait_duration_seconds_mean"), Some((40, 0.05)));
}

#[test]
fn parts_of_one_time_may_come_apart_and_in_any_order() {
    let mut condenser = Condenser::default();
    condenser.condense(scrape(10, [0.0, 0.0, 0.0], 0.0));
    condenser.condense(scrape(20, [10.0, 10.0, 10.0], 1.0));
    let mut parts = scrape(30, [10.0, 20.0, 20.0], 6.0);

    let (last, first) = (parts.split_off(2), parts);
    let early = condenser.condense(last);
    let late = condenser.condense(first);

    assert_eq!(value(&early, "wait_duration_seconds_p50"), None);
    assert_eq!(value(&late, "wait_duration_seconds_p50"), Some((30, 0.55)));
}

#[test]
fn a_part_that_never_comes_holds_nothing_up_for_long() {
    let mut condenser = Condenser::default();
    condenser.condense(scrape(10, [0.0, 0.0, 0.0], 0.0));
    condenser.condense(scrape(20, [10.0, 10.0, 10.0], 1.0));

    let mut found = Vec::new();
    for at in [30, 40, 50] {
        let count = f64::from(i32::try_from(at).unwrap());
        found.push(condenser.condense(scrape(at, [count, count, count], count).split_off(1)));
    }

    assert_eq!(value(&found[0], "wait_duration_seconds_mean"), None);
    let mean = found[2].iter().find(|it| it.name == "wait_duration_seconds_mean").unwrap();
    let means: Vec<_> = mean.samples.iter().map(|it| (it.at.secs(), it.value)).collect();
    assert_eq!(means, [(30, 1.45), (40, 1.0), (50, 1.0)]);
}

#[test]
fn old_and_repeated_samples_change_nothing() {
    let mut condenser = Condenser::default();
    condenser.condense(scrape(10, [0.0, 0.0, 0.0], 0.0));
    let first = condenser.condense(scrape(20, [10.0, 10.0, 10.0], 1.0));

    let repeated = condenser.condense(scrape(20, [10.0, 10.0, 10.0], 1.0));
    let old = condenser.condense(scrape(5, [1.0, 1.0, 1.0], 1.0));
    let next = condenser.condense(scrape(30, [20.0, 20.0, 20.0], 3.0));

    assert_eq!(value(&first, "wait_duration_seconds_mean"), Some((20, 0.1)));
    assert_eq!(value(&repeated, "wait_duration_seconds_mean"), None);
    assert_eq!(value(&old, "wait_duration_seconds_mean"), None);
    assert_eq!(value(&next, "wait_duration_seconds_mean"), Some((30, 0.2)));
}

#[test]
fn a_clock_that_was_wrong_once_silences_nothing() {
    let mut condenser = Condenser::default();
    condenser.condense(scrape(10, [0.0, 0.0, 0.0], 0.0));
    condenser.condense(scrape(9_000_000, [1.0, 1.0, 1.0], 0.5));

    condenser.condense(scrape(30, [2.0, 2.0, 2.0], 1.0));
    condenser.condense(scrape(40, [3.0, 3.0, 3.0], 1.5));
    let found = condenser.condense(scrape(50, [4.0, 4.0, 4.0], 2.25));

    assert_eq!(value(&found, "wait_duration_seconds_mean"), Some((50, 0.75)));
}

#[test]
fn other_series_pass_as_they_are() {
    let gauge_buckets =
        MetricSeries { kind: MetricKind::Gauge, ..series("depth_bucket", Some("1"), &[(1, 1.0)]) };
    let batch = vec![
        series("up", None, &[(10, 1.0)]),
        series("bucket_count", None, &[(10, 3.0)]),
        series("odd_bucket", Some("wide"), &[(10, 3.0)]),
        gauge_buckets,
    ];

    assert_eq!(condense(batch.clone()), batch);
}

#[test]
fn the_sum_of_a_known_histogram_is_a_counter_whatever_its_name() {
    let batch =
        vec![series("steps_bucket", Some("+Inf"), &[(10, 3.0)]), series("steps_sum", None, &[(10, 3.0)])];
    assert_eq!(batch[1].kind, MetricKind::Gauge);

    assert_eq!(condense(batch)[0].kind, MetricKind::Counter);
}

#[test]
fn memory_is_bounded_and_what_is_gone_makes_place() {
    let mut condenser = Condenser::new(2);
    let bucket = |it: i64, at| series(&format!("h{it}_bucket"), Some("+Inf"), &[(at, 1.0)]);

    condenser.condense((0..5).map(|it| bucket(it, 10)).collect());
    let refused = condenser.refused();
    condenser.condense(vec![bucket(7, 4000)]);

    assert_eq!(refused, 3);
    assert_eq!(condenser.refused(), 3);
}

#[test]
fn a_condenser_survives_json() {
    let mut condenser = Condenser::default();
    condenser.condense(scrape(10, [0.0, 0.0, 0.0], 0.0));
    condenser.condense(scrape(20, [1.0, 1.0, 1.0], 0.1));
    let next = scrape(30, [2.0, 4.0, 5.0], 2.0);

    let json = serde_json::to_string(&condenser).unwrap();
    let mut restored: Condenser = serde_json::from_str(&json).unwrap();

    assert_eq!(restored.condense(next.clone()), condenser.condense(next));
}
