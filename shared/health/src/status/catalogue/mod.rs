//! What is known about kinds that the conventions alone do not do justice, family by family.

mod argo;
mod certificates;
mod cloud;
mod clusters;
mod core;
mod data;
mod delivery;
mod gateway;
mod jobs;
mod kruise;
mod mesh;
mod numaproj;
mod observability;
mod openshift;
mod platform;
mod promoter;
mod rollout;
mod secrets;
mod storage;
mod virtualization;

use serde_json::Value;

use super::{
    group,
    health::{
        Health::{Degraded, Healthy, Progressing},
        ObjectHealth,
    },
    step::Step::{self, Else, Is, Stale},
};
use crate::view;

/// Groups, kinds (`|` between them, `*` for all) and the steps that read them.
struct Row(&'static str, &'static str, &'static [Step]);

/// The more exact rows come first: the first row that fits is taken.
const FAMILIES: &[&[Row]] = &[
    core::ROWS,
    argo::ROWS,
    numaproj::ROWS,
    promoter::ROWS,
    delivery::ROWS,
    gateway::ROWS,
    mesh::ROWS,
    certificates::ROWS,
    secrets::ROWS,
    data::ROWS,
    storage::ROWS,
    jobs::ROWS,
    kruise::ROWS,
    observability::ROWS,
    openshift::ROWS,
    clusters::ROWS,
    virtualization::ROWS,
    platform::ROWS,
    cloud::ROWS,
];

/// `Ready` alone decides.
const READY: &[Step] = &[
    Stale,
    Is("Ready", "True", Healthy),
    Is("Ready", "False", Degraded),
    Else(Progressing, "waiting to become ready"),
];

/// What the parents or ancestors of an object say, where it has some.
pub(super) fn by_parents(object: &Value) -> Option<ObjectHealth> {
    let has = |key: &str| !view::list(object, &["status", key]).is_empty();
    if has("parents") || has("ancestors") { gateway::attached(object) } else { None }
}

/// The steps for a kind, if the catalogue has some.
pub(super) fn steps_for(group: &str, kind: &str) -> Option<&'static [Step]> {
    FAMILIES
        .iter()
        .flat_map(|rows| rows.iter())
        .find(|Row(groups, kinds, _)| {
            group::matches(groups, group) && (*kinds == "*" || kinds.split('|').any(|known| known == kind))
        })
        .map(|Row(_, _, steps)| *steps)
}
