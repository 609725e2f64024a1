//! What kind of trouble a finding is, as far as it matters for causes.

use chiron_model::Finding;

/// A kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Killed for want of memory.
    Memory,
    /// Exits by itself.
    Crash,
    /// The program cannot be started.
    Start,
    /// The image cannot be pulled.
    Image,
    /// Configuration that is named is not there.
    Config,
    /// Killed because a liveness probe fails.
    Liveness,
    /// Killed because a startup probe fails.
    Startup,
    /// Runs but is not ready.
    NotReady,
    /// No node takes it.
    Unschedulable,
    /// May not be created.
    Refused,
    /// A volume cannot be mounted.
    Mount,
    /// A Service has no pods.
    NoEndpoints,
    /// A Service sends to a port where nobody listens.
    Port,
    /// A claim gets no volume.
    Claim,
    /// An autoscaler cannot compute.
    Autoscaler,
    /// Thrown out by its node.
    Evicted,
    /// A node is not well.
    Node,
    /// A consequence of something else; it says nothing about the cause.
    Consequence,
}

/// The kind of trouble that a finding is.
pub(crate) fn trouble(finding: &Finding) -> Trouble {
    match finding.rule.as_str() {
        "out-of-memory" => Trouble::Memory,
        "crash-loop" if is_start_failure(finding) => Trouble::Start,
        "crash-loop" | "job-failed" => Trouble::Crash,
        "container-start" => Trouble::Start,
        "image-pull" => Trouble::Image,
        "container-config" => Trouble::Config,
        "probe-kills" if fact(finding, "probe") == "startup" => Trouble::Startup,
        "probe-kills" => Trouble::Liveness,
        "not-ready" => Trouble::NotReady,
        "unschedulable" => Trouble::Unschedulable,
        "create-refused" => Trouble::Refused,
        "volume-mount" => Trouble::Mount,
        "service-without-pods" => Trouble::NoEndpoints,
        "service-port" => Trouble::Port,
        "claim-pending" => Trouble::Claim,
        "autoscaler-blind" => Trouble::Autoscaler,
        "evicted" => Trouble::Evicted,
        "node-health" => Trouble::Node,
        _ => Trouble::Consequence,
    }
}

/// The shell's and the runtime's codes for "not found" and "may not be run".
fn is_start_failure(finding: &Finding) -> bool {
    let code = finding.facts.get("exitCode").and_then(serde_json::Value::as_i64);
    let reason = fact(finding, "terminationReason");
    matches!(code, Some(126..=128)) || matches!(reason, "StartError" | "ContainerCannotRun")
}

/// A figure or a text that the rule read.
pub(crate) fn fact<'a>(finding: &'a Finding, key: &str) -> &'a str {
    finding.facts.get(key).and_then(serde_json::Value::as_str).unwrap_or("")
}
