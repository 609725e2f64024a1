//! Remote write. The fixtures were encoded with the messages of the Go module `github.com/prometheus/prometheus` v0.316.0.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use chiron_model::{MetricKind, Timestamp};
use chiron_prometheus::remote_write::{Decoder, Error, Limits, Received, Refusal, Version};

const V1: &[u8] = include_bytes!("fixtures/write_1_0.snappy");
const V2: &[u8] = include_bytes!("fixtures/write_2_0.snappy");

fn decode(version: Version, body: &[u8]) -> Result<Received, Error> {
    Decoder::default().decode(version, body)
}

/// A message as it is sent.
fn packed(message: &[u8]) -> Vec<u8> {
    snap::raw::Encoder::new().compress_vec(message).unwrap()
}

/// A field of bytes.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap();
    assert!(length < 128, "a longer length takes two bytes");
    [&[number << 3 | 2, length][..], content].concat()
}

/// A series of version 2.0 with these references and one sample.
fn series(references: &[u8]) -> Vec<u8> {
    let sample = [&[0x09][..], &1.0_f64.to_le_bytes(), &[0x10, 0x01]].concat();
    field(5, &[field(1, references), field(2, &sample)].concat())
}

fn symbols(texts: &[&str]) -> Vec<u8> {
    texts.iter().flat_map(|text| field(4, text.as_bytes())).collect()
}

#[test]
fn both_versions_say_the_same() {
    for (version, body) in [(Version::V1, V1), (Version::V2, V2)] {
        let received = decode(version, body).unwrap();

        let [requests, depth] = &received.series[..] else { panic!("{received:?}") };
        assert_eq!(
            requests.id().as_str(),
            r#"http_requests{namespace="shop",pod="cart-674b8bbfcf-lj26m"}"#,
            "{version:?}"
        );
        assert_eq!(requests.kind, MetricKind::Counter);
        assert_eq!((requests.unit.as_str(), requests.owner.workload.as_str()), ("requests", "cart"));
        let values: Vec<_> = requests.samples.iter().map(|it| (it.at.secs(), it.value)).collect();
        assert_eq!(values, [(1_766_400_000, 10.0), (1_766_400_015, 12.5)]);
        assert_eq!((depth.kind, depth.labels["text"].as_str()), (MetricKind::Gauge, "quoted \"ü\"\n"));
        assert!(depth.samples[0].value.is_nan());
        assert_eq!(depth.samples[1].value.to_bits(), f64::NEG_INFINITY.to_bits());
        assert_eq!(depth.samples[1].at, Timestamp::from_nanos(1_766_400_000_001_000_000));
        assert_eq!(depth.samples.len(), 2);
    }
}

#[test]
fn what_is_left_out_is_counted() {
    for (version, body) in [(Version::V1, V1), (Version::V2, V2)] {
        let received = decode(version, body).unwrap();

        assert_eq!((received.histograms_ignored, received.exemplars_ignored), (1, 1), "{version:?}");
        assert_eq!(received.stale_markers, 1);
        assert_eq!((received.samples_refused, received.refusal), (1, Some(Refusal::NoName)));
        assert_eq!(
            received.written.headers(),
            [
                ("X-Prometheus-Remote-Write-Samples-Written", 5),
                ("X-Prometheus-Remote-Write-Histograms-Written", 0),
                ("X-Prometheus-Remote-Write-Exemplars-Written", 0),
            ]
        );
    }
}

#[test]
fn types_of_version_1_are_remembered_for_later_requests() {
    let metadata = field(3, &[&[0x08, 0x01][..], &field(2, b"up")].concat());
    let sample = [&[0x09][..], &1.0_f64.to_le_bytes()].concat();
    let name = field(1, &[field(1, b"__name__"), field(2, b"up")].concat());
    let series = field(1, &[name, field(2, &sample)].concat());
    let mut decoder = Decoder::default();

    let before = decoder.decode(Version::V1, &packed(&series)).unwrap();
    decoder.decode(Version::V1, &packed(&metadata)).unwrap();
    let after = decoder.decode(Version::V1, &packed(&series)).unwrap();

    assert_eq!(before.series[0].kind, MetricKind::Gauge);
    assert_eq!(after.series[0].kind, MetricKind::Counter);
}

#[test]
fn references_may_come_one_by_one() {
    let one_by_one = field(5, &[0x08, 1, 0x08, 2, 0x12, 0]);
    let message = [symbols(&["", "__name__", "up"]), one_by_one].concat();

    let received = decode(Version::V2, &packed(&message)).unwrap();

    assert_eq!(received.series[0].name, "up");
    assert_eq!(received.series[0].samples[0].at, Timestamp::from_secs(0));
}

#[test]
fn bad_references_are_errors() {
    let known = symbols(&["", "__name__", "up"]);
    let outside = decode(Version::V2, &packed(&[known.clone(), series(&[1, 7])].concat()));
    let odd = decode(Version::V2, &packed(&[known, series(&[1, 2, 1])].concat()));
    let unsaid = decode(Version::V2, &packed(&series(&[1, 2])));
    let full = decode(Version::V2, &packed(&symbols(&["a"])));

    assert!(matches!(outside, Err(Error::BadReference { found: 7, symbols: 3 })), "{outside:?}");
    assert!(matches!(odd, Err(Error::OddReferences(3))), "{odd:?}");
    assert!(matches!(unsaid, Err(Error::BadReference { found: 1, symbols: 0 })), "{unsaid:?}");
    assert!(matches!(full, Err(Error::NoEmptySymbol)), "{full:?}");
    assert_eq!(outside.unwrap_err().status(), 400);
}

