//! What was changed together is set back together: half of a probe, of a selector or of a command line is no repair.

use chiron_model::{Change, Diagnosis, FieldPath, RootCause, is_redacted, is_shortened};
use serde_json::Value;
use std::collections::BTreeMap;

/// Parts of a container whose fields belong together.
const OF_CONTAINER: &[&[&str]] = &[
    &["livenessProbe"],
    &["readinessProbe"],
    &["startupProbe"],
    &["securityContext"],
    &["ports"],
    &["command", "args"],
];
/// Parts of a pod template that decide together where its pods may run.
const PLACEMENT: &[&str] = &["nodeSelector", "affinity", "tolerations", "topologySpreadConstraints"];

/// Changes of the same write to fields that belong to the field of the cause, by field. Values that were not recorded
/// are left out.
pub(crate) fn siblings<'a>(diagnosis: &'a Diagnosis, cause: &RootCause) -> Vec<&'a Change> {
    let Some(part) = part(cause.field.as_str()) else { return Vec::new() };
    let is_sibling = |change: &Change| {
        change.object.uid == cause.object.uid
            && cause.evidence.contains(&change.observation)
            && Some(change.at) == cause.changed_at
            && change.field != cause.field
            && self::part(change.field.as_str()).as_ref() == Some(&part)
    };
    let changes = diagnosis.incident.findings.iter().flat_map(|it| &it.suspects).map(|it| &it.change);
    let by_field: BTreeMap<&FieldPath, &Change> = changes
        .filter(|it| is_sibling(it) && is_known(&it.from) && is_known(&it.to))
        .map(|it| (&it.field, it))
        .collect();
    by_field.into_values().collect()
}

fn is_known(value: &Value) -> bool {
    !is_redacted(value) && !is_shortened(value)
}

/// The part of an object whose fields belong together, when the field is in one.
fn part(field: &str) -> Option<String> {
    for whole in ["spec.selector", "spec.ports"] {
        if field.starts_with(whole) {
            return Some(whole.to_owned());
        }
    }
    let (_, spec) = field.split_once("template.spec.")?;
    let head = |text: &str| text.split(['.', '[']).next().unwrap_or_default().to_owned();
    let Some((list, rest)) = spec.split_once("ontainers[") else {
        return PLACEMENT.contains(&head(spec).as_str()).then(|| "placement".to_owned());
    };
    let (name, inner) = rest.split_once("].")?;
    let heads = OF_CONTAINER.iter().find(|heads| heads.contains(&head(inner).as_str()))?;
    Some(format!("{list}ontainers[{name}].{}", heads[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_one_probe_belong_together() {
        let port = part("spec.template.spec.containers[web].readinessProbe.httpGet.port");

        assert_eq!(port, part("spec.template.spec.containers[web].readinessProbe.httpGet.path"));
        assert_ne!(port, part("spec.template.spec.containers[log].readinessProbe.httpGet.path"));
        assert_ne!(port, part("spec.template.spec.containers[web].livenessProbe.httpGet.port"));
    }

    #[test]
    fn command_and_arguments_belong_together() {
        let command = part("spec.template.spec.containers[web].command");

        assert!(command.is_some());
        assert_eq!(command, part("spec.template.spec.containers[web].args"));
    }

    #[test]
    fn resources_stand_alone() {
        assert_eq!(part("spec.template.spec.containers[web].resources.limits.memory"), None);
    }
}
