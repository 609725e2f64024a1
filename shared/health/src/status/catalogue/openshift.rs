//! `OpenShift` and the Operator Lifecycle Manager.

use serde_json::Value;

use super::{
    super::{
        health::{
            Health::{Degraded, Healthy, Progressing, Suspended},
            ObjectHealth,
        },
        reason,
        step::Step::{self, Else, Flag, For, Is, Judge, Missing, OtherWord, Stale, Word},
    },
    Row,
};
use crate::view;

/// `Available`, `Progressing`, `Degraded`: the conditions of `OpenShift`'s own operators.
const OPERATOR: &[Step] = &[
    Is("Degraded|Failing", "True", Degraded),
    Is("Available", "False", Degraded),
    Is("Progressing", "True", Progressing),
    Is("Available", "True", Healthy),
    Else(Progressing, "waiting to become available"),
];

pub(super) const ROWS: &[Row] = &[
    Row("route.openshift.io", "Route", &[Judge(route)]),
    Row(
        "apps.openshift.io",
        "DeploymentConfig",
        &[
            Missing("status", Progressing),
            Stale,
            Flag("spec.paused", true, Suspended),
            Judge(deployment_config),
        ],
    ),
    Row(
        "build.openshift.io",
        "Build",
        &[
            Word("status.phase", "Complete", Healthy),
            Word("status.phase", "Failed|Error", Degraded),
            Word("status.phase", "Cancelled", Suspended),
            Else(Progressing, "not built yet"),
        ],
    ),
    Row("config.openshift.io", "ClusterOperator|ClusterVersion", OPERATOR),
    Row(
        "machineconfiguration.openshift.io",
        "MachineConfigPool",
        &[
            Is("Degraded|RenderDegraded|NodeDegraded", "True", Degraded),
            Flag("spec.paused", true, Suspended),
            Is("Updating", "True", Progressing),
            Is("Updated", "True", Healthy),
            Else(Progressing, "waiting for the machines"),
        ],
    ),
    Row(
        "operators.coreos.com",
        "Subscription",
        &[
            Is(
                "CatalogSourcesUnhealthy|InstallPlanMissing|InstallPlanFailed|ResolutionFailed|BundleUnpackFailed",
                "True",
                Degraded,
            ),
            For("InstallPlanPending", "True", "RequiresApproval", Suspended),
            Is("InstallPlanPending|BundleUnpacking", "True", Progressing),
            Word("status.state", "UpgradePending|UpgradeAvailable", Progressing),
            Missing("status", Progressing),
            Else(Healthy, "no trouble is reported"),
        ],
    ),
    Row(
        "operators.coreos.com",
        "ClusterServiceVersion",
        &[
            Word("status.phase", "Succeeded", Healthy),
            Word("status.phase", "Failed", Degraded),
            Else(Progressing, "not installed yet"),
        ],
    ),
    Row(
        "operators.coreos.com",
        "InstallPlan",
        &[
            Word("status.phase", "Complete", Healthy),
            Word("status.phase", "Failed", Degraded),
            Word("status.phase", "RequiresApproval", Suspended),
            Else(Progressing, "not installed yet"),
        ],
    ),
    Row(
        "operators.coreos.com",
        "CatalogSource",
        &[
            Word("status.connectionState.lastObservedState", "READY", Healthy),
            Word("status.connectionState.lastObservedState", "TRANSIENT_FAILURE|SHUTDOWN", Degraded),
            OtherWord("status.connectionState.lastObservedState", Progressing),
            Else(Progressing, "waiting for the connection"),
        ],
    ),
    Row("operators.coreos.com", "OperatorGroup", &[Else(Healthy, "the group is there")]),
    Row(
        "olm.operatorframework.io",
        "ClusterExtension|ClusterCatalog",
        &[
            Stale,
            For("Progressing", "True", "Retrying", Degraded),
            Is("Installed|Serving", "True", Healthy),
            Is("Progressing", "False", Degraded),
            Else(Progressing, "not installed yet"),
        ],
    ),
    Row("hypershift.openshift.io", "HostedCluster", OPERATOR),
];

/// Every router that serves the route has to admit it.
fn route(object: &Value) -> ObjectHealth {
    let mut admitted = view::list(object, &["status", "ingress"])
        .iter()
        .flat_map(|ingress| view::list(ingress, &["conditions"]))
        .filter(|condition| view::text(condition, &["type"]) == "Admitted")
        .peekable();
    if admitted.peek().is_none() {
        return Progressing.because("waiting to be admitted");
    }
    let open = admitted.find(|condition| reason::status(condition) != "True");
    match open {
        None => Healthy.because("the route is admitted"),
        Some(refused) if reason::status(refused) == "False" => Degraded.because(reason::sentence(refused)),
        Some(open) => Progressing.because(reason::sentence(open)),
    }
}

/// A rollout is over when the newest controller is there and has enough pods.
fn deployment_config(object: &Value) -> ObjectHealth {
    if view::list(object, &["status", "conditions"]).is_empty() {
        return Progressing.because("waiting for the rollout");
    }
    let is_over = view::condition(object, "Progressing").is_some_and(|progress| {
        reason::status(progress) == "True"
            && view::text(progress, &["reason"]) == "NewReplicationControllerAvailable"
    });
    let is_available = view::has_condition(object, "Available", "True");
    let replicas = view::at(object, &["status", "replicas"]).as_u64();
    let trouble = view::condition(object, "Available").map_or_else(String::new, reason::sentence);
    match (is_over, is_available) {
        _ if replicas == Some(0) => Healthy.because("no replica is wanted"),
        (true, true) => Healthy.because("the rollout is over"),
        (false, false) => Degraded.because(trouble),
        (true, false) | (false, true) => Progressing.because("waiting for the pods"),
    }
}
