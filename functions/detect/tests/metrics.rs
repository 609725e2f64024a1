//! What is told of metrics.

mod support;

use chiron_detect::Shard;
use chiron_model::{Direction, MetricType, Severity};
use support::{CALM, Lab, Series, began, calm, ended, noise};

fn latency(pod: &str) -> Series {
    Series::new("http_request_duration_seconds_p99", MetricType::Latency, pod).unit("seconds")
}

fn memory(pod: &str) -> Series {
    Series::new("container_memory_working_set_bytes", MetricType::Memory, pod).unit("bytes")
}

#[test]
fn a_latency_step_is_told_within_a_minute_so_that_a_person_can_check_it() {
    let (mut lab, series) = (Lab::default(), latency("cart-1"));
    assert_eq!(lab.run(&series, calm(0.02, CALM)), []);

    let told = lab.run(&series, calm(0.3, 4));

    let found = began(&told);
    assert_eq!(found.len(), 1, "{told:?}");
    assert_eq!(found[0].metric, Some(MetricType::Latency));
    assert_eq!(found[0].direction, Some(Direction::Above));
    assert!((found[0].expected - 0.02).abs() < 0.003, "{}", found[0].expected);
    assert!(found[0].value > 0.25);
    assert_eq!(found[0].unit, "seconds");
    assert!(found[0].score >= found[0].threshold);
    assert!(found[0].window.len() > 10 && found[0].window.last().unwrap().value > 0.25);
    let shares: f64 = found[0].drivers.iter().map(|it| it.share.value()).sum();
    assert!((shares - 1.0).abs() < 0.01, "{:?}", found[0].drivers);
}

#[test]
fn an_anomaly_lasts_as_long_as_the_series_is_away_and_gets_worse_with_time() {
    let (mut lab, series) = (Lab::default(), latency("cart-1"));
    lab.run(&series, calm(0.02, CALM));

    let during = lab.run(&series, calm(0.3, 240));
    let after = lab.run(&series, calm(0.02, 60));

    assert!(ended(&during).is_empty(), "an hour at the new level is not the end");
    let severities: Vec<Severity> = began(&during).iter().map(|it| it.severity).collect();
    assert!(severities.windows(2).all(|pair| pair[0] < pair[1]) && severities.len() >= 2, "{severities:?}");
    let over = ended(&after);
    assert_eq!(over.len(), 1);
    assert_eq!(over[0].id, began(&during)[0].id);
}

#[test]
fn a_falling_error_rate_is_good_news() {
    let series = Series::new("http_errors_per_second", MetricType::ErrorRate, "cart-1");
    let mut lab = Lab::default();
    lab.run(&series, calm(20.0, CALM));

    assert_eq!(lab.run(&series, calm(0.1, 60)), []);
}

#[test]
fn a_rising_error_rate_is_not() {
    let series = Series::new("http_errors_per_second", MetricType::ErrorRate, "cart-1");
    let mut lab = Lab::default();
    lab.run(&series, calm(0.2, CALM));

    assert_eq!(began(&lab.run(&series, calm(7.3, 8))).len(), 1);
}

#[test]
fn what_all_pods_do_together_is_one_anomaly() {
    let pods: Vec<Series> = (0..6).map(|pod| latency(&format!("cart-{pod}"))).collect();
    let mut lab = Lab::default();
    for step in 0..CALM {
        let values: Vec<(&Series, f64)> = pods.iter().map(|pod| (pod, 0.02 + 0.002 * noise(step))).collect();
        assert_eq!(lab.tick(&values), []);
    }

    let mut told = Vec::new();
    for step in 0..10 {
        // Half of the pods are a tick later.
        let slow = |pod: usize| if step == 0 && pod % 2 == 1 { 0.02 } else { 0.4 };
        let values: Vec<(&Series, f64)> = pods.iter().enumerate().map(|(n, pod)| (pod, slow(n))).collect();
        told.extend(lab.tick(&values));
    }

    let found = began(&told);
    let first = found.first().unwrap();
    assert!(found.iter().all(|it| it.id == first.id), "one anomaly: {found:#?}");
    assert!(first.series.as_str().contains(":avg"), "it is told of the workload: {first:?}");
    assert_eq!(found.last().unwrap().with.len(), 6);
    assert!(found.last().unwrap().severity >= first.severity);
}

