//! Input that no exporter should send, and some do.

mod support;

use chiron_model::{MetricSeries, MetricType, Sample, Timestamp};
use support::{CALM, Lab, Series, began, calm, noise};

fn custom() -> Series {
    Series::new("queue_length", MetricType::Custom, "cart-1")
}

#[test]
fn a_storm_of_what_is_not_a_number_is_dropped_and_counted() {
    let (mut lab, series) = (Lab::default(), custom());
    lab.run(&series, calm(10.0, CALM));

    let storm = (0..500).map(|step| [f64::NAN, f64::INFINITY, f64::NEG_INFINITY][step % 3]);
    assert_eq!(lab.run(&series, storm), []);

    let view = lab.shard.metrics().views().next().unwrap();
    assert_eq!(view.dropped, 500);
    assert_eq!(lab.run(&series, calm(10.0, 60)), [], "the calm that follows is calm");
}

#[test]
fn numbers_at_the_end_of_the_scale_do_no_harm() {
    for value in [1e308, -1e308, f64::MAX, f64::MIN_POSITIVE, -0.0] {
        let (mut lab, series) = (Lab::default(), custom());
        lab.run(&series, calm(10.0, 200));
        lab.run(&series, [value; 20]);
        let told = lab.run(&series, calm(10.0, 100));

        assert!(began(&told).iter().all(|it| it.value.is_finite() && it.expected.is_finite()), "{value}");
        serde_json::to_string(&lab.shard).unwrap();
    }
}

#[test]
fn negative_counters_are_dropped() {
    let series = Series::new("requests_total", MetricType::Custom, "cart-1").counter();
    let mut lab = Lab::default();

    let told = lab.run(&series, (0..600).map(|step| if step % 3 == 0 { -5.0 } else { f64::from(step) }));

    assert_eq!(told, []);
    assert_eq!(lab.shard.metrics().views().next().unwrap().dropped, 200);
}

#[test]
fn a_counter_that_starts_again_is_no_anomaly() {
    let series = Series::new("requests_total", MetricType::Custom, "cart-1").counter();
    let mut lab = Lab::default();
    let mut total = 0.0;
    let counts = (0..1200).map(|step| {
        total = if step % 400 == 399 { 0.0 } else { total + 150.0 + 10.0 * noise(step) };
        total
    });

    assert_eq!(lab.run(&series, counts), []);
}

#[test]
fn samples_twice_out_of_order_or_from_the_future_are_dropped() {
    let (mut lab, series) = (Lab::default(), custom());
    lab.run(&series, calm(10.0, CALM));
    let now = lab.now();

    for (seconds, value) in [(-15, 99.0), (-600, 99.0), (864_000, 99.0)] {
        let at = Timestamp::from_secs(now.secs() + seconds);
        let late = MetricSeries { samples: vec![Sample { at, value }], ..series.0.clone() };
        assert_eq!(lab.take(vec![late]), []);
    }

    assert_eq!(lab.shard.metrics().views().next().unwrap().dropped, 3);
    assert_eq!(lab.run(&series, calm(10.0, 60)), []);
}

#[test]
fn a_clock_that_jumps_back_and_stays_there_is_followed() {
    let (mut lab, series) = (Lab::default(), custom());
    lab.run(&series, calm(10.0, CALM));

    lab.skip(-100_000);
    let told = lab.run(&series, calm(10.0, 100));

    assert_eq!(told, []);
    let view = lab.shard.metrics().views().next().unwrap();
    assert!(view.samples > 650, "it learns again: {view:?}");
}

#[test]
fn a_million_new_series_grow_no_memory_and_wake_nobody() {
    let mut lab = Lab::default();
    let known = custom();
    lab.run(&known, calm(10.0, 200));

    for batch in 0..200 {
        let series = (0..5_000).map(|number| {
            let mut series = Series::new("flood", MetricType::Custom, &format!("pod-{batch}-{number}")).0;
            series.samples = vec![Sample { at: lab.now(), value: f64::from(number) }];
            series
        });
        let series: Vec<MetricSeries> = series.collect();
        assert_eq!(lab.take(series), []);
    }

    let metrics = lab.shard.metrics();
    assert!(metrics.views().count() <= 2 * 1_500, "each series, and at most one mean for each");
    assert!(metrics.refused() > 900_000);
    assert!(metrics.views().any(|it| it.series.starts_with("queue_length")), "what was known is kept");
    assert!(serde_json::to_vec(&lab.shard).unwrap().len() < 8 << 20);
}

#[test]
fn a_changed_unit_is_learned_anew_and_not_told() {
    let series = Series::new("request_duration", MetricType::Latency, "cart-1").unit("seconds");
    let mut lab = Lab::default();
    lab.run(&series, calm(0.25, CALM));

    let millis = series.unit("milliseconds");
    assert_eq!(lab.run(&millis, calm(250.0, 300)), []);
}
