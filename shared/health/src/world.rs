//! The objects of one namespace, what changed in them, and what is wrong with them.

use crate::{
    logs::Logs, objects::Objects, open::OpenFinding, rules, sight::Sight, tallies::Tallies, tally::Tally,
    tracked::Tracked, user::Rulebook, verdict::Verdict, view::text,
};
use chiron_model::{Change, ContainerLog, Finding, ObjectRef, Observation, Operation, Timestamp};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

/// Changes that are remembered.
const REMEMBERED_CHANGES: usize = 256;
/// How long Events and deleted objects are remembered.
const REMEMBERED_FOR: Duration = Duration::from_hours(2);

/// The objects of one namespace as they were last seen, and everything that is wrong with them.
///
/// Equal observations in equal order give equal findings; versions that are older than what is known change nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct World {
    pub(crate) now: Timestamp,
    pub(crate) objects: Objects,
    gone: BTreeMap<String, (u64, Timestamp)>,
    pub(crate) tallies: Tallies,
    pub(crate) changes: VecDeque<Change>,
    pub(crate) findings: BTreeMap<String, OpenFinding>,
    /// Objects to look at again, by time.
    deadlines: BTreeSet<(Timestamp, String)>,
    /// Longest time from start to ready that was seen in a workload, in seconds, by its uid.
    pub(crate) start_up: BTreeMap<String, f64>,
    /// Since when a workload has fewer ready replicas than it wants, by its uid.
    pub(crate) short_since: BTreeMap<String, Timestamp>,
    /// The workload that a Service last sent traffic to, by the uid of the Service.
    pub(crate) backing: BTreeMap<String, String>,
    /// Kinds of which all objects were read, so that what is not there does not exist.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) complete: BTreeSet<String>,
    /// Whether the objects come from a recording of one moment: no more will be seen of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_recorded: bool,
    /// Whether the world is looked at once and not followed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_one_look: bool,
    /// Rules of users; they come from outside.
    #[serde(skip)]
    pub(crate) rules: Rulebook,
    /// Since when rules of users that wait hold, by the uid of the object and their name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) holds_since: BTreeMap<String, BTreeMap<String, Timestamp>>,
    /// What containers wrote before they ended.
    #[serde(default, skip_serializing_if = "Logs::is_empty")]
    pub(crate) logs: Logs,
    /// What can be seen.
    #[serde(default, skip_serializing_if = "Sight::is_plain")]
    pub(crate) sight: Sight,
}

impl World {
    /// Takes one observation and says which findings began, ended or changed.
    pub fn observe(&mut self, observation: &Observation) -> Vec<Finding> {
        let mut found = self.advance(observation.at);
        if self.is_known(observation) {
            return found;
        }
        if ContainerLog::is_named_by(&observation.object) {
            self.hear(observation, &mut found);
            return found;
        }
        let dirty = if observation.object.kind == "Event" {
            self.count(observation)
        } else {
            self.update(observation, &mut found)
        };
        for uid in dirty {
            self.evaluate(&uid, &mut found);
        }
        found
    }

    /// Lets time pass and says what came of it.
    pub fn advance(&mut self, to: Timestamp) -> Vec<Finding> {
        let mut found = Vec::new();
        while let Some((at, uid)) = self.deadlines.first().filter(|(at, _)| *at <= to).cloned() {
            self.deadlines.remove(&(at, uid.clone()));
            self.now = self.now.max(at);
            self.evaluate(&uid, &mut found);
        }
        self.now = self.now.max(to);
        self.open_eyes(to, &mut found);
        found
    }

