//! From the name of a pod to that of its workload.

/// Characters of the random parts that Kubernetes adds to names: no vowels, no 0, 1, 3 and no y, so that they spell
/// nothing.
const RANDOM: &str = "bcdfghjklmnpqrstvwxz2456789";
/// Length of the random part of a pod's name.
const SUFFIX: usize = 5;
/// Most characters of a pod's name when it was made from that of its owner.
const LONGEST: usize = 63;
/// Pods of the control plane that no workload owns; they are named after the node that runs them.
const STATIC: [&str; 4] = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];

/// The name of the workload that owns the pod: a Deployment, `StatefulSet`, `DaemonSet`, `CronJob` or Job; the pod itself
/// when its name shows none.
///
/// `node` is the node of the pod, by which a static pod is known; empty when it is not known.
#[must_use]
pub fn workload_of_pod<'a>(namespace: &str, pod: &'a str, node: &str) -> &'a str {
    if let Some(name) = static_pod(namespace, pod, node) {
        return name;
    }
    if let Some(owner) = without_suffix(pod) {
        return cron_job_of(workload_of_replica_set(owner));
    }
    ordinal(pod).unwrap_or(pod)
}

/// The name of the Deployment that owns the `ReplicaSet`; its own name when it has no hash of a Deployment.
#[must_use]
pub fn workload_of_replica_set(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((owner, hash)) if is_template_hash(hash) => owner,
        Some(_) | None => name,
    }
}

/// The name of the `CronJob` that made the Job; its own name when it has no time of a `CronJob`.
pub(super) fn cron_job_of(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((owner, time)) if is_digits(time, 8..=10) => owner,
        Some(_) | None => name,
    }
}

fn static_pod<'a>(namespace: &str, pod: &'a str, node: &str) -> Option<&'a str> {
    let behind = |name: &str| pod.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
    if namespace == "kube-system" && STATIC.iter().any(|name| behind(name)) {
        return STATIC.iter().find(|name| behind(name)).map(|name| &pod[..name.len()]);
    }
    if node.is_empty() {
        return None;
    }
    pod.strip_suffix(node)?.strip_suffix('-').filter(|name| !name.is_empty())
}

/// The name without the random part of a pod.
fn without_suffix(pod: &str) -> Option<&str> {
    if let Some((owner, suffix)) = pod.rsplit_once('-') {
        // Before Kubernetes 1.9 a hash was a plain number, and the random part had all letters.
        let is_old = is_digits(owner.rsplit_once('-').map_or("", |(_, hash)| hash), 8..=10)
            && suffix.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
        if suffix.len() == SUFFIX && (is_random(suffix) || is_old) && !owner.is_empty() {
            return Some(owner);
        }
    }
    // A name that would be too long is cut, and the random part is put to it without a dash.
    let (owner, suffix) = pod.split_at_checked(LONGEST - SUFFIX)?;
    (suffix.len() == SUFFIX && is_random(suffix)).then(|| owner.trim_end_matches('-'))
}

/// The name without the number that a `StatefulSet` gives.
fn ordinal(pod: &str) -> Option<&str> {
    let (owner, number) = pod.rsplit_once('-')?;
    (is_digits(number, 1..=4) && !owner.is_empty()).then_some(owner)
}

/// The hash is a number of 32 bits, whose digits are written in the random characters since Kubernetes 1.9, before that as
/// they are. Hashes of less than 6 characters are too rare to be told from words.
fn is_template_hash(text: &str) -> bool {
    (6..=10).contains(&text.len()) && is_random(text) || is_digits(text, 8..=10)
}

fn is_random(text: &str) -> bool {
    text.chars().all(|it| RANDOM.contains(it))
}

fn is_digits(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(pod: &str) -> &str {
        workload_of_pod("shop", pod, "")
    }

    #[test]
    fn a_pod_of_a_deployment_belongs_to_it() {
        for (pod, owner) in [
            ("coredns-674b8bbfcf-lj26m", "coredns"),
            ("e2e-hpa-87b6cf96-2rdfp", "e2e-hpa"),
            ("metrics-server-cdc7dfdcd-rcpkb", "metrics-server"),
            ("e2e-kube-state-metrics-64cd7876b6-rstrl", "e2e-kube-state-metrics"),
            ("adservice-5f6585d649-fnmft", "adservice"),
            ("currencyservice-cf787dd48-vpjrd", "currencyservice"),
            ("checkoutservice-578fcf4766-9csqn", "checkoutservice"),
            ("nginx-deployment-1564180365-khku8", "nginx-deployment"),
            ("nginx-deployment-2035384211-7ci7o", "nginx-deployment"),
        ] {
            assert_eq!(workload(pod), owner);
        }
    }

    #[test]
    fn a_pod_of_a_daemon_set_or_a_job_belongs_to_it() {
        for (pod, owner) in [
            ("kindnet-xdhkr", "kindnet"),
            ("kube-proxy-xgf96", "kube-proxy"),
            ("e2e-daemonset-9xfgm", "e2e-daemonset"),
            ("backup-28437121-x7kzp", "backup"),
            ("backup-1621234560-x7kzp", "backup"),
            ("pi-5rwd7", "pi"),
        ] {
            assert_eq!(workload(pod), owner);
        }
    }

    #[test]
    fn a_pod_of_a_stateful_set_belongs_to_it() {
        for (pod, owner) in [
            ("e2e-statefulset-1", "e2e-statefulset"),
            ("prometheus-kps-prometheus-0", "prometheus-kps-prometheus"),
            ("web-12", "web"),
        ] {
            assert_eq!(workload(pod), owner);
        }
    }

    #[test]
    fn a_pod_of_nothing_belongs_to_itself() {
        for pod in
            ["storage-provisioner", "e2e-container-creating", "web", "", "-", "-x7kzp", "-0", "ünïcode-äöü"]
        {
            assert_eq!(workload(pod), pod);
        }
    }

    #[test]
    fn a_static_pod_belongs_to_what_it_runs() {
        for (pod, owner) in [
            ("kube-apiserver-datagen-1-33", "kube-apiserver"),
            ("etcd-datagen-1-33", "etcd"),
            ("kube-scheduler-obs-control-plane", "kube-scheduler"),
        ] {
            assert_eq!(workload_of_pod("kube-system", pod, ""), owner);
        }
        assert_eq!(workload_of_pod("proxies", "haproxy-node-1", "node-1"), "haproxy");
        assert_eq!(workload_of_pod("shop", "etcd-cluster-0", ""), "etcd-cluster");
    }

    #[test]
    fn a_long_name_is_cut_where_kubernetes_cuts_it() {
        let pod = "a-deployment-with-quite-a-long-name-for-what-it-is-674b8bbfcflj26m";
        let cut = &pod[pod.len() - LONGEST..];

        assert_eq!(cut.len(), LONGEST);
        assert_eq!(workload(cut), "eployment-with-quite-a-long-name-for-what-it-is");
    }

    #[test]
    fn a_replica_set_belongs_to_its_deployment() {
        assert_eq!(workload_of_replica_set("coredns-674b8bbfcf"), "coredns");
        assert_eq!(workload_of_replica_set("plain"), "plain");
    }
}
