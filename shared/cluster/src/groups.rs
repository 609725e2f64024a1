//! The two forms in which API servers describe their groups.

use crate::{
    Accept, Cluster, Error, Wanted,
    discovery::{BrokenGroup, Found, Served, Version},
};
use futures::{FutureExt, StreamExt, stream};
use serde::{Deserialize, de::DeserializeOwned};

/// How many groups are asked at a time where each must be asked.
const AT_ONCE: usize = 8;

/// `APIGroupDiscoveryList`: all in one.
#[derive(Deserialize)]
struct Aggregated {
    #[serde(default)]
    items: Vec<AggregatedGroup>,
}

#[derive(Deserialize)]
struct AggregatedGroup {
    metadata: Name,
    #[serde(default)]
    versions: Vec<AggregatedVersion>,
}

#[derive(Deserialize)]
struct Name {
    /// Empty or absent for the core group.
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct AggregatedVersion {
    version: String,
    #[serde(default)]
    resources: Vec<AggregatedResource>,
    #[serde(default)]
    freshness: String,
}

#[derive(Deserialize)]
struct AggregatedResource {
    resource: String,
    #[serde(default, rename = "responseKind")]
    kind: Option<Kind>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    verbs: Vec<String>,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    kind: String,
}

/// `APIGroupList`: names of versions, each of which must be asked.
#[derive(Deserialize)]
struct GroupList {
    #[serde(default)]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    name: String,
    #[serde(default)]
    versions: Vec<GroupVersion>,
    #[serde(default, rename = "preferredVersion")]
    preferred: Option<GroupVersion>,
}

#[derive(Deserialize)]
struct GroupVersion {
    version: String,
}

/// `APIResourceList`: one version of one group.
#[derive(Deserialize)]
struct ResourceList {
    #[serde(default)]
    resources: Vec<ListedResource>,
}

#[derive(Deserialize)]
struct ListedResource {
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    namespaced: bool,
    #[serde(default)]
    verbs: Vec<String>,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    kind: String,
}

/// The core group, from the answer of `/api`.
pub(crate) async fn read_core(cluster: &Cluster, body: &[u8]) -> Result<Found, Error> {
    if is_aggregated(body) {
        return aggregated("/api", body);
    }
    Ok(Found { versions: vec![asked(cluster, "", "v1").await?], broken: Vec::new() })
}

/// The named groups, from the answer of `/apis`.
pub(crate) async fn read_named(cluster: &Cluster, body: &[u8], wanted: &Wanted) -> Result<Found, Error> {
    if is_aggregated(body) {
        return aggregated("/apis", body);
    }
    let list: GroupList = parsed("/apis", body, "an APIGroupList")?;
    let names = list.wanted(wanted);
    // Futures in a list of their own: made lazily inside the stream, they would tie it to one thread.
    let asks: Vec<_> = names.iter().map(|(group, version)| asked(cluster, group, version).boxed()).collect();
    let answers: Vec<_> = stream::iter(asks).buffered(AT_ONCE).collect().await;
    let mut found = Found::default();
    for ((group, version), answer) in names.iter().zip(answers) {
        match answer {
            Ok(version) => found.versions.push(version),
            Err(error) if error.is_of_the_cluster() => return Err(error),
            Err(error) => found
                .broken
                .push(BrokenGroup { group_version: format!("{group}/{version}"), why: error.to_string() }),
        }
    }
    Ok(found)
}

impl GroupList {
    /// Group and version of all that may hold something we want, the preferred version of a group first.
    fn wanted(&self, wanted: &Wanted) -> Vec<(String, String)> {
        let mut names = Vec::new();
        for group in self.groups.iter().filter(|group| wanted.has_group(&group.name)) {
            let preferred = group.preferred.as_ref().map(|preferred| &preferred.version);
            let others = group.versions.iter().map(|version| &version.version);
            let others = others.filter(|version| Some(*version) != preferred);
            names.extend(
                preferred.into_iter().chain(others).map(|version| (group.name.clone(), version.clone())),
            );
        }
        names
    }
}

async fn asked(cluster: &Cluster, group: &str, version: &str) -> Result<Version, Error> {
    let path = if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{group}/{version}") };
    let answer = cluster.fetch(&path, Accept::Json).await?;
    let list: ResourceList = parsed(&path, &answer.body, "an APIResourceList")?;
    let kinds = list.resources.into_iter().map(|one| Served {
        plural: one.name,
        kind: one.kind,
        namespaced: one.namespaced,
        verbs: one.verbs,
    });
    Ok(Version { group: group.to_owned(), name: version.to_owned(), kinds: kinds.collect() })
}

fn is_aggregated(body: &[u8]) -> bool {
    serde_json::from_slice::<Form>(body).is_ok_and(|form| form.kind == "APIGroupDiscoveryList")
}

fn aggregated(path: &str, body: &[u8]) -> Result<Found, Error> {
    let all: Aggregated = parsed(path, body, "an APIGroupDiscoveryList")?;
    let mut found = Found::default();
    for group in all.items {
        for version in group.versions {
            if version.freshness == "Stale" {
                let why = "the API behind it does not answer (see its APIService)".to_owned();
                let group_version = format!("{}/{}", group.metadata.name, version.version);
                found.broken.push(BrokenGroup { group_version, why });
            }
            let kinds = version.resources.into_iter().map(AggregatedResource::served).collect();
            found.versions.push(Version { group: group.metadata.name.clone(), name: version.version, kinds });
        }
    }
    Ok(found)
}

impl AggregatedResource {
    fn served(self) -> Served {
        Served {
            plural: self.resource,
            kind: self.kind.map(|kind| kind.kind).unwrap_or_default(),
            namespaced: self.scope == "Namespaced",
            verbs: self.verbs,
        }
    }
}

fn parsed<T: DeserializeOwned>(path: &str, body: &[u8], expected: &'static str) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|error| Error::Malformed {
        path: path.to_owned(),
        expected,
        got: error.to_string(),
    })
}