    /// Everything that is wrong now.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.values().map(|open| &open.finding)
    }

    /// The top owner of an object: Deployment of ReplicaSet of Pod; the object itself when nothing owns it.
    pub(crate) fn workload<'a>(&'a self, object: &'a Tracked) -> &'a Tracked {
        let mut top = object;
        for _ in 0..4 {
            let Some(owner) = top.owner() else { break };
            let Some(next) = self.objects.get(owner.uid) else { break };
            top = next;
        }
        top
    }

    /// The name of the top owner, also when the owner itself was never seen.
    pub(crate) fn workload_ref(&self, object: &Tracked) -> ObjectRef {
        let top = self.workload(object);
        top.owner().map_or_else(
            || top.reference.clone(),
            |owner| ObjectRef {
                cluster: top.reference.cluster.clone(),
                api_version: owner.api_version.to_owned(),
                kind: owner.kind.to_owned(),
                namespace: top.reference.namespace.clone(),
                name: owner.name.to_owned(),
                uid: owner.uid.to_owned(),
            },
        )
    }

    /// What Events say about an object.
    pub(crate) fn tallies_of<'a>(&'a self, object: &ObjectRef) -> impl Iterator<Item = &'a Tally> {
        self.tallies.about(object)
    }

    pub(crate) fn is_known(&self, observation: &Observation) -> bool {
        let uid = &observation.object.uid;
        let seen = self.objects.get(uid).map(|it| it.version);
        let gone = self.gone.get(uid).map(|(version, _)| *version);
        match observation.operation {
            // The last state of a deleted object may carry the version that was seen before.
            Operation::Delete => gone.is_some() || seen.is_some_and(|it| it > observation.version),
            Operation::Add | Operation::Update => {
                gone.is_some() || seen.is_some_and(|it| it >= observation.version)
            }
        }
    }

    /// Counts an Event; the object it is about is to be looked at.
    fn count(&mut self, observation: &Observation) -> Vec<String> {
        if observation.operation == Operation::Delete {
            return Vec::new();
        }
        let tally = Tally::of(observation);
        let known = self.tallies.get(&observation.object.uid);
        if known
            .is_some_and(|it| it.count > tally.count || (it.count == tally.count && it.last >= tally.last))
        {
            return Vec::new();
        }
        let about = self.objects.of_kind(&tally.kind).find(|it| {
            it.reference.name == tally.name
                && tally.is_in(&it.reference.namespace)
                && tally.is_of(&it.reference.uid)
        });
        let dirty = about.map(|it| it.reference.uid.clone()).into_iter().collect();
        self.tallies.insert(observation.object.uid.clone(), tally);
        dirty
    }

    /// Takes a new version of an object; it and those that depend on it are to be looked at.
    pub(crate) fn update(&mut self, observation: &Observation, found: &mut Vec<Finding>) -> Vec<String> {
        let uid = observation.object.uid.clone();
        let before = self.objects.get(&uid).cloned();
        let mut dirty = before.as_ref().map_or_else(Vec::new, |it| self.dependents(it));
        let after = Tracked::new(observation.clone());
        let changes = if observation.operation == Operation::Delete {
            self.objects.remove(&uid);
            self.gone.insert(uid.clone(), (observation.version, observation.at));
            before.as_ref().unwrap_or(&after).deletion(observation).into_iter().collect()
        } else {
            let changes = match &before {
                Some(before) => before.changes_to(&after),
                None => after.creation().into_iter().collect(),
            };
            self.objects.insert(after);
            changes
        };
        if let Some(after) = self.objects.get(&uid) {
            dirty.extend(self.dependents(after));
        }
        self.remember(changes, found);
        self.learn(&uid, before.as_ref());
        self.forget();
        dirty.push(uid);
        dirty.sort();
        dirty.dedup();
        dirty
    }

    fn remember(&mut self, changes: Vec<Change>, found: &mut Vec<Finding>) {
        for change in changes {
            self.note_repair(&change, found);
            self.changes.push_back(change);
        }
        while self.changes.len() > REMEMBERED_CHANGES {
            self.changes.pop_front();
        }
    }

    /// Drops what is too old to matter.
    fn forget(&mut self) {
        let horizon = self.now.minus(REMEMBERED_FOR);
        self.gone.retain(|_, (_, at)| *at > horizon);
        self.tallies.forget_before(horizon);
        let objects = &self.objects;
        self.start_up.retain(|uid, _| objects.contains_key(uid));
        self.backing.retain(|uid, _| objects.contains_key(uid));
        self.short_since.retain(|uid, _| objects.contains_key(uid));
        self.logs.keep(|uid| objects.contains_key(uid));
    }

    /// Looks at an object with every rule for its kind.
    pub(crate) fn evaluate(&mut self, uid: &str, found: &mut Vec<Finding>) {
        if self.is_around(uid) || self.defers(uid) {
            return;
        }
        let verdicts = match self.objects.get(uid) {
            Some(object) => rules::check(self, object),
            None => Vec::new(),
        };
        let mut sick = BTreeSet::new();
        for (rule, verdict) in verdicts {
            match verdict {
                Verdict::Pending(at) => self.look_again(at, uid),
                Verdict::Sick(symptom) => {
                    if let Some(at) = symptom.recheck {
                        self.look_again(at, uid);
                    }
                    let symptom = self.with_log(uid, rule, symptom);
                    sick.insert(self.hold(uid, rule, symptom, found));
                }
            }
        }
        self.evaluate_user_rules(uid, &mut sick, found);
        self.release(uid, &sick);
        self.settle(uid, found);
    }

    pub(crate) fn look_again(&mut self, at: Timestamp, uid: &str) {
        if at > self.now {
            self.deadlines.insert((at, uid.to_owned()));
        }
    }

    /// Whether an object is of a kind that has replicas, and wants some.
    pub(crate) fn wants_replicas(workload: &Tracked) -> bool {
        crate::standing::standing(&workload.body).is_none_or(|it| it.desired > 0)
    }

    /// The name under which findings about the object are grouped.
    pub(crate) fn group(workload: &ObjectRef) -> String {
        let place = if workload.namespace.is_empty() { &workload.cluster } else { &workload.namespace };
        format!("{place}/{}", workload.title())
    }

    /// The kind of an object, by its uid.
    pub(crate) fn kind_of(&self, uid: &str) -> &str {
        self.objects.get(uid).map_or("", |it| text(&it.body, &["kind"]))
    }
}
