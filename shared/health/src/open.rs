//! How findings begin, change and end.

use crate::{
    cause::Blame,
    management::management_of,
    past::PastChange,
    relation::{callees, relation},
    rules::is_built_in,
    standing::{is_whole, standing},
    tracked::Tracked,
    verdict::Symptom,
    view::{at, is_terminating, list, template, text},
    world::World,
};
use chiron_model::{
    Change, Clearance, Excerpt, Finding, Id, Management, ObjectRef, Severity, Suspect, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{collections::BTreeSet, time::Duration};

/// Observations that are quoted for one finding.
const MAX_EXCERPTS: usize = 12;
/// Changes that are suspected of one finding.
const MAX_SUSPECTS: usize = 16;
/// Changes that are sent at the same moment may arrive in any order.
const SAME_MOMENT: Duration = Duration::from_secs(2);
/// How far back a change may lie.
const LOOK_BACK: Duration = Duration::from_hours(24);

/// A finding that has not ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OpenFinding {
    /// What is said of it.
    pub finding: Finding,
    /// Whether the symptom itself shows now; if not, the workload is not yet whole again.
    pub sick: bool,
}

impl World {
    /// Begins a finding, or notes that it goes on. Returns its key.
    pub(crate) fn hold(
        &mut self,
        uid: &str,
        rule: &str,
        symptom: Symptom,
        found: &mut Vec<Finding>,
    ) -> String {
        let key = format!("{uid}/{rule}/{}", symptom.place());
        let now = self.now;
        self.end_note(&key, &symptom, found);
        if let Some(open) = self.findings.get_mut(&key) {
            open.sick = true;
            if go_on(&mut open.finding, symptom, now) {
                found.push(open.finding.clone());
            }
        } else if let Some(finding) = self.begin(uid, rule, symptom) {
            found.push(finding.clone());
            self.findings.insert(key.clone(), OpenFinding { finding, sick: true });
        }
        key
    }

    /// Ends what was only worth knowing when it becomes a fault: the fault begins now, and what led to it is new too.
    fn end_note(&mut self, key: &str, symptom: &Symptom, found: &mut Vec<Finding>) {
        let is_note = |open: &OpenFinding| open.finding.severity == Severity::Info;
        if symptom.severity == Severity::Info || !self.findings.get(key).is_some_and(is_note) {
            return;
        }
        if let Some(mut note) = self.findings.remove(key) {
            note.finding.cleared_at = Some(self.now);
            note.finding.updated_at = self.now;
            note.finding.clearance = Some(Clearance::Healthy);
            found.push(note.finding);
        }
    }

    /// Notes that the symptoms of an object, other than `sick`, do not show any more.
    pub(crate) fn release(&mut self, uid: &str, sick: &BTreeSet<String>) {
        let prefix = format!("{uid}/");
        for (key, open) in self.findings.range_mut(prefix.clone()..) {
            if !key.starts_with(&prefix) {
                break;
            }
            open.sick = sick.contains(key);
        }
    }

    /// Ends the findings about an object, or about what it owns, that have no reason to go on.
    pub(crate) fn settle(&mut self, uid: &str, found: &mut Vec<Finding>) {
        let ended: Vec<(String, Clearance)> = self
            .findings
            .iter()
            .filter(|(_, open)| open.finding.object.uid == uid || open.finding.workload.uid == uid)
            .filter_map(|(key, open)| Some((key.clone(), self.clearance(open)?)))
            .collect();
        for (key, clearance) in ended {
            if let Some(mut open) = self.findings.remove(&key) {
                open.finding.cleared_at = Some(self.now);
                open.finding.updated_at = self.now;
                open.finding.clearance = Some(clearance);
                open.finding.standing = self.standing_of(&open.finding.workload);
                found.push(open.finding);
            }
        }
    }

    /// Adds a change to the findings it may repair, and says so.
    pub(crate) fn note_repair(&mut self, change: &Change, found: &mut Vec<Finding>) {
        let reached: Vec<String> = self
            .findings
            .iter()
            .filter(|(_, open)| relation(self, change, &open.finding).is_some())
            .map(|(key, _)| key.clone())
            .collect();
        for key in reached {
            if let Some(open) = self.findings.get_mut(&key) {
                open.finding.repairs.push(change.clone());
                open.finding.updated_at = self.now;
                found.push(open.finding.clone());
            }
        }
    }

    fn begin(&self, uid: &str, rule: &str, symptom: Symptom) -> Option<Finding> {
        let object = self.objects.get(uid)?;
        let workload = self.workload_ref(object);
        let facts = self.facts(object, &symptom);
        let mut finding = Finding {
            id: Id::derive(&[rule, &object.reference.cluster, uid, symptom.place(), &self.now.to_string()]),
            rule: rule.to_owned(),
            condition: symptom.condition,
            severity: symptom.severity,
            group: Self::group(&workload),
            object: object.reference.clone(),
            container: symptom.container,
            message: symptom.message,
            first_seen: self.now,
            last_seen: self.now,
            updated_at: self.now,
            cleared_at: None,
            clearance: None,
            evidence: evidence(&symptom.excerpts),
            excerpts: symptom.excerpts,
            suspects: Vec::new(),
            repairs: Vec::new(),
            facts,
            standing: self.standing_of(&workload),
            workload,
        };
        finding.suspects = self.suspects(&finding);
        Some(finding)
    }

