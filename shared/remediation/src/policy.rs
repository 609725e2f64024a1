//! What may be done without asking.

use chiron_model::{Approval, Diagnosis, ObjectRef, Risk, RootCause};
use serde::{Deserialize, Serialize};

/// What may be done without asking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Namespaces in which every plan is of high risk.
    pub protected_namespaces: Vec<String>,
    /// The highest risk that needs no person. Default low.
    pub automatic_up_to: Option<Risk>,
    /// The least confidence that needs no person, in `0.0..=1.0`. Default 0.8.
    pub least_confidence: f64,
    /// For how many seconds a repair must hold before it counts. Default 60.
    pub sustained_seconds: u64,
    /// Most objects that one plan may write. Default 3.
    pub max_objects: usize,
}

impl Default for Policy {
    fn default() -> Self {
        let protected = [
            "kube-system",
            "kube-public",
            "kube-node-lease",
            "knative-serving",
            "knative-eventing",
            "chiron",
        ];
        Self {
            protected_namespaces: protected.map(str::to_owned).to_vec(),
            automatic_up_to: Some(Risk::Low),
            least_confidence: 0.8,
            sustained_seconds: 60,
            max_objects: 3,
        }
    }
}

impl Policy {
    /// How much writing to `object` could break.
    #[must_use]
    pub fn risk(&self, object: &ObjectRef, is_whole_object: bool) -> Risk {
        let is_protected = self.protected_namespaces.contains(&object.namespace);
        if object.namespace.is_empty() || is_protected {
            return Risk::High;
        }
        match object.kind.as_str() {
            _ if is_whole_object => Risk::Medium,
            "Deployment" | "DaemonSet" | "ConfigMap" | "Service" => Risk::Low,
            _ => Risk::Medium,
        }
    }

    /// Whether a person must agree to a plan of that risk.
    #[must_use]
    pub fn approval(&self, risk: Risk, cause: &RootCause, diagnosis: &Diagnosis) -> Approval {
        let ask = |reason: String| Approval { required: true, reason };
        if let Some(management) = &diagnosis.management {
            return ask(format!("the object belongs to {} ({})", management.tool, management.source));
        }
        if self.automatic_up_to.is_none_or(|limit| risk > limit) {
            return ask(why(risk, cause));
        }
        if cause.confidence.value() < self.least_confidence {
            return ask(format!(
                "the confidence {:.2} is below {:.2}",
                cause.confidence.value(),
                self.least_confidence
            ));
        }
        Approval {
            required: false,
            reason: format!(
                "restores a value that was seen to work, risk {}, confidence {:.2}",
                name(risk),
                cause.confidence.value()
            ),
        }
    }
}

fn name(risk: Risk) -> &'static str {
    match risk {
        Risk::Low => "low",
        Risk::Medium => "medium",
        Risk::High => "high",
    }
}

fn why(risk: Risk, cause: &RootCause) -> String {
    match cause.object.kind.as_str() {
        "ResourceQuota" | "LimitRange" => "a quota is somebody's decision about shared capacity".to_owned(),
        "Node" => "a node may be closed on purpose, for maintenance".to_owned(),
        kind => format!("the policy asks a person for risk {} on a {kind}", name(risk)),
    }
}
