//! Which tool owns an object, so that a direct change would be undone or would drift from its source.

use crate::view::{at, text};
use chiron_model::{Management, Writer};
use serde_json::Value;

/// The tool that owns `field` of an object, read from its labels, annotations and field managers.
pub(crate) fn management_of(body: &Value, writers: &[Writer], field: &str) -> Option<Management> {
    if field == "spec.replicas"
        && writers.iter().any(|it| it.scales && it.manager == "kube-controller-manager")
    {
        return Some(owned("HorizontalPodAutoscaler", "the autoscaler's minReplicas and maxReplicas"));
    }
    by_annotation(body).or_else(|| by_label(body)).or_else(|| by_writer(writers))
}

fn owned(tool: &str, source: &str) -> Management {
    Management { tool: tool.to_owned(), source: source.to_owned() }
}

fn by_annotation(body: &Value) -> Option<Management> {
    let annotations = at(body, &["metadata", "annotations"]);
    let tracking = text(annotations, &["argocd.argoproj.io/tracking-id"]);
    if let Some(application) = tracking.split(':').next().filter(|it| !it.is_empty()) {
        return Some(owned("Argo CD", &format!("Application {application}")));
    }
    let release = text(annotations, &["meta.helm.sh/release-name"]);
    (!release.is_empty()).then(|| owned("Helm", &format!("release {release}")))
}

fn by_label(body: &Value) -> Option<Management> {
    let labels = at(body, &["metadata", "labels"]);
    let named = |key: &str| Some(text(labels, &[key])).filter(|it| !it.is_empty());
    if let Some(name) = named("kustomize.toolkit.fluxcd.io/name") {
        return Some(owned("Flux", &format!("Kustomization {name}")));
    }
    if let Some(name) = named("helm.toolkit.fluxcd.io/name") {
        return Some(owned("Flux", &format!("HelmRelease {name}")));
    }
    if let Some(name) = named("argocd.argoproj.io/instance") {
        return Some(owned("Argo CD", &format!("Application {name}")));
    }
    (named("app.kubernetes.io/managed-by") == Some("Helm")).then(|| {
        owned("Helm", &format!("release {}", named("app.kubernetes.io/instance").unwrap_or("(not named)")))
    })
}

fn by_writer(writers: &[Writer]) -> Option<Management> {
    writers.iter().find_map(|it| match it.manager.as_str() {
        "argocd-controller" | "argocd-application-controller" => Some(owned("Argo CD", "its Application")),
        "kustomize-controller" => Some(owned("Flux", "its Kustomization")),
        "helm-controller" => Some(owned("Flux", "its HelmRelease")),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn knows_an_object_of_flux() {
        let body = json!({"metadata": {"labels": {"kustomize.toolkit.fluxcd.io/name": "apps"}}});

        assert_eq!(management_of(&body, &[], "spec").unwrap().source, "Kustomization apps");
    }

    #[test]
    fn an_object_written_by_hand_has_no_tool() {
        assert_eq!(management_of(&json!({"metadata": {}}), &[], "spec"), None);
    }
}
