//! Names of metrics tell what they measure, in which unit and of which kind; each type is watched in its own way.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

use chiron_model::{Direction, MetricKind, MetricType, Severity};
use chiron_streaming::{Bad, Model, Profile, bad_of, kind_of, metric_type_of, unit_of};
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

const METRICS_OF_A_NODE: &str = "05-metrics-and-pods-k8s-1.33/kubelet/metrics/cadvisor";
const METRICS_OF_OBJECTS: &str = "05-metrics-and-pods-k8s-1.33/ksm/metrics";
const PODS_WITH_FAULTS: &str =
    "09-pod-metrics-with-faults-nezha/2022-08-22/metric/frontend-579b9bff58-t2dbm_metric.csv";
const SERVICES_WITH_FAULTS: &str = "10-service-metrics-with-faults-petshop/low_traffic/noissue/metrics.csv";

/// A recording of the shared data, if it is there.
fn recording(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/k8s").join(name);
    let text = std::fs::read_to_string(path);
    if text.is_err() {
        println!("skipped: {name} is not beside this workspace");
    }
    text.ok()
}

fn of(name: &str, labels: &[(&str, &str)]) -> MetricType {
    let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    metric_type_of(name, &labels)
}

fn bad(name: &str) -> Bad {
    bad_of(name, &BTreeMap::new(), of(name, &[]))
}

/// Names and kinds as an exposition declares them.
fn declared(text: &str) -> Vec<(&str, &str)> {
    text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')).collect()
}

#[test]
fn names_of_many_sources_are_known() {
    let expected = "
        cpu: container_cpu_usage_seconds_total process_cpu_seconds_total node_cpu_seconds_total node_load1
        cpu: CPUUtilization CpuUsage(m) NodeCpuUsageRate(%) container_cpu_cfs_throttled_periods_total
        memory: container_memory_working_set_bytes container_memory_failures_total process_resident_memory_bytes
        memory: node_memory_MemAvailable_bytes go_memstats_heap_inuse_bytes MemoryUsage(Mi) FreeableMemory
        network: container_network_receive_bytes_total node_network_transmit_packets_total NetworkIn NetworkPacketsOut
        network: NetworkReceiveBytes NodeNetworkReceiveBytes etcd_network_client_grpc_sent_bytes_total
        disk: container_fs_writes_bytes_total container_fs_inodes_free node_disk_io_time_seconds_total DiskReadOps
        disk: node_filesystem_avail_bytes kubelet_volume_stats_used_bytes FreeStorageSpace VolumeWriteBytes
        latency: http_request_duration_seconds go_gc_duration_seconds PodClientLatencyP90(s) LatencyP50(s) latency
        latency: TargetResponseTime Duration ReplicaLag job:http_request_duration_seconds:p99 ReadLatency
        error-rate: http_errors_total container_network_receive_errors_total grpc_failures_total StatusCheckFailed
        error-rate: container_network_transmit_packets_dropped_total HTTPCode_Target_5XX_Count availability up
        error-rate: PodSuccessRate(%) node_network_receive_errs_total UnHealthyHostCount probe_success
        restarts: kube_pod_container_status_restarts_total container_oom_events_total
        restarts: kube_pod_init_container_status_restarts_total
        custom: http_requests_total http_request_duration_seconds_bucket http_request_duration_seconds_sum requests
        custom: kube_pod_status_phase kube_pod_container_resource_limits machine_memory_bytes kube_job_status_failed
        custom: container_spec_memory_limit_bytes process_start_time_seconds workqueue_depth PodWorkload(Ops)
        custom: SyscallRead RequestCount HTTPCode_Target_2XX_Count anything_else 7 _ ä
    ";
    for (word, names) in expected.lines().filter_map(|line| line.trim().split_once(": ")) {
        for name in names.split(' ') {
            assert_eq!(of(name, &[]).as_str(), word, "{name}");
        }
    }
}

#[test]
fn labels_tell_requests_that_failed() {
    for failed in [("code", "503"), ("status", "5xx"), ("grpc_code", "Unavailable"), ("result", "error")] {
        assert_eq!(of("http_requests_total", &[failed]), MetricType::ErrorRate, "{failed:?}");
        assert_eq!(of("http_request_duration_seconds_count", &[failed]), MetricType::ErrorRate, "{failed:?}");
        assert_eq!(of("http_request_duration_seconds_bucket", &[failed]), MetricType::Custom, "{failed:?}");
        assert_eq!(of("http_request_duration_seconds", &[failed, ("quantile", "0.9")]), MetricType::Latency);
    }
    for fine in [("code", "200"), ("status", "404"), ("grpc_code", "OK"), ("code", "50"), ("zone", "500")] {
        assert_eq!(of("http_requests_total", &[fine]), MetricType::Custom, "{fine:?}");
    }
}

#[test]
fn what_there_should_be_much_of_is_bad_below() {
    let below = [
        "node_memory_MemAvailable_bytes",
        "node_filesystem_avail_bytes",
        "container_fs_inodes_free",
        "FreeableMemory",
        "PodSuccessRate(%)",
        "availability",
        "up",
    ];
    for name in below {
        assert_eq!(bad(name), Bad::Below, "{name}");
    }
    let idle = BTreeMap::from([("mode".to_owned(), "idle".to_owned())]);
    assert_eq!(bad_of("node_cpu_seconds_total", &idle, MetricType::Cpu), Bad::Below);
}

