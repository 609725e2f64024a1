//! Owners by labels as real scrapes have them.

use chiron_model::MetricOwner;
use chiron_prometheus::owner::owner_of;

/// Namespace, workload, pod and container of a series.
fn owner(name: &str, labels: &str) -> [String; 4] {
    let labels = labels.split_whitespace().filter_map(|it| it.split_once('='));
    let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let MetricOwner { namespace, workload, pod, container } = owner_of(name, &labels);
    [namespace, workload, pod, container]
}

#[test]
fn cadvisor_tells_pod_and_container() {
    for labels in [
        "namespace=shop pod=cart-674b8bbfcf-lj26m container=cart job=kubelet service=kubelet node=n1",
        "namespace=shop pod_name=cart-674b8bbfcf-lj26m container_name=cart",
        "container_label_io_kubernetes_pod_namespace=shop container_label_io_kubernetes_pod_name=cart-674b8bbfcf-lj26m \
         container_label_io_kubernetes_container_name=cart",
    ] {
        assert_eq!(
            owner("container_memory_working_set_bytes", labels),
            ["shop", "cart", "cart-674b8bbfcf-lj26m", "cart"],
            "{labels}"
        );
    }
    assert_eq!(
        owner("container_network_receive_bytes_total", "namespace=shop pod=db-0 container=POD"),
        ["shop", "db", "db-0", ""]
    );
    assert_eq!(
        owner("container_cpu_usage_seconds_total", "id=/ job=kubelet service=kubelet"),
        ["", "", "", ""]
    );
}

#[test]
fn what_prometheus_moved_away_is_the_object() {
    let endpoint = "namespace=monitoring pod=ksm-64cd7876b6-rstrl container=ksm service=ksm job=ksm";
    let moved = format!(
        "{endpoint} exported_namespace=shop exported_pod=cart-674b8bbfcf-lj26m exported_container=cart"
    );

    assert_eq!(
        owner("kube_pod_container_status_restarts_total", &moved),
        ["shop", "cart", "cart-674b8bbfcf-lj26m", "cart"]
    );
    let without_container = format!("{endpoint} exported_namespace=shop exported_pod=db-0");
    assert_eq!(owner("kube_pod_status_phase", &without_container), ["shop", "db", "db-0", ""]);
}

#[test]
fn the_pod_of_kube_state_metrics_is_not_that_of_a_deployment() {
    let labels = "namespace=shop deployment=cart pod=ksm-64cd7876b6-rstrl container=ksm service=ksm job=ksm";

    assert_eq!(owner("kube_deployment_status_replicas", labels), ["shop", "cart", "", ""]);
    assert_eq!(
        owner(
            "kube_node_status_condition",
            "node=n1 namespace=monitoring pod=ksm-64cd7876b6-rstrl service=ksm"
        ),
        ["", "", "", ""]
    );
    assert_eq!(owner("kube_namespace_status_phase", "namespace=shop service=ksm"), ["shop", "", "", ""]);
    assert_eq!(owner("kube_service_info", "namespace=shop service=cart"), ["shop", "cart", "", ""]);
}

#[test]
fn kube_state_metrics_names_workloads() {
    for (name, labels, workload) in [
        ("kube_statefulset_replicas", "statefulset=db", "db"),
        ("kube_daemonset_created", "daemonset=proxy", "proxy"),
        ("kube_replicaset_created", "replicaset=cart-674b8bbfcf", "cart"),
        ("kube_job_status_failed", "job_name=backup-28437121", "backup"),
        ("kube_job_status_failed", "job_name=import", "import"),
        ("kube_cronjob_next_schedule_time", "cronjob=backup", "backup"),
        ("kube_horizontalpodautoscaler_status_current_replicas", "horizontalpodautoscaler=x", ""),
    ] {
        assert_eq!(owner(name, &format!("namespace=shop {labels}"))[1], workload, "{name}");
    }
}

#[test]
fn programs_are_told_by_their_endpoint() {
    for (labels, expected) in [
        ("kubernetes_namespace=shop kubernetes_pod_name=cart-674b8bbfcf-lj26m job=pods", "cart"),
        ("k8s_namespace_name=shop k8s_pod_name=cart-674b8bbfcf-lj26m k8s_deployment_name=basket", "basket"),
        ("namespace=shop service=cart-metrics job=cart", "cart-metrics"),
        ("namespace=shop app=cart", "cart"),
        ("namespace=shop job=cart", "cart"),
        ("namespace=shop pod=cart-674b8bbfcf-lj26m service=other", "cart"),
        ("namespace=shop", ""),
    ] {
        let owner = owner("http_requests_total", labels);

        assert_eq!((owner[0].as_str(), owner[1].as_str()), ("shop", expected), "{labels}");
    }
}

#[test]
fn requests_in_a_mesh_belong_to_who_answers() {
    let labels = "source_workload=web destination_workload=cart destination_workload_namespace=shop \
                  destination_service_name=cart-svc";

    assert_eq!(owner("istio_requests_total", labels), ["shop", "cart", "", ""]);
}

#[test]
fn the_volume_of_a_pod_does_not_belong_to_the_kubelet() {
    let labels = "namespace=shop persistentvolumeclaim=data-db-0 service=kubelet job=kubelet";

    assert_eq!(owner("kubelet_volume_stats_used_bytes", labels), ["shop", "", "", ""]);
}
