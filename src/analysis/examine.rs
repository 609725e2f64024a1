//! From objects to findings with their causes.

use super::{Row, Taken, causes::explained};
use chiron_health::World;
use chiron_model::{Finding, Id};
use std::collections::BTreeMap;

/// What is wrong, the worst first: a row for each finding and file.
#[must_use]
pub fn examine(taken: &mut Taken) -> Vec<Row> {
    let observations = std::mem::take(&mut taken.observations);
    let events: BTreeMap<Id, String> = observations
        .iter()
        .filter(|it| it.object.kind == "Event")
        .map(|it| (it.id, it.object.uid.clone()))
        .collect();
    let world = World::look(observations, taken.moment.clone());
    let mut findings: Vec<Finding> = world.findings().cloned().collect();
    findings.extend(world.reports());
    let explained = explained(&findings, taken.moment.at);
    let mut rows = Vec::new();
    for finding in &findings {
        let uids = uids_of(finding, &events);
        let mut files: Vec<String> = uids.iter().flat_map(|uid| taken.files_of(uid)).collect();
        files.sort();
        files.dedup();
        for file in files {
            let cluster = if taken.moment.is_recorded { "" } else { taken.cluster.as_str() };
            let mut row = Row::new(finding, &file, cluster);
            if let Some(why) = explained.get(&finding.group) {
                row.group.clone_from(&why.group);
                if finding.is_active() {
                    row.cause.clone_from(&why.cause);
                    row.ruled_out.clone_from(&why.others);
                }
            }
            rows.push(row);
        }
    }
    rows.sort_by(|a, b| {
        (b.active, b.severity)
            .cmp(&(a.active, a.severity))
            .then_with(|| a.file.cmp(&b.file))
            .then_with(|| a.object.cmp(&b.object))
            .then_with(|| a.condition.cmp(&b.condition))
    });
    rows
}

/// Uids of what shows a finding: its object, or the Events that report it.
fn uids_of(finding: &Finding, events: &BTreeMap<Id, String>) -> Vec<String> {
    if !finding.facts.contains_key("source") {
        return vec![finding.object.uid.clone()];
    }
    finding.evidence.iter().filter_map(|id| events.get(id).cloned()).collect()
}
