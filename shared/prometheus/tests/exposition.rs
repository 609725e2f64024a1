//! Texts of exporters.
#![allow(clippy::panic, reason = "helpers of tests")]

use chiron_model::{MetricKind, MetricSeries, MetricType, Timestamp};
use chiron_prometheus::exposition::{Document, Limits, Parser, Problem, Settings, Syntax, parse, read};
use std::io::{self, BufReader, Read};

fn settings(syntax: Syntax) -> Settings {
    Settings::new(syntax, Timestamp::from_secs(1_766_400_000))
}

fn text(text: &str) -> Document {
    parse(text.as_bytes(), &settings(Syntax::Text))
}

fn open_metrics(text: &str) -> Document {
    parse(text.as_bytes(), &settings(Syntax::OpenMetrics))
}

fn series<'a>(document: &'a Document, id: &str) -> &'a MetricSeries {
    document.series.iter().find(|it| it.id().as_str() == id).unwrap_or_else(|| panic!("{id}: {document:#?}"))
}

fn problems(document: &Document) -> Vec<String> {
    document.problems.iter().map(ToString::to_string).collect()
}

const TEXT: &str = r#"# HELP http_requests_total The total number of \\ HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf -3982045

# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
http_request_duration_seconds_count 144320

# TYPE rpc_duration_seconds summary
rpc_duration_seconds{quantile="0.5"} 4773
rpc_duration_seconds_sum 1.7560473e+07
rpc_duration_seconds_count 2693
"#;

