//! What a rule may ask the world besides its own object.

use crate::{rules::is_built_in, tracked::Tracked, verdict::Verdict, world::World};
use chiron_model::{Finding, Severity, Timestamp};

impl World {
    /// Whether `due` has not come yet; then the answer of the rule.
    ///
    /// In a recording nothing will happen any more: what it shows is what there is to say, however young it is.
    pub(crate) fn waits_until(&self, due: Timestamp) -> Option<Verdict> {
        (!self.is_recorded && self.now < due).then_some(Verdict::Pending(due))
    }

    /// Whether objects of that kind would be known if there were any: one is, or all were read.
    ///
    /// The namespace is empty for objects of the cluster.
    pub(crate) fn is_read(&self, kind: &str, namespace: &str) -> bool {
        !self.sight.is_beyond(kind, namespace)
            && (self.complete.contains(kind) || self.objects.in_namespace(kind, namespace).next().is_some())
    }

    /// Whether there is no object of that kind and name, as far as objects of that kind are known at all.
    pub(crate) fn is_missing(&self, kind: &str, namespace: &str, name: &str) -> bool {
        !name.is_empty()
            && self.is_read(kind, namespace)
            && self.objects.named(kind, namespace, name).is_none()
    }

    /// All pods of a workload, through its `ReplicaSet`s where it has some.
    pub(crate) fn pods_of<'a>(&'a self, workload: &Tracked) -> Vec<&'a Tracked> {
        let mut found = Vec::new();
        let mut owners = vec![workload.reference.uid.clone()];
        while let Some(owner) = owners.pop() {
            for object in self.objects.owned_by(&owner) {
                if object.reference.kind == "Pod" {
                    found.push(object);
                } else {
                    owners.push(object.reference.uid.clone());
                }
            }
            if found.len() > 10_000 {
                break;
            }
        }
        found
    }

    /// Whether another finding of the same workload still shows, that is not a user's to judge.
    pub(crate) fn is_anything_sick(&self, finding: &Finding) -> bool {
        self.findings.values().any(|open| {
            open.sick
                && open.finding.severity > Severity::Info
                && is_built_in(&open.finding.rule)
                && open.finding.workload.uid == finding.workload.uid
        })
    }
}
