//! The kind of an object that does not tell it: by its link, its path or its shape.

use crate::kinds::{self, Known};
use serde_json::{Map, Value};

/// Gives the object its `kind` and `apiVersion` where it lacks them and something tells them.
pub(crate) fn complete(object: &mut Map<String, Value>, path: &str) {
    let kind = object.get("kind").and_then(Value::as_str).filter(|kind| !kind.is_empty()).map(str::to_owned);
    let has_version =
        object.get("apiVersion").and_then(Value::as_str).is_some_and(|version| !version.is_empty());
    let (kind, version) = match kind {
        Some(_) if has_version => return,
        Some(kind) => {
            let version = kinds::by_kind(&kind).map(|known| known.api_version.to_owned());
            (kind, version.or_else(|| managed_version(object)))
        }
        None => match guess(object, path) {
            Some((known, version)) => (known.kind.to_owned(), Some(version)),
            None => return,
        },
    };
    object.insert("kind".to_owned(), Value::String(kind));
    if let Some(version) = version.filter(|_| !has_version) {
        object.insert("apiVersion".to_owned(), Value::String(version));
    }
}

fn guess(object: &Map<String, Value>, path: &str) -> Option<(&'static Known, String)> {
    if let Some(linked) =
        object.get("metadata").and_then(|metadata| metadata.get("selfLink")?.as_str()).and_then(by_link)
    {
        return Some(linked);
    }
    let by_shape = || by_shape(object).map(|known| (known, known.api_version.to_owned()));
    by_path(object, path).or_else(by_shape)
}

/// `/apis/extensions/v1beta1/namespaces/NS/daemonsets/NAME`, as Kubernetes wrote it until 1.19.
fn by_link(link: &str) -> Option<(&'static Known, String)> {
    let parts: Vec<&str> = link.trim_matches('/').split('/').collect();
    let (version, rest) = match parts.as_slice() {
        ["api", version, rest @ ..] => ((*version).to_owned(), rest),
        ["apis", group, version, rest @ ..] => (format!("{group}/{version}"), rest),
        _ => return None,
    };
    let (["namespaces", _, plural, ..] | [plural, ..]) = rest else { return None };
    kinds::by_plural(plural).map(|known| (known, version))
}

/// The innermost part of the path that is the word for a kind and not just the name or namespace of this object.
fn by_path(object: &Map<String, Value>, path: &str) -> Option<(&'static Known, String)> {
    let own = |field: &str| {
        object.get("metadata").and_then(|metadata| metadata.get(field)?.as_str()).unwrap_or_default()
    };
    let path = path.rsplit_once('/').map_or_else(
        || (String::new(), path.to_owned()),
        |(folders, file)| (format!("{folders}/"), file.to_owned()),
    );
    let stem = ["json", "yaml", "yml", "ndjson", "txt"]
        .iter()
        .find_map(|ending| path.1.strip_suffix(ending)?.strip_suffix('.'))
        .unwrap_or(&path.1);
    let mut parts: Vec<&str> = path.0.split('/').filter(|part| !part.is_empty()).collect();
    parts.push(stem);
    for (distance, part) in parts.iter().rev().take(4).enumerate() {
        let named_alike = *part == own("name") || *part == own("namespace");
        let found = if named_alike { None } else { by_part(part) };
        // Below the folder of a group are kinds of that group, whatever the folder around it is called.
        if found.is_some() || (distance > 0 && part.contains('.')) {
            return found;
        }
    }
    None
}

/// `pods`, `core_v1_pods`, `apps_v1_deployments` or `shop-events`.
fn by_part(part: &str) -> Option<(&'static Known, String)> {
    if let Some((group, rest)) = part.split_once('_')
        && let Some((version, plural)) = rest.split_once('_')
        && is_version(version)
    {
        let known = kinds::by_word(plural)?;
        let version = if group == "core" { version.to_owned() } else { format!("{group}/{version}") };
        return Some((known, version));
    }
    let known = kinds::by_word(part)?;
    // Short names of two letters are as well names of folders for other things.
    (part.len() > 2).then(|| (known, known.api_version.to_owned()))
}

