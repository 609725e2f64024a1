//! What the name of a column says.

/// A name in small letters with `_` between its words, and without a unit in brackets: `CpuUsage(m)` is `cpu_usage`.
pub(super) fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut before = ' ';
    for sign in without_unit(name).trim().chars() {
        let begins = sign.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit());
        let is_gap = !sign.is_alphanumeric();
        if (begins || is_gap) && !plain.is_empty() && !plain.ends_with('_') {
            plain.push('_');
        }
        if !is_gap {
            plain.extend(sign.to_lowercase());
        }
        before = sign;
    }
    plain.truncate(plain.trim_end_matches('_').len());
    plain
}

fn without_unit(name: &str) -> &str {
    let bracketed = |open, close| name.trim_end().strip_suffix(close)?.rsplit_once::<char>(open);
    bracketed('(', ')').or_else(|| bracketed('[', ']')).map_or(name, |(name, _)| name)
}

/// Whether a column of this plain name has times.
pub(super) fn is_time(plain: &str) -> bool {
    let times = [
        "timestamp",
        "time_stamp",
        "time",
        "date",
        "datetime",
        "date_time",
        "ts",
        "ds",
        "epoch",
        "unix_timestamp",
        "unix_time",
        "unixtime",
        "timestamp_ms",
        "timestamp_ns",
        "time_ms",
        "time_ns",
    ];
    times.contains(&plain)
}

/// Whether a column of this plain name has the names of metrics.
pub(super) fn is_metric(plain: &str) -> bool {
    let metrics = [
        "metric",
        "metric_name",
        "metricname",
        "series",
        "series_name",
        "series_id",
        "name",
        "kpi",
        "kpi_name",
        "measurement",
    ];
    metrics.contains(&plain)
}

/// Whether a column of this plain name has values.
pub(super) fn is_value(plain: &str) -> bool {
    ["value", "val", "metric_value", "y"].contains(&plain)
}

/// Whether a column of this plain name has labels, even if they look like numbers.
pub(super) fn is_label(plain: &str) -> bool {
    let labels = [
        "cluster",
        "namespace",
        "pod",
        "pod_name",
        "container",
        "container_name",
        "workload",
        "deployment",
        "service",
        "service_name",
        "microservice",
        "job",
        "instance",
        "node",
        "node_name",
        "host",
        "hostname",
        "device",
        "interface",
        "id",
        "uid",
        "label",
    ];
    labels.contains(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_become_names_of_metrics() {
        for (name, wanted) in [
            ("CpuUsage(m)", "cpu_usage"),
            ("CpuUsageRate(%)", "cpu_usage_rate"),
            ("PodClientLatencyP90(s)", "pod_client_latency_p90"),
            ("TimeStamp", "time_stamp"),
            ("timestamp", "timestamp"),
            ("@timestamp", "timestamp"),
            ("__name__", "name"),
            (" Memory usage [MiB] ", "memory_usage"),
            ("HTTPRequests", "httprequests"),
            ("", ""),
            ("()", ""),
        ] {
            assert_eq!(plain(name), wanted, "{name}");
        }
    }
}
