//! How well a change explains a kind of trouble.
#![expect(clippy::wildcard_enum_match_arm, reason = "a part that a table does not name explains nothing")]

use super::{
    Blame,
    capacity::{claim, evicted, refused, unschedulable},
    part::{Part, part},
    reading::{Weight, direction, is_configuration, is_workload, names},
    symptom::{Trouble, fact},
};
use chiron_model::{Change, Finding, Mechanism, Relation, Suspect};
use std::cmp::Ordering;

/// How well `suspect` explains `finding`, which is trouble of that kind; `None` when it does not at all.
pub(super) fn weigh(trouble: Trouble, finding: &Finding, suspect: &Suspect) -> Option<Weight> {
    let change = &suspect.change;
    let part = part(change);
    if part == Part::RestartMark {
        return None;
    }
    let Some(blame) = Blame::of(finding) else { return by_trouble(trouble, part, finding, suspect) };
    if blame.fits(change) {
        let weight = if change.field.is_root() && !blame.field.is_root() { 0.4 } else { 0.97 };
        return Some((blame.mechanism, weight));
    }
    // Where the fault itself is known, that another object was once made explains nothing, and other changes less.
    by_trouble(trouble, part, finding, suspect).map(|(mechanism, weight)| {
        (mechanism, if part == Part::Created { weight.min(0.4) } else { weight * 0.8 })
    })
}

/// The same by the kind of trouble alone.
fn by_trouble(trouble: Trouble, part: Part, finding: &Finding, suspect: &Suspect) -> Option<Weight> {
    let change = &suspect.change;
    if suspect.relation == Relation::Calls {
        return dependency(trouble, part, change);
    }
    match trouble {
        Trouble::Memory => memory(part, change),
        Trouble::Crash => program(part, change),
        Trouble::Start => start(part, change),
        Trouble::Image => image(part, finding, change),
        Trouble::Config | Trouble::Mount => config(part, finding, change),
        Trouble::Liveness => probe(part, change, Part::LivenessProbe, Mechanism::LivenessProbeWrong),
        Trouble::Startup => probe(part, change, Part::StartupProbe, Mechanism::StartupProbeWrong),
        Trouble::NotReady => probe(part, change, Part::ReadinessProbe, Mechanism::ReadinessProbeWrong),
        Trouble::Unschedulable => unschedulable(part, finding, change),
        Trouble::Refused => refused(part, finding, change),
        Trouble::NoEndpoints => no_endpoints(part, suspect.relation),
        Trouble::Port => port(part, change),
        Trouble::Claim => claim(part),
        Trouble::Autoscaler => autoscaler(part, change),
        Trouble::Evicted => evicted(part, finding, change),
        Trouble::Node | Trouble::Consequence => None,
    }
}

fn memory(part: Part, change: &Change) -> Option<Weight> {
    match part {
        // A limit that appears lowers what was unlimited.
        Part::MemoryLimit if change.from.is_null() => Some((Mechanism::MemoryLimitBelowNeed, 0.95)),
        Part::MemoryLimit if direction(change) == Ordering::Less => {
            Some((Mechanism::MemoryLimitBelowNeed, 0.97))
        }
        Part::Image => Some((Mechanism::MemoryNeedRaised, 0.7)),
        Part::Command | Part::Environment => Some((Mechanism::MemoryNeedRaised, 0.6)),
        Part::Data => Some((Mechanism::MemoryNeedRaised, 0.5)),
        Part::Created if is_workload(change) => Some((Mechanism::MemoryLimitBelowNeed, 0.3)),
        _ => None,
    }
}

/// Changes that make a program exit or not serve.
fn program(part: Part, change: &Change) -> Option<Weight> {
    Some(match part {
        Part::Data if change.to.is_null() => (Mechanism::ConfigurationKeyRemoved, 0.93),
        Part::Data if change.from.is_null() => (Mechanism::ConfigurationValueChanged, 0.25),
        Part::Data => (Mechanism::ConfigurationValueChanged, 0.85),
        Part::Deleted if is_configuration(change) => (Mechanism::ConfigurationObjectMissing, 0.92),
        Part::Environment if change.from.is_null() => (Mechanism::EnvironmentChanged, 0.7),
        Part::Environment => (Mechanism::EnvironmentChanged, 0.9),
        Part::Command => (Mechanism::CommandChanged, 0.9),
        Part::Image => (Mechanism::ImageBroken, 0.85),
        Part::Volume => (Mechanism::VolumeNotMountable, 0.75),
        Part::Security => (Mechanism::SecurityContextChanged, 0.8),
        Part::ServiceAccount => (Mechanism::SecurityContextChanged, 0.4),
        Part::LivenessProbe => (Mechanism::LivenessProbeWrong, 0.35),
        Part::MemoryLimit if direction(change) == Ordering::Less => (Mechanism::MemoryLimitBelowNeed, 0.4),
        Part::Created if is_workload(change) => (Mechanism::ApplicationExits, 0.25),
        _ => return None,
    })
}

