//! Tables of metrics.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use chiron_model::{MetricKind, MetricSeries};
use chiron_prometheus::table::{Error, Layout, Limits, Settings, Table, read};
use std::io;

fn table(text: &str) -> Table {
    read(text.as_bytes(), &Settings::new("cpu")).unwrap()
}

fn ids(table: &Table) -> Vec<String> {
    table.series.iter().map(|it| it.id().as_str().to_owned()).collect()
}

fn values(series: &MetricSeries) -> Vec<(i64, f64)> {
    series.samples.iter().map(|it| (it.at.secs(), it.value)).collect()
}

fn problems(table: &Table) -> Vec<String> {
    table.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn times_and_values_alone_are_one_series() {
    let table = table("timestamp,value\n2014-04-01 00:00:00,20.0\n2014-04-01 00:05:00,21.5\n");

    assert_eq!((table.layout, ids(&table)), (Layout::Long, vec!["cpu".to_owned()]));
    assert_eq!(values(&table.series[0]), [(1_396_310_400, 20.0), (1_396_310_700, 21.5)]);
}

#[test]
fn a_long_table_has_a_metric_and_labels_in_each_row() {
    let table = table(
        "Metric;Pod;Code;Timestamp;Value\n\
         requests_total;web-0;200;2022-08-22T03:51:19Z;1\n\
         requests_total;web-0;500;2022-08-22T03:51:19Z;2\n\
         requests_total;web-0;200;2022-08-22T03:52:19Z;3\n\
         requests_total;;200;2022-08-22T03:52:19Z;4\n",
    );

    assert_eq!(
        ids(&table),
        [
            r#"requests_total{Code="200",Pod="web-0"}"#,
            r#"requests_total{Code="500",Pod="web-0"}"#,
            r#"requests_total{Code="200"}"#
        ]
    );
    assert_eq!(values(&table.series[0]), [(1_661_140_279, 1.0), (1_661_140_339, 3.0)]);
    assert_eq!(table.series[0].kind, MetricKind::Counter);
    assert_eq!(table.series[0].owner.workload, "web");
}

#[test]
fn a_series_may_have_its_labels_in_its_name() {
    let table = table("time,series,value\n1661140279,\"up{pod=\"\"web-0\"\",job=\"\"a\"\"}\",1\n");

    assert_eq!(ids(&table), [r#"up{job="a",pod="web-0"}"#]);
}

#[test]
fn a_wide_table_has_a_series_in_each_column() {
    let table = table(
        "TimeStamp\tPodName\tCpuUsage(m)\tMemoryUsage(Mi)\n1661140279\tweb-0\t1.5\t\n1661140339\tweb-0\tNaN\t7\n",
    );

    assert_eq!(ids(&table), [r#"CpuUsage(m){PodName="web-0"}"#, r#"MemoryUsage(Mi){PodName="web-0"}"#]);
    assert_eq!(table.series[0].unit, "millicores");
    assert_eq!(table.series[0].owner.pod, "web-0");
    assert!(table.series[0].samples[1].value.is_nan());
    assert_eq!(values(&table.series[1]), [(1_661_140_339, 7.0)]);
    assert_eq!((table.missing, table.samples), (1, 3));
}

#[test]
fn a_table_may_have_several_lines_of_headings() {
    let table = table(
        "microservice,cart,cart,shop\nmetric,latency,requests,latency\nstatistic,p90,Sum,p90\n\
         unix_timestamp,,,\n1681857120.0,0.5,,0.1\n1681857420.0,0.6,3,0.2\n",
    );

    assert_eq!(table.layout, Layout::Headed(3));
    assert_eq!(
        ids(&table),
        [
            r#"latency{microservice="cart",statistic="p90"}"#,
            r#"latency{microservice="shop",statistic="p90"}"#,
            r#"requests{microservice="cart",statistic="Sum"}"#,
        ]
    );
    assert_eq!(values(&table.series[2]), [(1_681_857_420, 3.0)]);
    assert_eq!(table.series[0].owner.workload, "cart");
}

#[test]
fn bad_cells_are_told_with_line_and_column_and_the_rest_is_read() {
    let table = table(
        "timestamp,cpu,memory\n1661140279,1,2\nsoon,3,4\n1661140339,lots,6\n1661140399,7,8,9\n\n1661140459,10\n",
    );

    assert_eq!(
        problems(&table),
        [
            r#"line 3, column "timestamp": expected a time between the years 1678 and 2262, got "soon""#,
            r#"line 4, column "cpu": expected a number, or nothing, got "lots""#,
            "line 5: expected 3 cells, got 4",
        ]
    );
    let seconds =
        |place: usize| values(&table.series[place]).iter().map(|it| it.0 - 1_661_140_279).collect::<Vec<_>>();
    assert_eq!((seconds(0), seconds(1)), (vec![0, 120, 180], vec![0, 60, 120]));
    assert_eq!(table.missing, 1);
}

#[test]
fn a_row_that_is_no_text_is_left_out() {
    let table =
        read(&b"timestamp,value\n1661140279,\xff\n1661140339,2\n"[..], &Settings::new("cpu")).unwrap();

    assert_eq!(problems(&table), ["line 2: expected UTF-8"]);
    assert_eq!(table.samples, 1);
}

#[test]
fn a_metric_without_a_name_is_a_problem() {
    let table = table("timestamp,metric,value\n1661140279,,1\n1661140279,up,1\n");

    assert_eq!(problems(&table), [r#"line 2, column "metric": expected the name of a metric, got """#]);
    assert_eq!(ids(&table), ["up"]);
}

#[test]
fn samples_are_by_time_and_equal_times_stay_in_order() {
    let table = table("timestamp,value\n300,3\n100,1\n300,4\n200,2\n");

    assert_eq!(values(&table.series[0]), [(100, 1.0), (200, 2.0), (300, 3.0), (300, 4.0)]);
}

#[test]
fn a_mark_of_the_byte_order_and_windows_ends_are_no_matter() {
    let table = table("\u{feff}timestamp,value\r\n1661140279,1\r\n");

    assert_eq!(values(&table.series[0]), [(1_661_140_279, 1.0)]);
}

#[test]
fn labels_of_the_file_do_not_replace_those_of_the_rows() {
    let mut settings = Settings::new("cpu");
    settings.labels = [("pod", "file"), ("cluster", "prod")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .collect();

    let table = read(&b"timestamp,pod,value\n1661140279,web-0,1\n"[..], &settings).unwrap();

    assert_eq!(ids(&table), [r#"cpu{cluster="prod",pod="web-0"}"#]);
}

#[test]
fn what_is_too_much_is_left_out_and_told_once() {
    let mut settings = Settings::new("cpu");
    settings.limits = Limits { series: 1, samples: 2, columns: 4 };
    let text = "timestamp,a,b\n100,1,1\n200,2,2\n300,3,3\n400,4,4\n";

    let table = read(text.as_bytes(), &settings).unwrap();

    assert_eq!(
        problems(&table),
        [
            "line 2: expected at most 1 series, got more",
            "line 4: expected at most 2 samples, got more; the rest of the table is left out",
        ]
    );
    assert_eq!((table.series.len(), table.samples), (1, 2));
    let wide = read(&b"timestamp,a,b,c,d\n1,1,1,1,1\n"[..], &settings);
    assert!(matches!(wide, Err(Error::TooManyColumns { limit: 4, found: 5 })));
}

#[test]
fn what_is_no_table_of_metrics_is_an_error_that_says_what_to_do() {
    let error = |text: &str| read(text.as_bytes(), &Settings::new("cpu")).unwrap_err().to_string();

    assert!(error("").contains("got an empty table"));
    assert!(error("Source,Target,Weight\na,b,1\n").contains("name the column of the times so"));
    assert!(error("time,note\n100,x\n").contains("expected a column of numbers besides \"time\""));
}

#[test]
fn a_source_that_breaks_is_an_error() {
    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("reset"))
        }
    }

    assert!(matches!(read(Broken, &Settings::new("cpu")), Err(Error::Source(_))));
}

#[test]
fn a_table_with_names_alone_has_no_samples() {
    let table = table("timestamp,value\n");

    assert_eq!((table.samples, table.problem_count), (0, 0));
}
