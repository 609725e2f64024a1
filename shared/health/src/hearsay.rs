//! What Events say of objects, in a single look: of objects that are gone, not read, or well again.

use crate::{
    standing::is_whole,
    tally::Tally,
    tracked::Tracked,
    view::{has_condition, is_ready, text},
    world::World,
};
use chiron_model::{Clearance, Excerpt, Finding, Id, ObjectRef, Severity};
use serde_json::{Map, json};
use std::collections::BTreeMap;

/// The rule under which reports stand.
pub(crate) const RULE: &str = "reported-warning";

/// So often two writers may have been in each other's way; when it goes on, something else is the matter.
const RETRIES: u64 = 3;

/// What was reported of one object under one condition.
struct Report<'a> {
    condition: &'a str,
    tallies: Vec<&'a Tally>,
}

/// A finding for each object and condition that Events warn of.
pub(crate) fn reports(world: &World) -> Vec<Finding> {
    let mut found: BTreeMap<(&str, &str, &str, &str), Report<'_>> = BTreeMap::new();
    for (_, tally) in world.tallies.iter() {
        let Some(condition) = condition_of(tally) else { continue };
        let key = (tally.kind.as_str(), tally.namespace.as_str(), tally.name.as_str(), condition);
        found.entry(key).or_insert_with(|| Report { condition, tallies: Vec::new() }).tallies.push(tally);
    }
    found.into_values().filter_map(|report| finding(world, &report)).collect()
}

/// The condition that an Event tells of; `None` when it tells of no trouble.
///
/// One fault is reported under several reasons, and one reason stands for several faults.
fn condition_of(tally: &Tally) -> Option<&str> {
    let note = tally.note.to_ascii_lowercase();
    let says = |word: &str| note.contains(word);
    Some(match tally.reason.as_str() {
        "BackOff" if says("pull") => "ImagePullBackOff",
        "BackOff" => "CrashLoopBackOff",
        "Failed" if says("pull") || says("imagepull") => "ImagePullFailed",
        "Failed" if says("configmap") || says("secret") || says("runasnonroot") => {
            "CreateContainerConfigError"
        }
        "Failed" => "ContainerStartFailed",
        // A pod that is being deleted needs no node.
        "FailedScheduling" if says("being deleted") || says("skip schedule deleting") => return None,
        "FailedScheduling" => "Unschedulable",
        "Unhealthy" => "ProbeFailed",
        "BackoffLimitExceeded" => "JobFailed",
        "CIDRAssignmentFailed" => "CIDRAssignmentFailed",
        reason if tally.warning => reason,
        _ => return None,
    })
}

fn finding(world: &World, report: &Report<'_>) -> Option<Finding> {
    let newest = report.tallies.iter().max_by_key(|it| (it.last, it.observation))?;
    let mut alike = world.objects.in_namespace(&newest.kind, &newest.namespace);
    let object = alike.find(|it| it.reference.name == newest.name && newest.is_of(&it.reference.uid));
    let reference = object.map_or_else(|| mentioned(newest), |it| it.reference.clone());
    let workload = object.map_or_else(|| reference.clone(), |it| world.workload_ref(it));
    let is_over = match object {
        Some(object) => is_well(world, object),
        None => !world.is_recorded && world.is_read(&newest.kind, &newest.namespace),
    };
    let times: u64 = report.tallies.iter().map(|it| it.count).sum();
    if times <= RETRIES && is_race(&newest.note) {
        return None;
    }
    let quote = format!("Event on {}: {}, {times} times: {}", reference.title(), newest.reason, newest.note);
    let mut facts = Map::new();
    facts.insert("source".to_owned(), json!("event"));
    facts.insert("reason".to_owned(), json!(newest.reason));
    facts.insert("occurrences".to_owned(), json!(times));
    Some(Finding {
        id: Id::derive(&[RULE, &reference.cluster, &reference.uid, &reference.subject(), report.condition]),
        rule: RULE.to_owned(),
        condition: report.condition.to_owned(),
        severity: if is_over || is_young(world, object) { Severity::Info } else { Severity::Warning },
        group: World::group(&workload),
        container: Some(newest.container.clone()).filter(|it| !it.is_empty()),
        message: newest.note.clone(),
        first_seen: report.tallies.iter().map(|it| it.first).min()?,
        last_seen: newest.last,
        updated_at: newest.last,
        cleared_at: is_over.then_some(newest.last),
        clearance: is_over.then_some(if object.is_some() { Clearance::Healthy } else { Clearance::Deleted }),
        evidence: report.tallies.iter().map(|it| it.observation).collect(),
        excerpts: vec![Excerpt { observation: newest.observation, at: newest.last, text: quote }],
        suspects: Vec::new(),
        repairs: Vec::new(),
        facts,
        standing: None,
        object: reference,
        workload,
    })
}

/// Whether a controller tells that another writer was faster. It reads the object again and goes on.
fn is_race(note: &str) -> bool {
    note.contains("the object has been modified") || note.ends_with("already exists")
}

/// Whether a live object is not well but no rule reports it: it may be about to become well, as in any rollout.
fn is_young(world: &World, object: Option<&Tracked>) -> bool {
    !world.is_recorded && object.is_some_and(|it| !is_in_trouble(world, it))
}

fn is_in_trouble(world: &World, object: &Tracked) -> bool {
    let of_it =
        |finding: &Finding| finding.object.uid == object.reference.uid && finding.severity > Severity::Info;
    world.findings.values().any(|it| of_it(&it.finding))
}

/// The object as the Event names it.
fn mentioned(tally: &Tally) -> ObjectRef {
    ObjectRef {
        cluster: String::new(),
        api_version: String::new(),
        kind: tally.kind.clone(),
        namespace: tally.namespace.clone(),
        name: tally.name.clone(),
        uid: tally.uid.clone(),
    }
}

/// Whether an object shows no trouble now, whatever was reported of it.
fn is_well(world: &World, object: &Tracked) -> bool {
    !is_in_trouble(world, object)
        && match object.reference.kind.as_str() {
            "Pod" => is_ready(&object.body) || text(&object.body, &["status", "phase"]) == "Succeeded",
            "Job" => !has_condition(&object.body, "Failed", "True"),
            "Node" => has_condition(&object.body, "Ready", "True"),
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => is_whole(&object.body),
            "PersistentVolumeClaim" => text(&object.body, &["status", "phase"]) == "Bound",
            _ => true,
        }
}
