//! How well a change explains that pods find no place: no node, no quota, no volume, no room on their node.
#![expect(clippy::wildcard_enum_match_arm, reason = "a part that a table does not name explains nothing")]

use super::{
    part::Part,
    reading::{Weight, direction, is_claim, is_workload, names},
    symptom::fact,
};
use chiron_model::{Change, Finding, Mechanism};
use std::cmp::Ordering;

pub(super) fn unschedulable(part: Part, finding: &Finding, change: &Change) -> Option<Weight> {
    let said = fact(finding, "said");
    let lacks = |resource: &str| said.contains(&format!("Insufficient {resource}"));
    let more = direction(change) == Ordering::Greater;
    match part {
        Part::CpuRequest if more && lacks("cpu") => Some((Mechanism::RequestAboveCapacity, 0.97)),
        Part::MemoryRequest if more && lacks("memory") => Some((Mechanism::RequestAboveCapacity, 0.97)),
        // Without a request of its own, the limit is the request.
        Part::CpuLimit if more && lacks("cpu") => Some((Mechanism::RequestAboveCapacity, 0.9)),
        Part::MemoryLimit if more && lacks("memory") => Some((Mechanism::RequestAboveCapacity, 0.9)),
        Part::OtherResource if more && said.contains("Insufficient") => {
            Some((Mechanism::RequestAboveCapacity, 0.95))
        }
        Part::Placement => Some((Mechanism::PlacementUnsatisfiable, placement_weight(said))),
        Part::Cordon => {
            Some((Mechanism::NodeCordoned, if said.contains("unschedulable") { 0.97 } else { 0.3 }))
        }
        Part::Taints => Some((Mechanism::NodeTainted, if said.contains("taint") { 0.95 } else { 0.3 })),
        Part::Labels if change.object.kind == "Node" => {
            Some((Mechanism::PlacementUnsatisfiable, placement_weight(said)))
        }
        Part::StorageClass | Part::Created if is_claim(change) => Some((
            Mechanism::StorageClassMissing,
            if said.contains("PersistentVolumeClaim") { 0.9 } else { 0.2 },
        )),
        Part::Deleted if is_claim(change) => Some((Mechanism::VolumeNotMountable, 0.9)),
        Part::Volume => Some((
            Mechanism::VolumeNotMountable,
            if said.contains("persistentvolumeclaim") { 0.95 } else { 0.4 },
        )),
        Part::ContainerPort => {
            Some((Mechanism::PlacementUnsatisfiable, if said.contains("free ports") { 0.9 } else { 0.2 }))
        }
        Part::Replicas if more && lacks("") => Some((Mechanism::RequestAboveCapacity, 0.5)),
        Part::Created if is_workload(change) && lacks("") => Some((Mechanism::RequestAboveCapacity, 0.25)),
        _ => None,
    }
}

fn placement_weight(said: &str) -> f64 {
    let is_about_place = ["affinity", "selector", "taint", "topology spread", "untolerated"]
        .iter()
        .any(|word| said.contains(word));
    if is_about_place { 0.96 } else { 0.4 }
}

pub(super) fn refused(part: Part, finding: &Finding, change: &Change) -> Option<Weight> {
    let said = fact(finding, "said");
    let by_quota = said.contains("exceeded quota") || said.contains("failed quota");
    match part {
        Part::Created | Part::QuotaHard if change.object.kind == "ResourceQuota" => {
            let is_this_one = fact(finding, "quota") == change.object.name
                || (said.contains("failed quota") && names(said, &change.object.name));
            if !is_this_one {
                return None;
            }
            let is_lacking = change.field.is_root() || names(fact(finding, "limited"), &change.field.last());
            let lowered = part == Part::Created
                || is_lacking && (direction(change) != Ordering::Greater || change.from.is_null());
            Some((Mechanism::QuotaExhausted, if lowered { 0.97 } else { 0.2 }))
        }
        Part::Replicas if by_quota && direction(change) == Ordering::Greater => {
            Some((Mechanism::QuotaExhausted, 0.7))
        }
        Part::CpuRequest | Part::MemoryRequest | Part::CpuLimit | Part::MemoryLimit | Part::OtherResource
            if by_quota =>
        {
            Some((Mechanism::QuotaExhausted, 0.75))
        }
        Part::Created | Part::LimitRange if change.object.kind == "LimitRange" => {
            let is_limit = said.contains("usage per") || said.contains("limit");
            Some((Mechanism::LimitRangeViolated, if is_limit && !by_quota { 0.95 } else { 0.1 }))
        }
        Part::CpuRequest | Part::MemoryRequest | Part::CpuLimit | Part::MemoryLimit
            if said.contains("usage per") =>
        {
            Some((Mechanism::LimitRangeViolated, 0.9))
        }
        Part::ServiceAccount if said.contains("serviceaccount") => {
            Some((Mechanism::ServiceAccountMissing, 0.97))
        }
        Part::Deleted if change.object.kind == "ServiceAccount" => {
            Some((Mechanism::ServiceAccountMissing, 0.97))
        }
        Part::Security | Part::Volume | Part::Placement if !by_quota => {
            Some((Mechanism::AdmissionDenied, 0.7))
        }
        _ => None,
    }
}

pub(super) fn claim(part: Part) -> Option<Weight> {
    match part {
        Part::StorageClass => Some((Mechanism::StorageClassMissing, 0.95)),
        Part::Created => Some((Mechanism::StorageClassMissing, 0.85)),
        _ => None,
    }
}

pub(super) fn evicted(part: Part, finding: &Finding, change: &Change) -> Option<Weight> {
    let is_about_storage =
        change.field.last() == "ephemeral-storage" && change.field.as_str().contains("limits");
    let is_over_limit =
        fact(finding, "said").contains("ephemeral") && fact(finding, "said").contains("exceeds");
    match part {
        Part::OtherResource
            if is_about_storage && is_over_limit && direction(change) != Ordering::Greater =>
        {
            Some((Mechanism::StorageLimitBelowNeed, 0.97))
        }
        // A limit that appears lowers what was unlimited.
        Part::OtherResource if is_about_storage && is_over_limit && change.from.is_null() => {
            Some((Mechanism::StorageLimitBelowNeed, 0.95))
        }
        Part::Image | Part::Command | Part::Environment if is_over_limit => {
            Some((Mechanism::StorageLimitBelowNeed, 0.5))
        }
        _ => None,
    }
}
