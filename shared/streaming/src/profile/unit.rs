//! Unit and kind of a metric, by its name. What an exposition declares is better, where there is a declaration.

use super::name::Name;
use chiron_model::MetricKind;

/// Gauges that are named as counters are.
const GAUGES: [&str; 9] = [
    "container_fs_inodes_total",
    "etcd_debugging_mvcc_keys_total",
    "etcd_debugging_mvcc_pending_events_total",
    "etcd_debugging_mvcc_slow_watcher_total",
    "etcd_debugging_mvcc_watch_stream_total",
    "etcd_debugging_mvcc_watcher_total",
    "etcd_grpc_proxy_cache_keys_total",
    "etcd_grpc_proxy_watchers_coalescing_total",
    "etcd_server_snapshot_apply_in_progress_total",
];

/// Memory of a container that is told in bytes, though its name does not say so.
const BYTES_OF_CADVISOR: [&str; 5] = [
    "container_memory_cache",
    "container_memory_kernel_usage",
    "container_memory_mapped_file",
    "container_memory_rss",
    "container_memory_swap",
];

/// Words before `_count` and `_sum` that show a histogram or a summary; any other may be a gauge.
const MEASURES: [&str; 7] =
    ["seconds", "milliseconds", "microseconds", "bytes", "duration", "latency", "size"];

/// How the numbers of a metric are to be read, by its name: counters end in `_total` or `_bucket`, or in `_count` or
/// `_sum` after a unit. Anything else is a gauge.
#[must_use]
pub fn kind_of(name: &str) -> MetricKind {
    let name = Name::new(name);
    let is_part = name.ends_with(&["count", "sum"]) && MEASURES.contains(&name.base_word());
    let is_total = name.ends_with(&["total"]) && !GAUGES.contains(&name.text);
    let is_named_so = is_total || is_part || name.ends_with(&["bucket", "failcnt"]);
    if name.is_snake() && is_named_so { MetricKind::Counter } else { MetricKind::Gauge }
}

/// The unit of the raw numbers of a metric, by its name, such as `seconds` or `bytes`; empty when the name does not
/// tell. Counts have none.
///
/// What stands in brackets counts first, then the base units of Prometheus, then what metrics of `CloudWatch` are known
/// to be in.
#[must_use]
pub fn unit_of(name: &str) -> &'static str {
    let name = Name::new(name);
    let is_count = name.is_snake() && name.ends_with(&["bucket", "count"]);
    if !name.bracket.is_empty() {
        of_bracket(&name)
    } else if is_count {
        ""
    } else if BYTES_OF_CADVISOR.contains(&name.text) {
        "bytes"
    } else {
        let unit = of_word(name.base_word());
        if unit.is_empty() && !name.is_snake() { of_cloud_watch(&name) } else { unit }
    }
}

fn of_bracket(name: &Name<'_>) -> &'static str {
    match name.bracket {
        "%" => "percent",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "B" => "bytes",
        "Ki" | "KiB" => "kibibytes",
        "Mi" | "MiB" => "mebibytes",
        "Gi" | "GiB" => "gibibytes",
        "m" if name.has(&["cpu"]) => "millicores",
        _ => "",
    }
}

fn of_word(word: &str) -> &'static str {
    match word {
        "seconds" | "secs" => "seconds",
        "milliseconds" | "millis" | "ms" => "milliseconds",
        "microseconds" | "us" => "microseconds",
        "nanoseconds" | "ns" => "nanoseconds",
        "minutes" => "minutes",
        "bytes" => "bytes",
        "kibibytes" | "kib" => "kibibytes",
        "mebibytes" | "mib" => "mebibytes",
        "gibibytes" | "gib" => "gibibytes",
        "percent" | "pct" | "percentage" => "percent",
        "ratio" | "fraction" => "ratio",
        "cores" => "cores",
        "millicores" => "millicores",
        "celsius" => "celsius",
        "volts" => "volts",
        "amperes" => "amperes",
        "joules" => "joules",
        "watts" => "watts",
        "hertz" => "hertz",
        _ => "",
    }
}

fn of_cloud_watch(name: &Name<'_>) -> &'static str {
    let is_traffic = name.has(&["network"]) && name.has(&["in", "out"]);
    if name.has(&["utilization"]) {
        "percent"
    } else if name.has_phrase(&["response", "time"]) || name.text.ends_with("Latency") {
        "seconds"
    } else if name.text == "Duration" {
        "milliseconds"
    } else if (is_traffic && !name.has(&["packets"]))
        || matches!(name.text, "FreeableMemory" | "FreeStorageSpace")
    {
        "bytes"
    } else {
        ""
    }
}
