//! What a metric measures, by its name and labels.

use super::{Bad, Profile, kind_of, name::Name, unit_of};
use chiron_model::{MetricKind, MetricType};
use std::collections::BTreeMap;

/// Labels of a series, by name.
type Labels = BTreeMap<String, String>;

/// Labels that tell how requests ended.
const RESULTS: [&str; 12] = [
    "code",
    "grpc_code",
    "grpc_status",
    "http_code",
    "http_response_status_code",
    "http_status",
    "http_status_code",
    "outcome",
    "response_code",
    "result",
    "status",
    "status_code",
];

/// Ends of requests that are the fault of the one who was asked. The codes are those of gRPC.
const FAILED: [&str; 14] = [
    "5xx",
    "dataloss",
    "data_loss",
    "deadlineexceeded",
    "deadline_exceeded",
    "error",
    "fail",
    "failed",
    "failure",
    "internal",
    "resourceexhausted",
    "timeout",
    "unavailable",
    "unknown",
];

/// Words for failures. Dropped packets and refused requests are failures too.
const FAILURES: [&str; 22] = [
    "5xx",
    "err",
    "error",
    "errors",
    "errs",
    "exception",
    "exceptions",
    "fail",
    "failed",
    "failing",
    "fails",
    "failure",
    "failures",
    "drop",
    "dropped",
    "drops",
    "panic",
    "panics",
    "rejected",
    "throttles",
    "timeouts",
    "unhealthy",
];

/// What a metric measures. Anything unknown is [`MetricType::Custom`], and so is what changes with plans of people and
/// not with the state of a program: limits, capacities, counts of replicas, times of birth.
///
/// Buckets, sums and counts of histograms are `Custom` too: what they tell of latency comes out of several of them.
#[must_use]
pub fn metric_type_of(name: &str, labels: &Labels) -> MetricType {
    let kind = kind_of(name);
    let unit = unit_of(name);
    let name = Name::new(name);
    if is_restarts(&name) {
        MetricType::Restarts
    } else if is_description(&name) {
        MetricType::Custom
    } else if let Some(known) = of_cadvisor(&name) {
        known
    } else if is_success(&name) || is_failure(&name, labels, kind) {
        MetricType::ErrorRate
    } else if is_part_of_histogram(&name, kind) {
        MetricType::Custom
    } else {
        by_words(&name, unit, kind)
    }
}

/// The direction that is bad for one metric: that of its type, turned round for what there should be much of, such as
/// free memory, idle processors, availability.
#[must_use]
pub fn bad_of(name: &str, labels: &Labels, metric: MetricType) -> Bad {
    let name = Name::new(name);
    let is_idle = labels.get("mode").is_some_and(|it| it == "idle");
    let is_left = name.has(&["free", "freeable", "avail", "available", "idle", "remaining"]);
    match (Profile::of(metric).bad, metric) {
        (Bad::Above, MetricType::ErrorRate) if is_success(&name) => Bad::Below,
        (Bad::Above, MetricType::Cpu | MetricType::Memory | MetricType::Disk) if is_idle || is_left => {
            Bad::Below
        }
        (bad, _) => bad,
    }
}

fn is_restarts(name: &Name<'_>) -> bool {
    name.has(&["restarts", "oom", "oomkill", "oomkills", "crashloop"])
}

fn is_description(name: &Name<'_>) -> bool {
    const PREFIXES: [&str; 5] =
        ["machine_", "container_spec_", "container_ulimits_", "container_last_seen", "container_start_time"];
    name.text.starts_with("kube_")
        || (PREFIXES.iter().any(|it| name.text.starts_with(it)) && !name.has(&["error"]))
        || name.ends_with(&["info", "labels", "annotations", "created", "timestamp"])
        || name.text.ends_with("_timestamp_seconds")
        || ["start", "boot", "gc"].iter().any(|it| name.text.ends_with(&format!("_{it}_time_seconds")))
}