#[test]
fn series_that_are_wrong_in_themselves_do_not_lose_the_rest() {
    let limits = Limits { labels: 1, label_bytes: 30, ..Limits::default() };
    let names = symbols(&["", "__name__", "up", "a", "b", "a text of more than 22 bytes"]);
    for (references, refusal) in [
        (&[3, 4][..], Refusal::NoName),
        (&[1, 2, 3, 4, 3, 4], Refusal::LabelTwice),
        (&[1, 2, 1, 4], Refusal::LabelTwice),
        (&[1, 2, 3, 4, 4, 3], Refusal::TooManyLabels { limit: 1 }),
        (&[1, 2, 3, 5], Refusal::LabelsTooLong { limit: 30 }),
    ] {
        let message = [names.clone(), series(references), series(&[1, 2, 3, 4])].concat();

        let received = Decoder::new(limits).decode(Version::V2, &packed(&message)).unwrap();

        assert_eq!((received.refusal, received.samples_refused), (Some(refusal), 1), "{references:?}");
        assert_eq!((received.series.len(), received.written.samples), (1, 1));
    }
}

#[test]
fn a_sample_of_an_impossible_time_is_refused_alone() {
    let late = [&[0x09][..], &1.0_f64.to_le_bytes(), &[0x10], &[0xff; 8], &[0x7f]].concat();
    let one = field(5, &[field(1, &[1, 2]), field(2, &late), field(2, &[])].concat());

    let received = decode(Version::V2, &packed(&[symbols(&["", "__name__", "up"]), one].concat())).unwrap();

    assert_eq!(received.refusal, Some(Refusal::Time { millis: i64::MAX }));
    assert_eq!((received.samples_refused, received.written.samples), (1, 1));
}

#[test]
fn sizes_are_checked_before_memory_is_taken() {
    // The header names 4 GiB, and 16 MiB, and nothing follows.
    let huge = decode(Version::V1, &[0xff, 0xff, 0xff, 0xff, 0x0f]);
    let unlikely = decode(Version::V1, &[0x80, 0x80, 0x80, 0x08]);
    let limits = Limits { bytes: 100, ..Limits::default() };
    let large = Decoder::new(limits).decode(Version::V1, V1);

    assert!(matches!(huge, Err(Error::TooLarge { .. })), "{huge:?}");
    assert!(matches!(unlikely, Err(Error::TooLarge { limit: 88, found: 16_777_216 })), "{unlikely:?}");
    assert!(matches!(large, Err(Error::TooLarge { limit: 100, .. })), "{large:?}");
    assert_eq!(large.unwrap_err().status(), 413);
}

#[test]
fn zeros_compress_less_than_the_check_allows() {
    let zeros = packed(&vec![0; 30 << 20]);

    assert!(matches!(decode(Version::V1, &zeros), Err(Error::Malformed(_))));
}

#[test]
fn too_much_of_anything_is_refused() {
    let message = packed(&[symbols(&["", "__name__", "up"]), series(&[1, 2]), series(&[1, 2])].concat());
    for (limits, what) in [
        (Limits { series: 1, ..Limits::default() }, "series"),
        (Limits { samples: 1, ..Limits::default() }, "samples"),
        (Limits { symbols: 2, ..Limits::default() }, "symbols"),
        (Limits { text_bytes: 15, ..Limits::default() }, "bytes of labels"),
    ] {
        let result = Decoder::new(limits).decode(Version::V2, &message);

        assert!(matches!(result, Err(Error::TooMany { what: it, .. }) if it == what), "{what}: {result:?}");
    }
}

#[test]
fn damaged_bodies_are_errors() {
    assert!(matches!(decode(Version::V1, b"\x05hello"), Err(Error::Snappy(_))));
    assert!(matches!(decode(Version::V1, b""), Err(Error::Snappy(_))));
    assert!(matches!(decode(Version::V1, &packed(b"hello")), Err(Error::Malformed(_))));
    let no_text = field(1, &field(1, &field(1, b"\xff")));
    assert!(matches!(decode(Version::V1, &packed(&no_text)), Err(Error::Damaged(..))));
    assert!(matches!(decode(Version::V2, &packed(&field(4, b"\xff"))), Err(Error::Malformed(_))));
}

#[test]
fn a_body_of_the_other_version_has_no_series() {
    // The numbers of the fields differ, so that neither version mistakes the other.
    assert!(decode(Version::V2, V1).is_ok_and(|it| it.series.is_empty()));
    assert!(decode(Version::V1, V2).is_ok_and(|it| it.series.is_empty()));
}

#[test]
fn the_version_is_in_the_content_type() {
    for (content_type, version) in [
        ("application/x-protobuf", Version::V1),
        ("application/x-protobuf;proto=prometheus.WriteRequest", Version::V1),
        ("application/x-protobuf;proto=io.prometheus.write.v2.Request", Version::V2),
        ("application/x-protobuf; proto=\"io.prometheus.write.v2.Request\"", Version::V2),
    ] {
        assert!(Version::of_content_type(content_type).is_ok_and(|it| it == version), "{content_type}");
    }
    for content_type in
        ["application/json", "", "application/x-protobuf;proto=io.prometheus.write.v3.Request"]
    {
        assert_eq!(Version::of_content_type(content_type).unwrap_err().status(), 415);
    }
}