#[test]
fn reads_the_text_format() {
    let document = text(TEXT);

    assert_eq!(problems(&document), Vec::<String>::new());
    assert_eq!((document.samples, document.series.len()), (12, 12));
    let posts = series(&document, r#"http_requests_total{code="200",method="post"}"#);
    assert_eq!(posts.kind, MetricKind::Counter);
    assert_eq!(posts.samples[0].at.to_string(), "2014-03-17T14:26:03Z");
    assert_eq!(document.series[2].labels["error"], "Cannot find file:\n\"FILE.TXT\"");
    assert_eq!(document.series[2].labels["path"], r"C:\DIR\FILE.TXT");
    assert_eq!(document.series[3].samples[0].at, Timestamp::from_secs(1_766_400_000));
    assert_eq!(document.series[4].samples[0].at, Timestamp::from_nanos(-3_982_045_000_000));
    assert_eq!(document.series[4].samples[0].value.to_bits(), f64::INFINITY.to_bits());
}

#[test]
fn the_declared_type_says_how_numbers_are_read() {
    let document = text(
        "# TYPE jobs_total gauge\njobs_total 1\n# TYPE requests counter\nrequests 2\n\
         # TYPE rpc_duration_seconds summary\nrpc_duration_seconds{quantile=\"0.5\"} 1\nrpc_duration_seconds_count 2\n",
    );

    assert_eq!(document.series.iter().map(|it| it.kind).collect::<Vec<_>>(), {
        use MetricKind::{Counter, Gauge};
        [Gauge, Counter, Gauge, Counter]
    });
    assert_eq!(document.series[2].ty, MetricType::Latency);
    assert_eq!(document.series[2].unit, "seconds");
}

const OPEN_METRICS: &str = r#"# TYPE acme_http_router_request_seconds summary
# UNIT acme_http_router_request_seconds seconds
# HELP acme_http_router_request_seconds Latency though all of ACME's HTTP request router.
acme_http_router_request_seconds_sum{path="/api/v1",method="GET"} 9036.32
acme_http_router_request_seconds_count{path="/api/v1",method="GET"} 807283.0
acme_http_router_request_seconds_created{path="/api/v1",method="GET"} 1605281325.0
# TYPE go_goroutines gauge
go_goroutines 69 1605281325.5
# TYPE foo histogram
foo_bucket{le="0.01"} 0
foo_bucket{le="+Inf"} 17 # {trace_id="KOO5S4vxi0o"} 0.67 1605281325.1
# TYPE jobs counter
# UNIT jobs requests
jobs_total 17 1605281326 # {trace_id="oHg5SJYRHA0"} 0.54
# EOF
"#;

#[test]
fn reads_openmetrics() {
    let document = open_metrics(OPEN_METRICS);

    assert_eq!(problems(&document), Vec::<String>::new());
    assert_eq!((document.samples, document.exemplars), (7, 2));
    assert_eq!(series(&document, "go_goroutines").samples[0].at.to_string(), "2020-11-13T15:28:45.500Z");
    let jobs = series(&document, "jobs_total");
    assert_eq!((jobs.kind, jobs.unit.as_str()), (MetricKind::Counter, "requests"));
    let ids: Vec<_> = document.series.iter().take(3).map(|it| (it.kind, it.unit.as_str())).collect();
    assert_eq!(ids[0], (MetricKind::Counter, "seconds"));
    assert_eq!(ids[1], (MetricKind::Counter, ""));
    assert_eq!(ids[2].0, MetricKind::Gauge);
}

#[test]
fn openmetrics_without_its_end_may_be_cut() {
    let document = open_metrics("up 1\ndown");

    assert_eq!(
        problems(&document),
        [
            "line 2, column 5: expected a number, `NaN`, `+Inf` or `-Inf`, got \"\"",
            "line 2: expected `# EOF` at the end; the text may be cut",
        ]
    );
    assert_eq!(document.samples, 1);
}

#[test]
fn what_follows_the_end_is_told_once_and_left_out() {
    let document = open_metrics("up 1\n# EOF\nup 2\nup 3\n");

    assert_eq!(problems(&document), ["line 3: expected nothing after `# EOF`"]);
    assert_eq!(document.samples, 1);
}

#[test]
fn a_bad_line_does_not_lose_the_rest() {
    let bytes = b"up{job=\"a\"} 1\r\nup{job=b} 2\n\xff\xfe 3\nup{job=\"c\"} x\nup{job=\"d\"} 4";

    let document = parse(bytes, &settings(Syntax::Text));

    let names: Vec<_> = document.series.iter().map(|it| it.labels["job"].clone()).collect();
    assert_eq!(names, ["a", "d"]);
    assert_eq!(document.problem_count, 3);
    assert_eq!(problems(&document)[0], "line 2, column 8: expected a text in double quotes, got \"b} 2\"");
    assert!(problems(&document)[1].starts_with("line 3, column 1: expected UTF-8"));
    assert!(problems(&document)[2].starts_with("line 4, column 13: expected a number"));
}

#[test]
fn samples_of_one_series_are_put_together() {
    let document = text("up{a=\"1\",b=\"2\"} 1 1000\nup{b=\"2\",a=\"1\",c=\"\"} 2 2000\n");

    let [series] = &document.series[..] else { panic!("{document:?}") };
    assert_eq!(series.samples.len(), 2);
}

#[test]
fn a_line_that_is_too_long_is_left_out_without_being_held() {
    let mut settings = settings(Syntax::Text);
    settings.limits.line_bytes = 64;
    let long = format!("up{{a=\"{}\"}} 1\nup 2\n", "x".repeat(1000));
    let exact = format!("{:>64}\r\nup 2\n", "up 1");

    let found: Vec<_> = read(BufReader::with_capacity(7, long.as_bytes()), &settings).collect();

    assert!(matches!(found[0], Err(Problem::TooLong { line: 1, limit: 64 })));
    assert!(found[1].is_ok());
    assert_eq!(read(exact.as_bytes(), &settings).flatten().count(), 2);
}

#[test]
fn series_beyond_the_limit_are_left_out_and_told_once() {
    let mut settings = settings(Syntax::Text);
    settings.limits = Limits { series: 2, ..Limits::default() };

    let document = parse(b"a 1 1000\nb 1\nc 1\nd 1\na 2 2000\n", &settings);

    assert_eq!((document.series.len(), document.samples), (2, 3));
    assert!(matches!(document.problems[..], [Problem::TooManySeries { line: 3, limit: 2 }]));
}

#[test]
fn labels_of_the_endpoint_do_not_replace_own_ones() {
    let mut settings = settings(Syntax::Text);
    settings.labels = [("job", "node"), ("instance", "a:9100")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .collect();

    let document = parse(b"up{job=\"own\"} 1\n", &settings);

    assert_eq!(document.series[0].id().as_str(), r#"up{instance="a:9100",job="own"}"#);
}

#[test]
fn a_source_that_breaks_keeps_what_was_read() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("reset"))
        }
    }

    let source = BufReader::new("up 1\nup".as_bytes().chain(Broken));
    let found: Vec<_> = read(source, &settings(Syntax::Text)).collect();

    assert_eq!(found.len(), 2);
    assert!(matches!(found[1], Err(Problem::Broken { line: 2, .. })));
}

#[test]
fn lines_can_be_pushed() {
    let mut parser = Parser::new(&settings(Syntax::OpenMetrics));

    assert!(parser.line(b"# TYPE up gauge").unwrap().is_none());
    assert_eq!(parser.line(b"up 1").unwrap().unwrap().name, "up");
    assert!(parser.finish().is_err());
    assert!(parser.line(b"# EOF").unwrap().is_none());
    assert!(parser.finish().is_ok());
    assert_eq!(parser.lines(), 3);
}

#[test]
fn the_dialect_is_known_by_content_type_or_end() {
    let open = Syntax::of_content_type("application/openmetrics-text; version=1.0.0; charset=utf-8");

    assert_eq!(open, Syntax::OpenMetrics);
    assert_eq!(Syntax::of_content_type("text/plain; version=0.0.4"), Syntax::Text);
    assert_eq!(Syntax::of_text(OPEN_METRICS.as_bytes()), Syntax::OpenMetrics);
    assert_eq!(Syntax::of_text(TEXT.as_bytes()), Syntax::Text);
}
