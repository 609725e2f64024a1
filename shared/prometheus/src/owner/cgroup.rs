//! What a row of cAdvisor counts: a container, or a group that holds containers.

use std::collections::BTreeMap;

/// What a row of cAdvisor counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CgroupRow {
    /// One container.
    Container,
    /// The sandbox of a pod (the pause container), which does nothing but holds the network of the pod.
    Sandbox,
    /// A whole pod: the sum of its containers.
    Pod,
    /// A slice of the node, such as all pods of one quality of service.
    Slice,
    /// The whole node.
    Node,
}

/// What the series `name` with these labels counts; nothing when it is no row of cAdvisor.
#[must_use]
pub fn cgroup_row(name: &str, labels: &BTreeMap<String, String>) -> Option<CgroupRow> {
    let label = |names: &[&str]| names.iter().find_map(|it| labels.get(*it)).map_or("", String::as_str);
    let id = label(&["id"]);
    if !name.starts_with("container_") || id.is_empty() {
        return None;
    }
    let container = label(&["container", "container_name", "container_label_io_kubernetes_container_name"]);
    let pod = label(&["pod", "pod_name", "container_label_io_kubernetes_pod_name"]);
    let is_a_container = !label(&["name"]).is_empty() || !label(&["image"]).is_empty();
    Some(match (container, pod) {
        ("POD", _) => CgroupRow::Sandbox,
        ("", "") if id == "/" => CgroupRow::Node,
        // A container that Kubernetes does not know of.
        ("", "") if is_a_container => CgroupRow::Container,
        ("", "") => CgroupRow::Slice,
        ("", _) if is_a_container => CgroupRow::Sandbox,
        ("", _) => CgroupRow::Pod,
        (_, _) => CgroupRow::Container,
    })
}

/// Whether other series tell the same in more detail, so that this one can be left out: sums of containers, and
/// pause containers. The network of a pod is told by nothing but its sandbox or itself, so it stays.
#[must_use]
pub fn repeats_others(name: &str, labels: &BTreeMap<String, String>) -> bool {
    let is_network = name.starts_with("container_network_");
    match cgroup_row(name, labels) {
        Some(CgroupRow::Sandbox | CgroupRow::Pod) => !is_network,
        Some(CgroupRow::Slice) => true,
        Some(CgroupRow::Container | CgroupRow::Node) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    const MEMORY: &str = "container_memory_working_set_bytes";
    const NETWORK: &str = "container_network_receive_bytes_total";

    #[test]
    fn tells_containers_from_what_holds_them() {
        let pod = "/kubepods/burstable/pod1b603b24-034d-4d88-9896-4d1fd4140750";
        let id = &format!("{pod}/82255621c03ca41e96823ba2ebce5a68befd75df0853b871e6b13fff658de873");
        let image = "registry.k8s.io/pause:3.10";
        for (row, pairs) in [
            (CgroupRow::Node, vec![("id", "/")]),
            (CgroupRow::Slice, vec![("id", "/kubepods/besteffort")]),
            (CgroupRow::Slice, vec![("id", "/system.slice/kubelet.service")]),
            (CgroupRow::Pod, vec![("id", pod), ("pod", "web-0"), ("namespace", "shop")]),
            (CgroupRow::Sandbox, vec![("id", id), ("pod", "web-0"), ("image", image), ("name", "8225")]),
            (CgroupRow::Sandbox, vec![("id", id), ("pod_name", "web-0"), ("container_name", "POD")]),
            (CgroupRow::Container, vec![("id", id), ("pod", "web-0"), ("container", "web")]),
            (CgroupRow::Container, vec![("id", "/docker/8225"), ("name", "grafana"), ("image", "grafana")]),
        ] {
            assert_eq!(cgroup_row(MEMORY, &labels(&pairs)), Some(row), "{pairs:?}");
        }
        assert_eq!(cgroup_row("kube_pod_info", &labels(&[("pod", "web-0")])), None);
        assert_eq!(cgroup_row(MEMORY, &labels(&[("pod", "web-0"), ("container", "web")])), None);
    }

    #[test]
    fn the_network_of_a_pod_is_told_by_its_sandbox_alone() {
        let sandbox = labels(&[("id", "/kubepods/podx/y"), ("pod", "web-0"), ("name", "y")]);

        assert!(repeats_others(MEMORY, &sandbox));
        assert!(!repeats_others(NETWORK, &sandbox));
        assert!(repeats_others(NETWORK, &labels(&[("id", "/kubepods")])));
        assert!(!repeats_others(MEMORY, &labels(&[("id", "/")])));
    }
}
