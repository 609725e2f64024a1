//! Metrics that real clusters and shops gave. Skipped when the recordings are not there.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

use chiron_model::{MetricKind, Timestamp};
use chiron_prometheus::{
    exposition::{Document, Settings, Syntax, condense, parse},
    owner::{CgroupRow, cgroup_row, repeats_others},
    shards::into_batches,
    table::{self, Layout, Table},
};
use std::{collections::BTreeSet, fs, path::PathBuf};

const CLUSTER: &str = "05-metrics-and-pods-k8s-1.33";
const PODS: &str = "09-pod-metrics-with-faults-nezha/2022-08-22/metric";
const SHOP: &str = "10-service-metrics-with-faults-petshop/low_traffic";

/// A recording; nothing, and a line about it, when it is not there.
fn recording(path: &str) -> Option<Vec<u8>> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/k8s").join(path);
    let found = fs::read(&file);
    if let Err(error) = &found {
        println!("skipped: {path}: {error}");
    }
    found.ok()
}

fn exposition(path: &str) -> Option<Document> {
    let settings = Settings::new(Syntax::Text, Timestamp::from_secs(1_762_283_400));
    Some(parse(&recording(&format!("{CLUSTER}/{path}"))?, &settings))
}

fn table(path: &str) -> Option<Table> {
    let bytes = recording(path)?;
    Some(table::read(&bytes[..], &table::Settings::new("value")).unwrap())
}

#[test]
fn every_sample_of_cadvisor_is_read() {
    let Some(document) = exposition("kubelet/metrics/cadvisor") else { return };

    assert_eq!((document.samples, document.problem_count), (4330, 0));
    let usage = document.series.iter().find(|it| {
        it.name == "container_cpu_usage_seconds_total"
            && it.owner.pod == "e2e-hpa-87b6cf96-2rdfp"
            && it.owner.container == "php-apache"
    });
    let usage = usage.unwrap();
    assert_eq!((usage.kind, usage.unit.as_str()), (MetricKind::Counter, "seconds"));
    assert_eq!((usage.owner.namespace.as_str(), usage.owner.workload.as_str()), ("scraper", "e2e-hpa"));
    assert_eq!(usage.samples[0].at.secs() / 1000, 1_762_283);
}

#[test]
fn rows_of_cadvisor_are_told_apart() {
    let Some(document) = exposition("kubelet/metrics/cadvisor") else { return };
    let of_cpu = || document.series.iter().filter(|it| it.name == "container_cpu_usage_seconds_total");
    let count = |row| of_cpu().filter(|it| cgroup_row(&it.name, &it.labels) == Some(row)).count();

    assert_eq!(count(CgroupRow::Node), 1);
    assert_eq!(count(CgroupRow::Slice), 4);
    assert_eq!(count(CgroupRow::Pod), 18);
    assert_eq!(count(CgroupRow::Sandbox), 18);
    assert_eq!(count(CgroupRow::Container), 17);
    let network = document.series.iter().filter(|it| it.name.starts_with("container_network_"));
    assert!(network.filter(|it| !it.owner.pod.is_empty()).all(|it| !repeats_others(&it.name, &it.labels)));
}

#[test]
fn every_sample_of_kube_state_metrics_is_read() {
    let Some(document) = exposition("ksm/metrics") else { return };

    assert_eq!((document.samples, document.problem_count), (1540, 0));
    assert!(
        document
            .series
            .iter()
            .filter(|it| it.name.starts_with("kube_node_"))
            .all(|it| { it.owner.namespace.is_empty() && it.owner.workload.is_empty() })
    );
}

#[test]
fn workloads_of_the_exporters_agree() {
    let (Some(ksm), Some(cadvisor)) = (exposition("ksm/metrics"), exposition("kubelet/metrics/cadvisor"))
    else {
        return;
    };
    let known = |name: &str| -> BTreeSet<(String, String)> {
        let of_name = ksm.series.iter().filter(|it| it.name == name);
        of_name.map(|it| (it.owner.namespace.clone(), it.owner.workload.clone())).collect()
    };
    let declared: BTreeSet<_> =
        ["kube_deployment_created", "kube_statefulset_created", "kube_daemonset_created", "kube_job_created"]
            .into_iter()
            .flat_map(known)
            .collect();
    let alone = [
        "e2e-container-creating",
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "storage-provisioner",
    ];

    let of_pods = cadvisor.series.iter().filter(|it| !it.owner.pod.is_empty());
    let unknown: BTreeSet<_> = of_pods
        .map(|it| (it.owner.namespace.clone(), it.owner.workload.clone()))
        .filter(|it| !declared.contains(it) && !alone.contains(&it.1.as_str()))
        .collect();

    assert_eq!(unknown, BTreeSet::new(), "declared are {declared:?}");
}

