//! What runs once and ends: pipelines, training jobs, Spark, Flink and Ray.

use serde_json::Value;

use super::{
    super::{
        health::{
            Health::{Degraded, Healthy, Progressing, Suspended},
            ObjectHealth,
        },
        step::Step::{self, Ask, Else, Flag, For, Is, Less, Missing, Stale, Word},
    },
    Row,
};
use crate::view;

/// Kubeflow's training jobs keep the conditions of all earlier phases.
const TRAINING: &[Step] = &[
    Is("Failed", "True", Degraded),
    Is("Succeeded|Complete", "True", Healthy),
    Is("Suspended", "True", Suspended),
    Else(Progressing, "the job has not ended yet"),
];

pub(super) const ROWS: &[Row] = &[
    Row(
        "tekton.dev",
        "PipelineRun|TaskRun|Run|CustomRun",
        &[
            Is("Succeeded", "True", Healthy),
            Is("Succeeded", "False", Degraded),
            For("Succeeded", "Unknown", "PipelineRunPending", Suspended),
            Else(Progressing, "the run has not ended yet"),
        ],
    ),
    Row(
        "kubeflow.org",
        "PyTorchJob|TFJob|MPIJob|XGBoostJob|PaddleJob|JAXJob|MXJob|Experiment|Trial|Suggestion",
        TRAINING,
    ),
    Row("trainer.kubeflow.org|jobset.x-k8s.io", "TrainJob|JobSet", TRAINING),
    Row(
        "kubeflow.org",
        "Notebook",
        &[
            Is("Ready", "True", Healthy),
            Less("status.none", "status.readyReplicas", Healthy),
            Else(Progressing, "waiting to become ready"),
        ],
    ),
    Row(
        "serving.kserve.io",
        "*",
        &[
            Stale,
            Is("Stopped", "True", Suspended),
            Is("Ready", "True", Healthy),
            Word("status.modelStatus.transitionStatus", "InProgress", Progressing),
            Is("Ready", "False", Degraded),
            Else(Progressing, "waiting to become ready"),
        ],
    ),
    Row(
        "sparkoperator.k8s.io",
        "SparkApplication",
        &[
            Word("status.applicationState.state", "COMPLETED", Healthy),
            Word("status.applicationState.state", "FAILED|FAILING|SUBMISSION_FAILED|UNKNOWN", Degraded),
            Word("status.applicationState.state", "SUSPENDED", Suspended),
            Ask(spark),
            Else(Progressing, "waiting for the application"),
        ],
    ),
    Row(
        "sparkoperator.k8s.io",
        "ScheduledSparkApplication",
        &[
            Flag("spec.suspend", true, Suspended),
            Word("status.scheduleState", "FailedValidation", Degraded),
            Word("status.scheduleState", "Scheduled|Validating", Healthy),
            Else(Progressing, "waiting for a status"),
        ],
    ),
    Row(
        "flink.apache.org",
        "FlinkDeployment|FlinkSessionJob",
        &[
            Word("status.lifecycleState", "FAILED|ROLLED_BACK", Degraded),
            Word("status.jobManagerDeploymentStatus", "ERROR", Degraded),
            Word("status.jobStatus.state", "FAILED", Degraded),
            Word("status.lifecycleState", "SUSPENDED", Suspended),
            Word("status.jobStatus.state", "SUSPENDED", Suspended),
            Word("status.jobStatus.state", "RUNNING|FINISHED", Healthy),
            Word("status.jobManagerDeploymentStatus", "DEPLOYING|DEPLOYED_NOT_READY|MISSING", Progressing),
            Word("status.lifecycleState", "STABLE|DEPLOYED", Healthy),
            Word("status.jobManagerDeploymentStatus", "READY", Healthy),
            Else(Progressing, "waiting for the job"),
        ],
    ),
    Row(
        "ray.io",
        "RayJob",
        &[
            Word("status.jobDeploymentStatus", "Failed", Degraded),
            Word("status.jobStatus", "FAILED|STOPPED", Degraded),
            Word("status.jobDeploymentStatus", "Suspended", Suspended),
            Word("status.jobStatus", "SUCCEEDED", Healthy),
            Word("status.jobDeploymentStatus", "Complete", Healthy),
            Else(Progressing, "the job has not ended yet"),
        ],
    ),
    Row(
        "ray.io",
        "RayService",
        &[
            Is("Ready", "True", Healthy),
            Word("status.serviceStatus", "Running", Healthy),
            Word("status.serviceStatus", "FailedServeDeploy", Degraded),
            Else(Progressing, "waiting to become ready"),
        ],
    ),
    Row(
        "ray.io",
        "RayCluster",
        &[
            Word("status.state", "ready", Healthy),
            Word("status.state", "failed|unhealthy", Degraded),
            Word("status.state", "suspended", Suspended),
            Else(Progressing, "waiting to become ready"),
        ],
    ),
    Row(
        "batch.volcano.sh",
        "Job",
        &[
            Word("status.state.phase", "Completed", Healthy),
            Word("status.state.phase", "Failed|Aborted|Terminated", Degraded),
            Else(Progressing, "the job has not ended yet"),
        ],
    ),
    Row(
        "kueue.x-k8s.io",
        "Workload",
        &[
            Is("Evicted", "True", Suspended),
            Is("Finished|Admitted", "True", Healthy),
            Else(Progressing, "waiting for quota"),
        ],
    ),
    Row(
        "kueue.x-k8s.io",
        "ClusterQueue|LocalQueue|AdmissionCheck",
        &[
            Is("Active", "True", Healthy),
            Is("Active", "False", Degraded),
            Else(Progressing, "waiting for a status"),
        ],
    ),
    Row(
        "camel.apache.org",
        "*",
        &[
            Word("status.phase", "Error", Degraded),
            Is("Ready", "False", Degraded),
            Word("status.phase", "Running|Ready", Healthy),
            Else(Progressing, "waiting to run"),
        ],
    ),
    Row(
        "keda.sh",
        "ScaledObject|ScaledJob",
        &[
            Is("Paused", "True", Suspended),
            Is("Fallback", "True", Degraded),
            For("Ready", "Unknown", "PartialTriggerError", Degraded),
            Is("Ready", "False", Degraded),
            Is("Ready", "True", Healthy),
            Else(Progressing, "waiting to become ready"),
        ],
    ),
    Row(
        "autoscaling.k8s.io",
        "VerticalPodAutoscaler",
        &[
            Is("ConfigUnsupported|ConfigDeprecated", "True", Degraded),
            Is("RecommendationProvided", "True", Healthy),
            Missing("status.conditions", Progressing),
            Else(Progressing, "no recommendation yet"),
        ],
    ),
];

/// A running application whose executors all died is broken.
fn spark(object: &Value) -> Option<ObjectHealth> {
    let state = view::text(object, &["status", "applicationState", "state"]);
    if state != "RUNNING" {
        return None;
    }
    let executors = view::at(object, &["status", "executorState"]).as_object();
    let running = executors
        .map_or(0, |states| states.values().filter(|state| state.as_str() == Some("RUNNING")).count());
    let failed = executors
        .map_or(0, |states| states.values().filter(|state| state.as_str() == Some("FAILED")).count());
    Some(match (running, failed) {
        (0, failed) if failed > 0 => Degraded.because(format!("all {failed} executors failed")),
        (running, _) => Healthy.because(format!("the application runs with {running} executors")),
    })
}