/// The families of cAdvisor. Its memory failures are page faults, which are no errors.
fn of_cadvisor(name: &Name<'_>) -> Option<MetricType> {
    let is_of = |prefix: &str| name.text.starts_with(prefix);
    if is_of("container_memory_") {
        Some(MetricType::Memory)
    } else if is_of("container_cpu_") {
        Some(MetricType::Cpu)
    } else if is_of("container_fs_") || is_of("container_blkio_") {
        Some(MetricType::Disk)
    } else {
        None
    }
}

/// Shares of what went well: of these a fall is bad.
fn is_success(name: &Name<'_>) -> bool {
    let is_share = name.has(&["rate", "ratio", "percent", "percentage", "probe"]) || name.bracket == "%";
    let is_good = name.has(&["success", "successful", "succeeded"]) && is_share;
    is_good || name.has(&["availability"]) || name.text == "up" || name.text == "HealthyHostCount"
}

fn is_failure(name: &Name<'_>, labels: &Labels, kind: MetricKind) -> bool {
    let is_fault = name.has(&["fault", "faults"]) && !name.has(&["page"]);
    let counts_requests = !name.ends_with(&["bucket", "sum"])
        && (kind == MetricKind::Counter
            || name.has(&["request", "requests", "response", "responses", "calls"]))
        && !name.has(&["p50", "p90", "p95", "p99"])
        && !labels.contains_key("quantile");
    is_fault
        || name.has(&FAILURES)
        || name.has_phrase(&["un", "healthy"])
        || (counts_requests && has_failed(labels))
}

fn has_failed(labels: &Labels) -> bool {
    let results = RESULTS.iter().filter_map(|it| labels.get(*it));
    results.map(|it| it.to_ascii_lowercase()).any(|it| {
        let is_code = it.len() == 3 && it.starts_with('5') && it.bytes().all(|digit| digit.is_ascii_digit());
        is_code || FAILED.contains(&it.as_str())
    })
}

fn is_part_of_histogram(name: &Name<'_>, kind: MetricKind) -> bool {
    kind == MetricKind::Counter && name.ends_with(&["bucket", "sum", "count"])
}

fn by_words(name: &Name<'_>, unit: &str, kind: MetricKind) -> MetricType {
    if kind == MetricKind::Gauge && is_latency(name) {
        MetricType::Latency
    } else if name.has(&["cpu", "cpus", "load1", "load5", "load15"]) || name.has_phrase(&["load", "average"])
    {
        MetricType::Cpu
    } else if is_memory(name, unit) {
        MetricType::Memory
    } else if is_network(name, unit) {
        MetricType::Network
    } else if is_disk(name) {
        MetricType::Disk
    } else {
        MetricType::Custom
    }
}

fn is_latency(name: &Name<'_>) -> bool {
    name.has(&["latency", "latencies", "duration", "durations", "delay", "lag", "rtt", "elapsed"])
        || ["response", "request", "wait", "processing"].iter().any(|it| name.has_phrase(&[it, "time"]))
}

fn is_memory(name: &Name<'_>, unit: &str) -> bool {
    let is_amount = ["bytes", "kibibytes", "mebibytes", "gibibytes", "percent", "ratio"].contains(&unit);
    name.has(&["memory", "mem"]) || (is_amount && name.has(&["heap", "memstats", "rss", "swap"]))
}

fn is_network(name: &Name<'_>, unit: &str) -> bool {
    const WAYS: [&str; 6] = ["receive", "received", "recv", "sent", "transmit", "transmitted"];
    name.has(&[
        "network",
        "net",
        "netstat",
        "packet",
        "packets",
        "bandwidth",
        "rx",
        "tx",
        "tcp",
        "udp",
        "conntrack",
    ]) || (unit == "bytes" && name.has(&WAYS))
}

fn is_disk(name: &Name<'_>) -> bool {
    const DISKS: [&str; 13] = [
        "disk",
        "disks",
        "fs",
        "filesystem",
        "volume",
        "volumes",
        "blkio",
        "iops",
        "io",
        "inode",
        "inodes",
        "storage",
        "ebs",
    ];
    name.has(&DISKS) || (name.has(&["db"]) && name.has(&["size"]))
}