fn is_version(text: &str) -> bool {
    text.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn by_shape(object: &Map<String, Value>) -> Option<&'static Known> {
    let spec = object.get("spec");
    let status = object.get("status");
    let has = |part: Option<&Value>, field: &str| part.is_some_and(|part| part.get(field).is_some());
    let kind = if spec.is_some_and(|spec| spec.get("containers").is_some_and(Value::is_array)) {
        "Pod"
    } else if has(status, "nodeInfo") {
        "Node"
    } else if has(spec, "clusterID") && has(status, "desired") {
        "ClusterVersion"
    } else if has(spec, "persistentVolumeReclaimPolicy") {
        "PersistentVolume"
    } else if has(spec, "accessModes") && has(spec, "resources") {
        "PersistentVolumeClaim"
    } else if has(spec, "jobTemplate") && has(spec, "schedule") {
        "CronJob"
    } else if has(spec, "scaleTargetRef") && has(spec, "maxReplicas") {
        "HorizontalPodAutoscaler"
    } else if has(spec, "template") && has(spec, "strategy") && has(spec, "selector") {
        "Deployment"
    } else if has(spec, "template") && has(spec, "serviceName") {
        "StatefulSet"
    } else if has(spec, "template") && has(status, "desiredNumberScheduled") {
        "DaemonSet"
    } else if has(spec, "ports") && (has(spec, "clusterIP") || has(spec, "sessionAffinity")) {
        "Service"
    } else if object.contains_key("provisioner") && object.contains_key("volumeBindingMode") {
        "StorageClass"
    } else {
        return None;
    };
    kinds::by_kind(kind)
}

/// The group and version under which the object was last written.
fn managed_version(object: &Map<String, Value>) -> Option<String> {
    let entries = object.get("metadata")?.get("managedFields")?.as_array()?;
    entries.last()?.get("apiVersion")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn completed(mut object: Value, path: &str) -> (String, String) {
        complete(object.as_object_mut().unwrap(), path);
        let text = |field: &str| object[field].as_str().unwrap_or_default().to_owned();
        (text("apiVersion"), text("kind"))
    }

    fn expected(version: &str, kind: &str) -> (String, String) {
        (version.to_owned(), kind.to_owned())
    }

    #[test]
    fn the_path_tells_the_kind() {
        let object = || json!({"metadata": {"name": "a", "namespace": "shop"}});

        assert_eq!(completed(object(), "config/pod/shop/a.json"), expected("v1", "Pod"));
        assert_eq!(completed(object(), "resources/ns/shop/Pods.json"), expected("v1", "Pod"));
        assert_eq!(
            completed(object(), "resources/ns/shop/apps_v1_deployments.json"),
            expected("apps/v1", "Deployment")
        );
        assert_eq!(completed(object(), "cluster-resources/storage-classes.json").1, "StorageClass");
        assert_eq!(completed(object(), "other/things.json"), expected("", ""));
        assert_eq!(completed(object(), "clusteroperator/images.example.com/config/x.json"), expected("", ""));
    }

    #[test]
    fn the_name_of_the_object_is_no_word_for_its_kind() {
        let object =
            json!({"metadata": {"name": "ingress", "namespace": "events"}, "spec": {"containers": []}});

        assert_eq!(completed(object, "x/events/ingress.json").1, "Pod");
    }

    #[test]
    fn an_old_link_tells_kind_and_version() {
        let object = json!({"metadata": {"name": "a", "selfLink": "/apis/extensions/v1beta1/namespaces/x/daemonsets/a"}});

        assert_eq!(completed(object, "a.json"), expected("extensions/v1beta1", "DaemonSet"));
    }
}
