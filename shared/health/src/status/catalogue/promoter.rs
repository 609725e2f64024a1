//! `GitOps` Promoter: promotions from environment to environment.

use serde_json::Value;

use super::{
    super::{
        health::{
            Health::{Degraded, Healthy, Progressing},
            ObjectHealth,
        },
        step::Step::{Ask, Else, Is, Stale, Word},
    },
    READY, Row,
};
use crate::view;

pub(super) const ROWS: &[Row] = &[
    Row(
        "promoter.argoproj.io",
        "PromotionStrategy|ChangeTransferPolicy",
        &[
            Stale,
            Is("Ready", "False", Degraded),
            Is("Ready", "Unknown", Progressing),
            Ask(environments),
            Is("Ready", "True", Healthy),
            Else(Progressing, "waiting to become ready"),
        ],
    ),
    Row(
        "promoter.argoproj.io",
        "CommitStatus",
        &[
            Stale,
            Is("Ready", "False", Degraded),
            Word("status.phase", "failure", Degraded),
            Word("status.phase", "pending", Progressing),
            Is("Ready", "True", Healthy),
            Else(Progressing, "waiting to become ready"),
        ],
    ),
    Row("promoter.argoproj.io", "*", READY),
];

/// A policy speaks of one environment, a strategy of many.
fn environments(object: &Value) -> Option<ObjectHealth> {
    let many = view::list(object, &["status", "environments"]);
    let one = std::slice::from_ref(view::at(object, &["status"]));
    let all = if many.is_empty() { one } else { many };
    let name = |environment: &Value| match view::text(environment, &["branch"]) {
        "" => "the environment".to_owned(),
        branch => format!("environment {branch}"),
    };
    if let Some(bad) = all.iter().find(|environment| checks(environment).any(|phase| phase == "failure")) {
        return Some(Degraded.because(format!("a commit status of {} failed", name(bad))));
    }
    let open = all
        .iter()
        .find(|environment| is_behind(environment) || checks(environment).any(|phase| phase == "pending"));
    open.map(|open| Progressing.because(format!("{} waits for its promotion", name(open))))
}

fn checks(environment: &Value) -> impl Iterator<Item = &str> {
    ["active", "proposed"]
        .into_iter()
        .flat_map(|side| view::list(environment, &[side, "commitStatuses"]))
        .map(|status| view::text(status, &["phase"]))
}

fn is_behind(environment: &Value) -> bool {
    let [active, proposed] =
        ["active", "proposed"].map(|side| view::text(environment, &[side, "dry", "sha"]));
    !proposed.is_empty() && active != proposed
}
