//! The least rights that reading takes, as a manifest. Built from the table of kinds, so that both say the same.

use crate::{Custom, EXTENSIONS, KINDS};
use std::{collections::BTreeMap, fmt::Write};

/// What shall be possible with the rights.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Whether to follow changes; without it, one look at a time.
    pub watch: bool,
    /// Whether to read the logs of containers.
    pub logs: bool,
    /// Whether to read which Secrets there are and when they changed.
    pub secrets: bool,
    /// Further kinds, as configured.
    pub custom: Vec<Custom>,
}

const SECRETS: &str = "\
# Kubernetes has no right to metadata alone: this rule would let its holder read the content of Secrets. Chiron asks
# the API server for their metadata only. Leave the rule out and causes that lie in Secrets are not found.
";

const ALL: &str = "\
# Every custom kind (\"*\") cannot be said: a rule for all groups would open Secrets as well. Add a rule like the one
# above for each group of `kubectl get crds` that is missing here.
";

const KIND: &str = "\
# RBAC names plurals, not kinds: correct this rule where the plural of the kind is irregular.
";

/// A `ClusterRole` in YAML with the least rights for reading a cluster, with `name` as its name.
#[must_use]
pub fn cluster_role(name: &str, rights: &Rights) -> String {
    let verbs = if rights.watch { "[list, watch]" } else { "[list]" };
    let mut text = format!(
        "# What Chiron needs to read a cluster{}. It writes nothing.\n\
         # Discovery (/api, /apis) is open to every account by the ClusterRole system:discovery.\n\
         apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: {}\nrules:\n",
        if rights.watch { " and follow its changes" } else { " once" },
        quoted(name)
    );
    for (group, plurals) in own() {
        text.push_str(&rule(group, &plurals.join(", "), verbs));
    }
    if rights.secrets {
        text.push_str(SECRETS);
        text.push_str(&rule("", "secrets", verbs));
    }
    if rights.logs {
        text.push_str("# The last lines of containers that crash.\n");
        text.push_str(&rule("", "pods/log", "[get]"));
    }
    text.push_str("# Widely used extensions; groups that a cluster does not have do no harm.\n");
    for group in EXTENSIONS {
        text.push_str(&rule(group, "\"*\"", verbs));
    }
    for custom in &rights.custom {
        text.push_str(&further(custom, verbs));
    }
    text
}

/// The plurals of each group, but for Secrets.
fn own() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for kind in KINDS.iter().filter(|kind| (kind.group, kind.plural) != ("", "secrets")) {
        groups.entry(kind.group).or_default().push(kind.plural);
    }
    groups
}

fn rule(group: &str, plurals: &str, verbs: &str) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write!(text, "- apiGroups: [{}]\n  resources: [{plurals}]\n  verbs: {verbs}\n", quoted(group));
    text
}

fn further(custom: &Custom, verbs: &str) -> String {
    match custom {
        Custom::All => ALL.to_owned(),
        Custom::Group(group) => rule(group, "\"*\"", verbs),
        Custom::Kind(group, kind) => format!("{KIND}{}", rule(group, &plural(kind), verbs)),
    }
}

/// The regular plural of a kind.
fn plural(kind: &str) -> String {
    let lower = kind.to_ascii_lowercase();
    match lower.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        Some(_) | None if lower.ends_with(['s', 'x']) || lower.ends_with("ch") => format!("{lower}es"),
        Some(_) | None => format!("{lower}s"),
    }
}

/// A text in YAML, quoted as JSON is.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_rights_have_no_secrets_no_logs_and_no_watch() {
        let role = cluster_role("chiron", &Rights::default());

        let resources = role.lines().filter(|line| line.contains("resources:"));
        assert!(!resources.collect::<String>().contains("secrets"), "{role}");
        assert!(!role.contains("pods/log") && !role.contains("watch"), "{role}");
        assert!(
            role.contains(
                "- apiGroups: [\"apps\"]\n  resources: [controllerrevisions, daemonsets, deployments"
            )
        );
    }

    #[test]
    fn no_rule_writes() {
        let all = Rights { watch: true, logs: true, secrets: true, custom: vec![Custom::All] };

        let role = cluster_role("chiron", &all);

        let verbs = role.lines().filter_map(|line| line.trim().strip_prefix("verbs: "));
        assert!(verbs.into_iter().all(|verbs| ["[list, watch]", "[get]"].contains(&verbs)), "{role}");
    }

    #[test]
    fn rights_to_secrets_say_what_they_open() {
        let role = cluster_role("chiron", &Rights { secrets: true, ..Rights::default() });

        assert!(role.contains("no right to metadata alone"));
    }

    #[test]
    fn all_custom_kinds_do_not_open_all_groups() {
        let role = cluster_role("chiron", &Rights { custom: vec![Custom::All], ..Rights::default() });

        assert!(!role.contains("apiGroups: [\"*\"]"), "{role}");
    }

    #[test]
    fn custom_kinds_get_their_plural() {
        let kinds = ["Widget", "Policy", "Gateway", "Ingress"].map(plural);

        assert_eq!(kinds, ["widgets", "policies", "gateways", "ingresses"]);
    }
}