    /// What the rule read, where in its workload the container stands, and the groups of the workloads it calls.
    fn facts(&self, object: &Tracked, symptom: &Symptom) -> Map<String, Value> {
        let mut facts = symptom.facts.clone();
        if let Some(name) = &symptom.container {
            let path = container_path(self.workload(object), name);
            facts.insert("containerPath".to_owned(), path.into());
        }
        let callees = callees(self, self.workload(object));
        if !callees.is_empty() {
            facts.insert("calls".to_owned(), callees.into());
        }
        facts
    }

    /// The tool that owns the changed object, when one does.
    fn management(&self, change: &Change) -> Option<Management> {
        let object = self.objects.get(&change.object.uid)?;
        management_of(&object.body, &object.writers, change.field.as_str())
    }

    /// Changes before a finding that reach its object, the latest first.
    fn suspects(&self, finding: &Finding) -> Vec<Suspect> {
        let latest = finding.first_seen.plus(SAME_MOMENT);
        let earliest = finding.first_seen.minus(LOOK_BACK);
        let mut suspects: Vec<Suspect> = self
            .changes
            .iter()
            .rev()
            .filter(|change| change.at <= latest && change.at >= earliest)
            .filter_map(|change| {
                let relation = relation(self, change, finding)?;
                let management = self.management(change);
                Some(Suspect { relation, management, unseen: false, change: change.clone() })
            })
            .take(MAX_SUSPECTS)
            .collect();
        // What was seen tells more than what is read from the objects afterwards.
        if self.is_one_look || suspects.is_empty() {
            suspects.extend(self.past_suspects(finding, latest));
        }
        suspects.sort_by_key(|suspect| std::cmp::Reverse(suspect.change.at));
        suspects.truncate(MAX_SUSPECTS);
        suspects
    }

    /// Changes that nobody saw and that reach the object of a finding.
    fn past_suspects(&self, finding: &Finding, latest: Timestamp) -> Vec<Suspect> {
        let subject =
            self.objects.get(&finding.workload.uid).or_else(|| self.objects.get(&finding.object.uid));
        // What a rule blames has a past of its own.
        let blamed = Blame::of(finding).and_then(|it| self.objects.get(&it.object.uid));
        let other =
            blamed.filter(|it| subject.is_none_or(|subject| subject.reference.uid != it.reference.uid));
        let suspect = |past: PastChange| {
            let relation = relation(self, &past.change, finding)?;
            let management = self.management(&past.change);
            Some(Suspect { relation, management, unseen: past.unseen, change: past.change })
        };
        let subjects = subject.into_iter().chain(other);
        let mut found: Vec<Suspect> = subjects
            .flat_map(|it| self.past_of(it))
            .filter(|it| it.change.at <= latest)
            .filter_map(suspect)
            .collect();
        let place = |it: &Suspect| (it.change.object.uid.clone(), it.change.field.clone(), it.unseen);
        found.sort_by_key(place);
        found.dedup_by_key(|it| place(it));
        found
    }

    /// Why a finding ends now; `None` while it goes on.
    fn clearance(&self, open: &OpenFinding) -> Option<Clearance> {
        if open.sick {
            return None;
        }
        let finding = &open.finding;
        // What a user's rule says does not hang on how the workload fares.
        let workload = self.objects.get(&finding.workload.uid).filter(|_| is_built_in(&finding.rule));
        let Some(workload) = workload else {
            // The owner was never seen, or is gone.
            let object = self.objects.get(&finding.object.uid);
            let is_there = object.is_some_and(|it| !is_terminating(&it.body));
            return Some(if is_there { Clearance::Healthy } else { Clearance::Deleted });
        };
        match standing(&workload.body) {
            Some(it) if it.desired == 0 => Some(Clearance::ScaledToZero),
            Some(_) => {
                (is_whole(&workload.body) && !self.is_anything_sick(finding)).then_some(Clearance::Healthy)
            }
            None => Some(Clearance::Healthy),
        }
    }

    fn standing_of(&self, workload: &ObjectRef) -> Option<chiron_model::Standing> {
        standing(&self.objects.get(&workload.uid)?.body)
    }
}

/// Notes that a finding goes on. Returns whether what is said of it changed.
fn go_on(finding: &mut Finding, symptom: Symptom, now: Timestamp) -> bool {
    finding.last_seen = now;
    for excerpt in symptom.excerpts {
        let is_new = !finding.excerpts.iter().any(|known| known.text == excerpt.text);
        if is_new && finding.excerpts.len() < MAX_EXCERPTS {
            finding.excerpts.push(excerpt);
        }
    }
    finding.evidence = evidence(&finding.excerpts);
    finding.facts.extend(symptom.facts);
    let worse = symptom.severity > finding.severity;
    if worse {
        finding.severity = symptom.severity;
        finding.updated_at = now;
    }
    worse
}

fn evidence(excerpts: &[Excerpt]) -> Vec<Id> {
    let mut ids: Vec<Id> = Vec::new();
    for excerpt in excerpts {
        if !ids.contains(&excerpt.observation) {
            ids.push(excerpt.observation);
        }
    }
    ids
}

/// The path of a container in the object that its template stands in.
fn container_path(workload: &Tracked, name: &str) -> String {
    let base = match workload.reference.kind.as_str() {
        "Pod" => "spec",
        "CronJob" => "spec.jobTemplate.spec.template.spec",
        _ => "spec.template.spec",
    };
    let spec = at(template(&workload.body), &["spec"]);
    let is_init = list(spec, &["initContainers"]).iter().any(|it| text(it, &["name"]) == name);
    format!("{base}.{}[{name}]", if is_init { "initContainers" } else { "containers" })
}