#[test]
fn a_falling_error_rate_latency_or_count_of_restarts_is_good() {
    for metric in [MetricType::ErrorRate, MetricType::Latency, MetricType::Restarts, MetricType::Memory] {
        let bad = Profile::of(metric).bad;

        assert!(bad.covers(Direction::Above) && !bad.covers(Direction::Below), "{metric}");
    }
    for metric in [MetricType::Network, MetricType::Custom] {
        let bad = Profile::of(metric).bad;

        assert!(bad.covers(Direction::Above) && bad.covers(Direction::Below), "{metric}");
    }
    assert_eq!(bad("http_errors_total"), Bad::Above);
    assert_eq!(bad("http_requests_total"), Bad::Both);
}

#[test]
fn each_type_has_a_profile_of_its_own() {
    let profiles = MetricType::ALL.map(Profile::of);

    for (index, profile) in profiles.iter().enumerate() {
        assert!(profiles[..index].iter().all(|it| it != profile), "{:?}", MetricType::ALL[index]);
        assert!(
            profile.warm_up >= 30 && !profile.features.is_empty() && profile.models.contains(&Model::Light)
        );
        assert!((0.5..1.0).contains(&profile.floor) && profile.ceiling >= Severity::Warning);
        assert!(profile.dampening.cooldown > profile.dampening.release);
    }
    assert!(Profile::of(MetricType::Memory).models.contains(&Model::Trend));
}

#[test]
fn names_tell_units() {
    for (name, expected) in [
        ("container_cpu_usage_seconds_total", "seconds"),
        ("http_request_duration_seconds_sum", "seconds"),
        ("http_request_duration_seconds_bucket", ""),
        ("http_request_duration_seconds_count", ""),
        ("container_memory_rss", "bytes"),
        ("etcd_mvcc_db_total_size_in_bytes", "bytes"),
        ("http_requests_total", ""),
        ("CpuUsage(m)", "millicores"),
        ("MemoryUsage(Mi)", "mebibytes"),
        ("PodClientLatencyP90(s)", "seconds"),
        ("PodSuccessRate(%)", "percent"),
        ("PodWorkload(Ops)", ""),
        ("CPUUtilization", "percent"),
        ("NetworkIn", "bytes"),
        ("NetworkPacketsIn", ""),
        ("DiskReadBytes", "bytes"),
        ("TargetResponseTime", "seconds"),
        ("go_memstats_gc_cpu_fraction", "ratio"),
        ("latency", ""),
    ] {
        assert_eq!(unit_of(name), expected, "{name}");
    }
}

#[test]
fn counts_of_other_things_than_histograms_are_gauges() {
    for name in
        ["elb_request_count", "RequestCount", "ec2_network_in", "NetworkIn", "node_memory_HugePages_Total"]
    {
        assert_eq!(kind_of(name), MetricKind::Gauge, "{name}");
    }
    for name in ["a_seconds_count", "a_bytes_sum", "a_bucket", "a_total", "container_memory_failcnt"] {
        assert_eq!(kind_of(name), MetricKind::Counter, "{name}");
    }
}

#[test]
fn kinds_agree_with_what_a_cluster_declares() {
    for name in [METRICS_OF_A_NODE, METRICS_OF_OBJECTS] {
        let Some(text) = recording(name) else { continue };

        for (metric, declared) in declared(&text) {
            let kind = if declared == "counter" { MetricKind::Counter } else { MetricKind::Gauge };
            assert_eq!(kind_of(metric), kind, "{metric}");
        }
    }
}

#[test]
fn types_of_what_a_cluster_measures_are_right() {
    let Some(node) = recording(METRICS_OF_A_NODE) else { return };
    for (metric, _) in declared(&node) {
        let is_failure = ["error", "dropped"].iter().any(|it| metric.contains(it));
        let expected = match metric.split('_').nth(1) {
            Some(_) if is_failure => MetricType::ErrorRate,
            Some("oom") => MetricType::Restarts,
            _ if metric.starts_with("machine_") => MetricType::Custom,
            Some("cpu") => MetricType::Cpu,
            Some("memory") => MetricType::Memory,
            Some("network") => MetricType::Network,
            Some("fs" | "blkio") => MetricType::Disk,
            _ => MetricType::Custom,
        };
        assert_eq!(of(metric, &[]), expected, "{metric}");
    }
    let Some(objects) = recording(METRICS_OF_OBJECTS) else { return };
    for (metric, kind) in declared(&objects) {
        let expected = if kind == "counter" { MetricType::Restarts } else { MetricType::Custom };
        assert_eq!(of(metric, &[]), expected, "{metric}");
    }
}

#[test]
fn columns_of_recordings_with_faults_are_known() {
    if let Some(text) = recording(PODS_WITH_FAULTS) {
        let columns = text.lines().next().unwrap().split(',').skip(3);
        let custom: Vec<&str> = columns.filter(|it| of(it, &[]) == MetricType::Custom).collect();
        assert_eq!(custom, ["SyscallRead", "SyscallWrite", "PodWorkload(Ops)"]);
    }
    if let Some(text) = recording(SERVICES_WITH_FAULTS) {
        let names: BTreeSet<&str> = text.lines().nth(1).unwrap().split(',').skip(1).collect();
        let types: Vec<String> = names.iter().map(|it| format!("{it}={}", of(it, &[]))).collect();
        assert_eq!(types, ["availability=error-rate", "latency=latency", "requests=custom"]);
    }
}

proptest! {
    #[test]
    fn every_name_has_a_type_a_kind_and_a_unit(name in ".{0,40}", value in ".{0,10}") {
        let labels = BTreeMap::from([("code".to_owned(), value)]);

        let metric = metric_type_of(&name, &labels);

        prop_assert!(MetricType::ALL.contains(&metric));
        let _ = (kind_of(&name), unit_of(&name), bad_of(&name, &labels, metric));
    }
}
