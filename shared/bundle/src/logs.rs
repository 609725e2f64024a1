//! Logs of containers in bundles, known by their paths.

use crate::{
    contents::{Log, Source},
    names,
};

/// The log at this path, when the path has the shape of one of the bundles.
pub(crate) fn log_of(path: &str, bytes: Option<u64>) -> Option<Log> {
    let parts: Vec<&str> = path.split('/').collect();
    let file = names::unpacked_name(parts.last()?);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let (namespace, pod, container, previous) = match parts.as_slice() {
        // must-gather: namespaces/NS/pods/POD/CONTAINER/CONTAINER/logs/current.log
        [.., "namespaces", namespace, "pods", pod, container, _, "logs", _] => {
            (namespace, pod, Some((*container).to_owned()), stem.starts_with("previous"))
        }
        // sonobuoy: podlogs/NS/POD/logs/CONTAINER.txt
        [.., "podlogs", namespace, pod, "logs", _] => (namespace, pod, Some(stem.to_owned()), false),
        // Insights: config/pod/NS/logs/POD/CONTAINER_current.log
        [.., "pod", namespace, "logs", pod, _] => {
            let previous = stem.ends_with("_previous");
            let container = stem.trim_end_matches("_previous").trim_end_matches("_current");
            (namespace, pod, Some(container.to_owned()), previous)
        }
        // troubleshoot.sh: cluster-resources/pods/logs/NS/POD/CONTAINER.log or CONTAINER-previous.log
        [.., "logs", namespace, pod, _] => {
            let container = stem.strip_suffix("-previous");
            (namespace, pod, Some(container.unwrap_or(stem).to_owned()), container.is_some())
        }
        _ => return None,
    };
    Some(Log {
        source: Source { file: path.to_owned(), line: 1 },
        namespace: (*namespace).to_owned(),
        pod: (*pod).to_owned(),
        container,
        previous,
        bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_container_is_in_the_path() {
        let log = |path: &str| {
            log_of(path, None)
                .map(|log| (log.namespace, log.pod, log.container.unwrap_or_default(), log.previous))
        };
        let expected = |previous| Some(("shop".to_owned(), "cart-1".to_owned(), "main".to_owned(), previous));

        assert_eq!(log("b/cluster-resources/pods/logs/shop/cart-1/main-previous.log"), expected(true));
        assert_eq!(log("x/namespaces/shop/pods/cart-1/main/main/logs/current.log"), expected(false));
        assert_eq!(log("podlogs/shop/cart-1/logs/main.txt"), expected(false));
        assert_eq!(log("config/pod/shop/logs/cart-1/main_current.log"), expected(false));
        assert_eq!(log("x/kubelet.log"), None);
    }
}