#[test]
fn the_odd_one_out_is_told_by_its_siblings() {
    let pods: Vec<Series> = (0..5).map(|pod| memory(&format!("cart-{pod}"))).collect();
    let mut lab = Lab::default();
    let tick = |lab: &mut Lab, step: usize, odd: f64| {
        let value = |pod: usize| {
            let own = 40e6 * (1.0 + 0.02 * noise(step * 7 + pod));
            if pod == 3 { own * odd } else { own }
        };
        let values: Vec<(&Series, f64)> = pods.iter().enumerate().map(|(n, pod)| (pod, value(n))).collect();
        lab.tick(&values)
    };
    for step in 0..CALM {
        tick(&mut lab, step, 1.0);
    }

    let told: Vec<_> = (0..20).flat_map(|step| tick(&mut lab, step, 3.0)).collect();

    let found = began(&told);
    assert!(!found.is_empty() && found.iter().all(|it| it.series.as_str().contains("cart-3")), "{found:#?}");
}

#[test]
fn a_leak_is_told_before_the_limit() {
    let series = Series::new("memory_working_set_of_limit", MetricType::Memory, "cart-1").unit("ratio");
    let mut lab = Lab::default();
    lab.run(&series, calm(0.3, CALM));

    // One percent of the limit a minute: seventy minutes are left.
    let mut level = 0.3;
    let leak = (0..200).map(|step| {
        level += 0.0025;
        level * (1.0 + 0.01 * noise(step))
    });
    let told = lab.run(&series, leak);

    let found = began(&told);
    assert!(!found.is_empty());
    assert!(found[0].value < 0.75, "told at {} of the limit", found[0].value);
}

#[test]
fn nothing_is_told_while_it_warms_up() {
    let (mut lab, series) = (Lab::default(), latency("cart-1"));

    assert_eq!(lab.run(&series, calm(0.02, 50).chain(calm(5.0, 60))), []);
}

#[test]
fn silence_ends_an_anomaly_and_begins_none() {
    let (mut lab, series) = (Lab::default(), latency("cart-1"));
    lab.run(&series, calm(0.02, CALM));
    lab.run(&series, calm(0.3, 8));

    lab.skip(400);
    let told = lab.run(&series, calm(0.02, 20));

    assert_eq!(began(&told).len(), 0, "{told:#?}");
    assert_eq!(ended(&told).len(), 1);
}

#[test]
fn a_shard_goes_on_bit_for_bit_after_a_restart() {
    let pods = [latency("cart-1"), memory("cart-1")];
    let mut lab = Lab::default();
    for step in 0..400 {
        lab.tick(&[(&pods[0], 0.02 + 0.004 * noise(step)), (&pods[1], 4e7 + 1e6 * noise(step))]);
    }
    lab.run(&pods[0], calm(0.3, 5));

    let text = serde_json::to_string(&lab.shard).unwrap();
    let mut restored = lab.restored(serde_json::from_str(&text).unwrap());

    assert_eq!(restored.shard, lab.shard);
    assert_eq!(restored.run(&pods[0], calm(0.02, 60)), lab.run(&pods[0], calm(0.02, 60)));
    assert_eq!(serde_json::to_string(&restored.shard).unwrap(), serde_json::to_string(&lab.shard).unwrap());
}

/// What an earlier version wrote, before metrics were watched.
const WITHOUT_METRICS: &str = include_str!("fixtures/shard-0.json");
/// What the first version that watches metrics wrote.
const WITH_METRICS: &str = include_str!("fixtures/shard-1.json");

#[test]
fn states_of_older_versions_can_be_read() {
    let old: Shard = serde_json::from_str(WITHOUT_METRICS).unwrap();
    assert_eq!(old.metrics().views().count(), 0);

    let known: Shard = serde_json::from_str(WITH_METRICS).unwrap();
    let views: Vec<_> = known.metrics().views().collect();
    assert_eq!(views.len(), 2);
    assert!(views.iter().all(|it| it.samples == 200 && it.threshold.is_some()), "{views:#?}");
}
