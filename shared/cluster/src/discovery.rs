//! What a cluster serves: in two requests where it answers for all groups at once (Kubernetes 1.26 and later), otherwise
//! in one for each group we want. A group that is broken is told, and the others are found.

use crate::{Accept, Body, Cluster, Error, KINDS, Resource, Wanted, groups};
use chiron_model::Timestamp;
use std::collections::BTreeSet;

/// The wanted kinds of one cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// The API server's own time.
    pub at: Option<Timestamp>,
    /// What can be listed, in the order of groups and plurals; each kind once, in the version the API server prefers.
    pub served: Vec<Resource>,
    /// Kinds of Kubernetes that this cluster does not serve, such as `leases.coordination.k8s.io`.
    pub absent: Vec<String>,
    /// Groups that are registered but do not answer.
    pub broken: Vec<BrokenGroup>,
}

/// A group of which it is not known what it serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenGroup {
    /// Group and version, such as `custom.metrics.k8s.io/v1beta1`.
    pub group_version: String,
    /// What is known about the reason.
    pub why: String,
}

/// One version of one group, as the API server describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) group: String,
    pub(crate) name: String,
    pub(crate) kinds: Vec<Served>,
}

/// One kind of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Served {
    pub(crate) plural: String,
    pub(crate) kind: String,
    pub(crate) namespaced: bool,
    pub(crate) verbs: Vec<String>,
}

/// All that discovery found, before it is known what is wanted of it. Versions of a group in the order of preference.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) versions: Vec<Version>,
    pub(crate) broken: Vec<BrokenGroup>,
}

impl Cluster {
    /// Finds which of the wanted kinds the cluster serves. Fails only when the cluster cannot be asked at all.
    pub async fn discover(&self, wanted: &Wanted) -> Result<Discovery, Error> {
        let (core, named) = futures::try_join!(
            self.fetch("/api", Accept::Discovery),
            self.fetch("/apis", Accept::Discovery)
        )?;
        let mut found = groups::read_core(self, &core.body).await?;
        let others = groups::read_named(self, &named.body, wanted).await?;
        found.versions.extend(others.versions);
        found.broken.extend(others.broken);
        Ok(found.of(wanted, core.at))
    }
}

impl Found {
    /// What is wanted of it.
    pub(crate) fn of(self, wanted: &Wanted, at: Option<Timestamp>) -> Discovery {
        let mut served: Vec<Resource> = Vec::new();
        let mut seen = BTreeSet::new();
        for version in &self.versions {
            for one in &version.kinds {
                let Some(body) = one.wanted(wanted, &version.group) else { continue };
                if seen.insert((version.group.clone(), one.plural.clone())) {
                    served.push(one.resource(version, body));
                }
            }
        }
        served.sort_by(|a, b| (&a.group, &a.plural).cmp(&(&b.group, &b.plural)));
        let absent =
            KINDS.iter().filter(|kind| !seen.contains(&(kind.group.to_owned(), kind.plural.to_owned())));
        let absent =
            absent.map(|kind| [kind.plural, kind.group].join(".").trim_end_matches('.').to_owned()).collect();
        let broken = self.broken.into_iter().filter(|broken| wanted.has_group(broken.group())).collect();
        Discovery { at, served, absent, broken }
    }
}

impl Served {
    fn wanted(&self, wanted: &Wanted, group: &str) -> Option<Body> {
        let can = |verb: &str| self.verbs.iter().any(|known| known == verb);
        if self.plural.contains('/') || !can("list") {
            return None;
        }
        wanted.body(group, &self.plural, &self.kind)
    }

    fn resource(&self, version: &Version, body: Body) -> Resource {
        Resource {
            group: version.group.clone(),
            version: version.name.clone(),
            plural: self.plural.clone(),
            kind: self.kind.clone(),
            namespaced: self.namespaced,
            watchable: self.verbs.iter().any(|verb| verb == "watch"),
            body,
        }
    }
}

impl BrokenGroup {
    fn group(&self) -> &str {
        self.group_version.split_once('/').map_or("", |(group, _)| group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(group: &str, name: &str, plurals: &[&str]) -> Version {
        let verbs = vec!["list".to_owned(), "watch".to_owned()];
        let kinds = plurals.iter().map(|plural| Served {
            plural: (*plural).to_owned(),
            kind: "K".to_owned(),
            namespaced: true,
            verbs: verbs.clone(),
        });
        Version { group: group.to_owned(), name: name.to_owned(), kinds: kinds.collect() }
    }

    #[test]
    fn a_kind_is_read_in_the_first_version_that_serves_it() {
        let versions = vec![
            version("networking.istio.io", "v1", &["gateways"]),
            version("networking.istio.io", "v1beta1", &["gateways", "proxyconfigs"]),
        ];

        let discovery = Found { versions, broken: Vec::new() }.of(&Wanted::default(), None);

        let read: Vec<_> =
            discovery.served.iter().map(|one| (one.plural.as_str(), one.version.as_str())).collect();
        assert_eq!(read, [("gateways", "v1"), ("proxyconfigs", "v1beta1")]);
    }

    #[test]
    fn parts_of_objects_and_unknown_groups_are_not_read() {
        let versions =
            vec![version("apps", "v1", &["deployments/status"]), version("example.com", "v1", &["widgets"])];

        let discovery = Found { versions, broken: Vec::new() }.of(&Wanted::default(), None);

        assert_eq!(discovery.served, []);
    }

    #[test]
    fn a_broken_group_is_told_when_we_want_it() {
        let broken = ["keda.sh/v1alpha1", "unknown.example/v1"]
            .map(|name| BrokenGroup { group_version: name.to_owned(), why: "503".to_owned() });

        let discovery = Found { versions: Vec::new(), broken: broken.into() }.of(&Wanted::default(), None);

        assert_eq!(discovery.broken.len(), 1);
        assert_eq!(discovery.broken[0].group_version, "keda.sh/v1alpha1");
    }
}
