//! Whatever comes, nothing panics, and what is read keeps the laws.

use chiron_model::{MetricOwner, MetricSeries, Sample, Timestamp};
use chiron_prometheus::{
    describe,
    exposition::{Condenser, Settings, Syntax, parse},
    owner::{cgroup_row, owner_of, repeats_others, workload_of_pod},
    remote_write::{Decoder, Version},
    table,
};
use proptest::{collection::vec, prelude::*};

const V1: &[u8] = include_bytes!("fixtures/write_1_0.snappy");
const V2: &[u8] = include_bytes!("fixtures/write_2_0.snappy");

/// Pieces of texts of exporters.
const OF_TEXTS: &[&str] = &[
    "up",
    "{",
    "}",
    "a",
    "=",
    "\"",
    "\\",
    "\n",
    " ",
    ",",
    "1",
    "-",
    ".5e",
    "NaN",
    "+Inf",
    "#",
    "# TYPE ",
    "# EOF",
    "# UNIT ",
    "counter",
    "_total",
    "ü",
    "\t",
    "\r",
    "9223372036854775807",
    "# HELP ",
    "le",
    "_bucket",
    "\u{0}",
];

/// Pieces of tables.
const OF_TABLES: &[&str] = &[
    "timestamp",
    "value",
    "metric",
    "pod",
    ",",
    ",",
    ",",
    "\n",
    "\n",
    "\"",
    ";",
    "1661140279",
    "1e9",
    "NaN",
    "x",
    "2022-08-22 03:51:19",
    "-",
    "+0000 UTC",
    " m=+0.1",
    "ü",
    "(",
    ")",
    "up{a=\"b\"}",
    "",
    " ",
];

/// Texts that look a little like something.
fn almost(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    vec(prop::sample::select(pieces), 0..60).prop_map(|it| it.concat())
}

fn check(series: &[MetricSeries]) {
    for series in series {
        assert!(!series.name.is_empty() && !series.samples.is_empty(), "{series:?}");
        assert!(series.labels.values().all(|it| !it.is_empty()), "{series:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn texts_are_read_or_refused(
        text in prop_oneof![almost(OF_TEXTS).prop_map(String::into_bytes), vec(any::<u8>(), 0..300)],
        is_open in any::<bool>(),
    ) {
        let syntax = if is_open { Syntax::OpenMetrics } else { Syntax::Text };
        let document = parse(&text, &Settings::new(syntax, Timestamp::from_secs(1)));

        check(&document.series);
        let samples: usize = document.series.iter().map(|it| it.samples.len()).sum();
        prop_assert_eq!(samples as u64, document.samples);
    }

    #[test]
    fn a_sample_is_read_as_it_was_written(
        labels in prop::collection::btree_map("[a-z_][a-z0-9_]{0,8}", "[^\u{0}]{1,8}", 0..6),
        value in any::<f64>(),
        millis in -9_000_000_000_000_i64..9_000_000_000_000,
    ) {
        let series = describe("up_time".to_owned(), labels, None);
        let id = series.id();
        let text = format!("{} {value} {millis}\n", id.as_str().replace('\r', "?"));

        let document = parse(text.as_bytes(), &Settings::new(Syntax::Text, Timestamp::from_secs(1)));

        prop_assert_eq!(document.problem_count, 0, "{:?}", document.problems);
        let read = &document.series[0];
        prop_assert_eq!(read.id().as_str().replace('\r', "?"), id.as_str().replace('\r', "?"));
        prop_assert_eq!(read.samples[0].at, Timestamp::from_nanos(millis * 1_000_000));
        prop_assert!(read.samples[0].value.to_bits() == value.to_bits() || value.is_nan());
    }

    #[test]
    fn tables_are_read_or_refused(
        text in prop_oneof![
            almost(OF_TABLES).prop_map(|it| format!("timestamp,{it}").into_bytes()),
            almost(OF_TABLES).prop_map(String::into_bytes),
            vec(any::<u8>(), 0..300),
        ],
    ) {
        if let Ok(read) = table::read(&text[..], &table::Settings::new("value")) {
            check(&read.series);
        }
    }

    #[test]
    fn bodies_are_read_or_refused(body in vec(any::<u8>(), 0..300), is_packed in any::<bool>()) {
        let body = if is_packed { snap::raw::Encoder::new().compress_vec(&body).unwrap() } else { body };
        for version in [Version::V1, Version::V2] {
            if let Ok(received) = Decoder::default().decode(version, &body) {
                check(&received.series);
            }
        }
    }

    #[test]
    fn damaged_bodies_are_read_or_refused(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for (version, body) in [(Version::V1, V1), (Version::V2, V2)] {
            let mut message = snap::raw::Decoder::new().decompress_vec(body).unwrap();
            let place = place.index(message.len());
            message[place] = byte;
            let body = snap::raw::Encoder::new().compress_vec(&message).unwrap();
            if let Ok(received) = Decoder::default().decode(version, &body) {
                check(&received.series);
            }
            message.truncate(place);
            let cut = snap::raw::Encoder::new().compress_vec(&message).unwrap();
            let _ = Decoder::default().decode(version, &cut);
        }
    }

    #[test]
    fn quantiles_are_ordered_and_finite(
        parts in vec((0_u8..6, any::<i8>(), prop_oneof![any::<f64>(), (0_u16..50).prop_map(f64::from)]), 0..60),
    ) {
        let bounds = ["0.1", "1", "5", "+Inf", "NaN", "-1"];
        let mut condenser = Condenser::new(3);
        for (bound, at, value) in parts {
            let labels = [("le".to_owned(), bounds[usize::from(bound)].to_owned())];
            let mut series = describe("wait_seconds_bucket".to_owned(), labels.into_iter().collect(), None);
            series.samples = vec![Sample { at: Timestamp::from_secs(at.into()), value }];
            let found = condenser.condense(vec![series]);
            let of = |name: &str| found.iter().find(|it| it.name == name).map(|it| it.samples[0].value);
            if let (Some(p50), Some(p99)) = (of("wait_seconds_p50"), of("wait_seconds_p99")) {
                prop_assert!(p50.is_finite() && p50 <= p99, "{p50} {p99}");
            }
        }
    }

    #[test]
    fn owners_of_any_labels_are_found(
        name in "(kube_|container_|)[a-z_]{0,9}",
        labels in prop::collection::btree_map("(pod|namespace|container|id|job_name|exported_pod|node)", ".{0,70}", 0..5),
    ) {
        let MetricOwner { pod, workload, .. } = owner_of(&name, &labels);
        let _ = (cgroup_row(&name, &labels), repeats_others(&name, &labels));

        prop_assert!(pod.is_empty() || !workload.is_empty());
    }

    #[test]
    fn a_workload_begins_the_name_of_its_pod(pod in "[a-z0-9-]{0,70}", node in "[a-z0-9-]{0,5}") {
        let workload = workload_of_pod("kube-system", &pod, &node);

        prop_assert!(pod.starts_with(workload));
        prop_assert!(pod.is_empty() || !workload.is_empty());
    }
}