#[test]
fn buckets_of_the_control_plane_are_condensed() {
    let Some(document) = exposition("controlplane/etcd/metrics") else { return };
    assert_eq!((document.samples, document.problem_count), (1403, 0));

    let condensed = condense(document.series);

    assert!(condensed.iter().all(|it| !it.name.ends_with("_bucket")));
    assert!(condensed.iter().any(|it| it.name == "etcd_disk_wal_fsync_duration_seconds_sum"));
}

#[test]
fn a_scrape_becomes_batches_by_shard() {
    let Some(document) = exposition("kubelet/metrics/cadvisor") else { return };
    let samples = document.samples;

    let batches = into_batches("minikube", document.series);

    assert!(batches.len() > 5, "{}", batches.len());
    let kept: usize = batches.iter().flat_map(|it| it.series.iter()).map(|it| it.samples.len()).sum();
    assert_eq!(kept as u64, samples);
}

#[test]
fn metrics_of_pods_are_a_wide_table() {
    let Some(table) = table(&format!("{PODS}/cartservice-579f59597d-wc2lz_metric.csv")) else { return };

    assert_eq!((table.layout, table.time_column.as_str(), table.problem_count), (Layout::Wide, "Time", 0));
    assert_eq!((table.series.len(), table.samples), (19, 19 * 1209));
    let memory = table.series.iter().find(|it| it.name == "MemoryUsage(Mi)").unwrap();
    assert_eq!(memory.unit, "mebibytes");
    assert_eq!(memory.owner.pod, "cartservice-579f59597d-wc2lz");
    assert_eq!(memory.owner.workload, "cartservice");
    assert_eq!(memory.samples[0].at.secs(), 1_661_140_279);
}

#[test]
fn times_that_contradict_themselves_are_read_from_the_column_with_a_zone() {
    // In this file the column TimeStamp is damaged: it lies six years ahead, and steps back 56 times.
    let Some(damaged) = table(&format!("{PODS}/adservice-5f6585d649-fnmft_metric.csv")) else { return };
    let Some(sound) = table(&format!("{PODS}/cartservice-579f59597d-wc2lz_metric.csv")) else { return };

    let seconds = |table: &Table| table.series[0].samples.iter().map(|it| it.at.secs()).collect::<Vec<_>>();
    let apart = seconds(&damaged).into_iter().zip(seconds(&sound)).map(|(a, b)| (a - b).abs()).max();

    assert!(apart.is_some_and(|it| it <= 5), "{apart:?}");
}

#[test]
fn calls_between_services_are_a_wide_table_with_gaps() {
    let Some(table) = table(&format!("{PODS}/destination_50.csv")) else { return };

    assert_eq!((table.layout, table.problem_count), (Layout::Wide, 0));
    assert_eq!((table.series.len(), table.missing), (14, 113));
    assert_eq!(table.samples, 14 * 1209 - 113);
}

#[test]
fn metrics_of_services_stand_under_three_headings() {
    let Some(table) = table(&format!("{SHOP}/test/issue_0/metrics.csv")) else { return };

    assert_eq!((table.layout, table.time_column.as_str()), (Layout::Headed(3), "unix_timestamp"));
    assert_eq!(table.problem_count, 0, "{:?}", table.problems);
    let latency = table.series.iter().find(|it| {
        it.name == "latency" && it.labels["microservice"] == "PetSite" && it.labels["statistic"] == "Average"
    });
    let latency = latency.unwrap();
    assert_eq!(latency.owner.workload, "PetSite");
    assert_eq!(latency.samples[0].at.secs(), 1_681_857_120);
    assert_eq!(latency.samples[0].value.to_bits(), 0.089_822_082_969_603_8_f64.to_bits());
}

#[test]
fn every_file_of_metrics_is_a_table() {
    let Some(_) = recording(&format!("{SHOP}/graph.csv")) else { return };
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/k8s");
    let folders = [PODS.to_owned(), format!("{SHOP}/noissue")];
    let issues = (0..18).map(|it| format!("{SHOP}/test/issue_{it}"));

    for folder in folders.into_iter().chain(issues) {
        for file in fs::read_dir(root.join(folder)).unwrap().map(|it| it.unwrap().path()) {
            let is_metrics =
                file.extension().is_some_and(|it| it == "csv") && !file.ends_with("dependency.csv");
            if is_metrics {
                let read =
                    table::read(fs::File::open(&file).unwrap(), &table::Settings::new("value")).unwrap();
                assert_eq!(read.problem_count, 0, "{}: {:?}", file.display(), read.problems);
                assert!(read.samples > 100, "{}", file.display());
            }
        }
    }
}
