//! What a pod template reads, and whom it calls.

use crate::view::{at, containers, list, text};
use serde_json::Value;
use std::collections::BTreeSet;

/// A ConfigMap, Secret, claim or service account that a pod template names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reference {
    /// Kind of what is read.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The one key that is read; all of them when none is given.
    pub key: Option<String>,
}

/// Everything the pod template reads from other objects.
pub(crate) fn references(template: &Value) -> BTreeSet<Reference> {
    let spec = at(template, &["spec"]);
    let mut found = BTreeSet::new();
    for container in containers(spec) {
        from_environment(container, &mut found);
    }
    for volume in list(spec, &["volumes"]) {
        from_volume(volume, &mut found);
    }
    for secret in list(spec, &["imagePullSecrets"]) {
        add(&mut found, "Secret", text(secret, &["name"]), None);
    }
    add(&mut found, "ServiceAccount", text(spec, &["serviceAccountName"]), None);
    add(&mut found, "PriorityClass", text(spec, &["priorityClassName"]), None);
    found
}

fn add(found: &mut BTreeSet<Reference>, kind: &'static str, name: &str, key: Option<&str>) {
    if !name.is_empty() {
        let key = key.filter(|key| !key.is_empty()).map(str::to_owned);
        found.insert(Reference { kind, name: name.to_owned(), key });
    }
}

fn from_environment(container: &Value, found: &mut BTreeSet<Reference>) {
    for source in list(container, &["envFrom"]) {
        add(found, "ConfigMap", text(source, &["configMapRef", "name"]), None);
        add(found, "Secret", text(source, &["secretRef", "name"]), None);
    }
    for variable in list(container, &["env"]) {
        for (kind, key) in [("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")] {
            let from = at(variable, &["valueFrom", key]);
            add(found, kind, text(from, &["name"]), Some(text(from, &["key"])));
        }
    }
}

fn from_volume(volume: &Value, found: &mut BTreeSet<Reference>) {
    add(found, "ConfigMap", text(volume, &["configMap", "name"]), None);
    add(found, "Secret", text(volume, &["secret", "secretName"]), None);
    add(found, "PersistentVolumeClaim", text(volume, &["persistentVolumeClaim", "claimName"]), None);
    for source in list(volume, &["projected", "sources"]) {
        add(found, "ConfigMap", text(source, &["configMap", "name"]), None);
        add(found, "Secret", text(source, &["secret", "name"]), None);
    }
}

/// Whether a text names `host` as the host of an address, such as `tcp://db:5432` or `db.shop.svc`.
pub(crate) fn names_host(text: &str, host: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    text.match_indices(host).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + host.len()..].chars().next();
        let looks_like_address = matches!(after, Some(':' | '.' | '/')) || matches!(before, Some('/' | '@'));
        is_edge(before) && before != Some('.') && is_edge(after) && looks_like_address
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn finds_what_environment_and_volumes_read() {
        let template = json!({"spec": {
            "containers": [{
                "name": "web",
                "envFrom": [{"configMapRef": {"name": "settings"}}],
                "env": [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}],
            }],
            "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "disk"}}],
        }});

        let found: Vec<String> = references(&template)
            .into_iter()
            .map(|it| format!("{}/{}:{:?}", it.kind, it.name, it.key))
            .collect();

        assert_eq!(
            found,
            ["ConfigMap/settings:None", "PersistentVolumeClaim/disk:None", "Secret/db:Some(\"password\")"]
        );
    }

    #[test]
    fn tells_a_host_from_a_word() {
        assert!(names_host("tcp://db:5432", "db"));
        assert!(names_host("http://db.shop.svc/x", "db"));
        assert!(!names_host("live db mode", "db"));
        assert!(!names_host("mydb:1", "db"));
    }
}
