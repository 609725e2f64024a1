//! What a world can see: which kinds, in a gap or not, and of which namespace.
//!
//! While a kind that matters is not seen, nothing begins and nothing ends: what was known may be true no more.

use crate::world::World;
use chiron_model::{Finding, Timestamp, is_essential};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// What was told before the end of a gap may arrive a little after it.
const SETTLING: Duration = Duration::from_secs(2);
/// Kinds of the cluster of which a namespace is told only what concerns it.
const PARTIAL: &[&str] = &["Namespace", "PersistentVolume", "VolumeAttachment"];

/// The end of a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regained {
    /// The kind that is seen again.
    pub kind: String,
    /// When it was last seen before; `None` when this is the first time.
    pub from: Option<Timestamp>,
    /// When it was seen again.
    pub until: Timestamp,
    /// Whether all objects of the kind are known now.
    pub is_known: bool,
}

/// What can be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sight {
    /// The namespace whose world it is, when it is told of the cluster around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    within: Option<String>,
    /// Kinds that are not seen at the moment.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    blind: BTreeSet<String>,
    /// Kinds that are seen again, until what was told before has arrived.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    regained: BTreeMap<String, Regained>,
    /// Objects that were to be looked at meanwhile.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    deferred: BTreeSet<String>,
}

impl Sight {
    /// Whether there is nothing to be said of it.
    pub(crate) fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Whether nothing can be said of objects of that kind.
    fn is_blind(&self, kind: &str) -> bool {
        self.blind.contains(kind) || self.blind.iter().any(|it| is_essential(it))
    }

    /// Whether objects of that kind in that namespace cannot all be known, however many are.
    pub(crate) fn is_beyond(&self, kind: &str, namespace: &str) -> bool {
        self.within
            .as_deref()
            .is_some_and(|own| if namespace.is_empty() { PARTIAL.contains(&kind) } else { namespace != own })
    }
}

impl World {
    /// Makes it the world of one namespace, which is told of the cluster around it.
    pub fn stay_within(&mut self, namespace: &str) {
        self.sight.within = Some(namespace.to_owned());
    }

    /// A kind is not seen from now on.
    pub fn lose_sight(&mut self, kind: &str, at: Timestamp) -> Vec<Finding> {
        let found = self.advance(at);
        self.sight.regained.remove(kind);
        self.sight.blind.insert(kind.to_owned());
        found
    }

    /// A kind is seen again. What that means is said a little later, when all that was told before has arrived.
    pub fn regain_sight(&mut self, regained: Regained) {
        self.sight.regained.insert(regained.kind.clone(), regained);
    }

    /// Kinds of which all objects are known.
    pub fn known_kinds(&self) -> impl Iterator<Item = &str> {
        self.complete.iter().map(String::as_str)
    }

    /// Whether an object cannot be looked at now; then it is noted for later.
    pub(crate) fn defers(&mut self, uid: &str) -> bool {
        // Nearly always everything is seen, and this is asked for every object that is looked at.
        let defers = !self.sight.blind.is_empty() && self.sight.is_blind(self.kind_of(uid));
        if defers {
            self.sight.deferred.insert(uid.to_owned());
        }
        defers
    }

    /// Whether an object is only known for what it means to others: it belongs to no namespace, and this is the world of one.
    pub(crate) fn is_around(&self, uid: &str) -> bool {
        self.sight.within.as_ref().is_some_and(|own| !own.is_empty())
            && self.objects.get(uid).is_some_and(|it| it.reference.namespace.is_empty())
    }

    /// Ends gaps whose time has come; when no other is left, looks at all that waited.
    pub(crate) fn open_eyes(&mut self, to: Timestamp, found: &mut Vec<Finding>) {
        let due = |it: &Regained| it.until.plus(SETTLING) <= to;
        let ended: Vec<Regained> = self.sight.regained.values().filter(|it| due(it)).cloned().collect();
        if ended.is_empty() {
            return;
        }
        for gap in &ended {
            self.sight.regained.remove(&gap.kind);
            self.sight.blind.remove(&gap.kind);
            if gap.is_known && !self.sight.is_beyond(&gap.kind, "") {
                self.complete.insert(gap.kind.clone());
            } else {
                self.complete.remove(&gap.kind);
            }
        }
        let waiting = std::mem::take(&mut self.sight.deferred);
        let mut seen = Vec::new();
        for uid in waiting {
            self.evaluate(&uid, &mut seen);
        }
        let gaps: Vec<(Timestamp, Timestamp)> =
            ended.iter().filter_map(|it| Some((it.from?, it.until))).collect();
        if let (Some(from), Some(until)) =
            (gaps.iter().map(|it| it.0).min(), gaps.iter().map(|it| it.1).max())
        {
            self.mark_late(&mut seen, from, until);
        }
        found.extend(seen);
    }

    /// Notes on findings that began with the end of a gap that nobody saw when they did.
    fn mark_late(&mut self, seen: &mut [Finding], from: Timestamp, until: Timestamp) {
        let note = json!({"from": from, "until": until});
        let now = self.now;
        let is_new = |it: &Finding| it.is_active() && it.first_seen == now;
        let open = self.findings.values_mut().map(|open| &mut open.finding);
        for finding in seen.iter_mut().chain(open).filter(|it| is_new(it)) {
            finding.facts.insert("seen_late".to_owned(), note.clone());
        }
    }
}