fn start(part: Part, change: &Change) -> Option<Weight> {
    match part {
        Part::Command => Some((Mechanism::CommandNotRunnable, 0.97)),
        Part::Image => Some((Mechanism::CommandNotRunnable, 0.8)),
        Part::Created if is_workload(change) => Some((Mechanism::CommandNotRunnable, 0.3)),
        _ => program(part, change).map(|(mechanism, weight)| (mechanism, weight * 0.7)),
    }
}

fn image(part: Part, finding: &Finding, change: &Change) -> Option<Weight> {
    let denied = finding.facts.get("denied").and_then(serde_json::Value::as_bool).unwrap_or(false);
    let credential = if denied { 0.95 } else { 0.3 };
    match part {
        Part::Image => Some((Mechanism::ImageNotPullable, if denied { 0.8 } else { 0.97 })),
        Part::PullPolicy => Some((Mechanism::ImageNotPullable, 0.9)),
        Part::PullSecrets | Part::ServiceAccount => Some((Mechanism::RegistryAccessDenied, credential)),
        Part::Data | Part::Deleted if is_configuration(change) => {
            Some((Mechanism::RegistryAccessDenied, credential))
        }
        Part::Created if is_workload(change) => Some((Mechanism::ImageNotPullable, 0.3)),
        _ => None,
    }
}

fn config(part: Part, finding: &Finding, change: &Change) -> Option<Weight> {
    let said = fact(finding, "said");
    let is_key_named = !change.field.is_root() && names(said, &change.field.last());
    let sure = |is_named: bool| if is_named { 0.97 } else { 0.78 };
    match part {
        Part::Data if change.to.is_null() => Some((Mechanism::ConfigurationKeyRemoved, sure(is_key_named))),
        Part::Deleted if is_configuration(change) => {
            Some((Mechanism::ConfigurationObjectMissing, sure(names(said, &change.object.name))))
        }
        Part::Environment | Part::Volume => Some((Mechanism::ReferenceToMissingConfiguration, 0.93)),
        Part::Security if said.contains("runAsNonRoot") || said.contains("non-root") => {
            Some((Mechanism::SecurityContextChanged, 0.97))
        }
        Part::Created if is_workload(change) => Some((Mechanism::ReferenceToMissingConfiguration, 0.3)),
        _ => None,
    }
}

fn probe(part: Part, change: &Change, own: Part, mechanism: Mechanism) -> Option<Weight> {
    match part {
        _ if part == own => Some((mechanism, 0.97)),
        Part::ContainerPort => Some((mechanism, 0.5)),
        Part::CpuLimit if direction(change) == Ordering::Less => Some((mechanism, 0.5)),
        Part::Created if is_workload(change) => Some((mechanism, 0.25)),
        _ => program(part, change).map(|(mechanism, weight)| (mechanism, weight * 0.9)),
    }
}

fn no_endpoints(part: Part, relation: Relation) -> Option<Weight> {
    match part {
        Part::Selector => Some((Mechanism::ServiceSelectorMismatch, 0.98)),
        Part::TemplateLabels if relation == Relation::Routes => {
            Some((Mechanism::WorkloadLabelsChanged, 0.95))
        }
        Part::Created if relation == Relation::Itself => Some((Mechanism::ServiceSelectorMismatch, 0.4)),
        _ => None,
    }
}

fn port(part: Part, change: &Change) -> Option<Weight> {
    match part {
        Part::ServicePort => Some((Mechanism::ServicePortMismatch, 0.97)),
        // What a Service misses was there before.
        Part::ContainerPort if change.from.is_null() => Some((Mechanism::ServicePortMismatch, 0.4)),
        Part::ContainerPort => Some((Mechanism::ServicePortMismatch, 0.9)),
        _ => None,
    }
}

fn autoscaler(part: Part, change: &Change) -> Option<Weight> {
    match part {
        Part::CpuRequest | Part::MemoryRequest => Some((Mechanism::AutoscalerCannotCompute, 0.95)),
        Part::Created => Some((Mechanism::AutoscalerCannotCompute, 0.6)),
        Part::Other if change.field.is_within("spec") => Some((Mechanism::AutoscalerCannotCompute, 0.6)),
        _ => None,
    }
}

/// Something that the workload calls was changed.
fn dependency(trouble: Trouble, part: Part, change: &Change) -> Option<Weight> {
    let is_felt =
        matches!(trouble, Trouble::Crash | Trouble::NotReady | Trouble::Liveness | Trouble::Startup);
    let mechanism = match part {
        Part::Deleted => Mechanism::ServiceDeleted,
        Part::Selector => Mechanism::ServiceSelectorMismatch,
        Part::ServicePort => Mechanism::ServicePortMismatch,
        Part::Replicas if change.to == 0 => Mechanism::ScaledToZero,
        Part::Created | Part::Labels | Part::RestartMark | Part::Replicas | Part::Other => return None,
        _ => Mechanism::DependencyUnavailable,
    };
    is_felt.then_some((mechanism, 0.6))
}
