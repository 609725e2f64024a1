//! The causes of groups of findings; groups with one cause become one.

use super::CauseRow;
use chiron_health::explain;
use chiron_model::{Finding, Hypothesis, Id, Incident, RootCause, Severity, Timestamp};
use std::collections::BTreeMap;

/// Other causes that are told.
const MAX_OTHERS: usize = 3;

/// Why a group of findings is there.
pub(super) struct Explained {
    /// What its findings share; groups with one cause have one name.
    pub group: String,
    /// The believed cause.
    pub cause: Option<CauseRow>,
    /// Others that were thought of.
    pub others: Vec<CauseRow>,
}

/// The causes of all groups, by the name the findings have for their group.
pub(super) fn explained(findings: &[Finding], now: Timestamp) -> BTreeMap<String, Explained> {
    let mut groups: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|it| it.is_active()) {
        groups.entry(&finding.group).or_default().push(finding);
    }
    let diagnosed: Vec<(&str, Option<RootCause>, Vec<Hypothesis>)> = groups
        .into_iter()
        .map(|(group, findings)| {
            let (cause, hypotheses) = explain(&incident(group, &findings, now));
            (group, cause, hypotheses)
        })
        .collect();
    let names = shared_names(&diagnosed);
    diagnosed
        .into_iter()
        .map(|(group, cause, hypotheses)| {
            let name = cause.as_ref().and_then(|it| names.get(&place(it))).cloned();
            let skip = usize::from(cause.is_some());
            let explained = Explained {
                group: name.unwrap_or_else(|| group.to_owned()),
                cause: cause.and_then(|_| hypotheses.first()).map(CauseRow::from),
                others: hypotheses.iter().skip(skip).take(MAX_OTHERS).map(CauseRow::from).collect(),
            };
            (group.to_owned(), explained)
        })
        .collect()
}

/// Names for causes that several groups have.
fn shared_names(diagnosed: &[(&str, Option<RootCause>, Vec<Hypothesis>)]) -> BTreeMap<String, String> {
    let mut times: BTreeMap<String, (u32, String)> = BTreeMap::new();
    for cause in diagnosed.iter().filter_map(|(_, cause, _)| cause.as_ref()) {
        times.entry(place(cause)).or_insert_with(|| (0, title(cause))).0 += 1;
    }
    times.into_iter().filter(|(_, (times, _))| *times > 1).map(|(place, (_, title))| (place, title)).collect()
}

fn place(cause: &RootCause) -> String {
    format!("{}#{}", cause.object.subject(), cause.field)
}

fn title(cause: &RootCause) -> String {
    let object = &cause.object;
    let scope = if object.namespace.is_empty() { &object.cluster } else { &object.namespace };
    format!("{scope}/{}", object.title())
}

fn incident(group: &str, findings: &[&Finding], now: Timestamp) -> Incident {
    Incident {
        id: Id::derive(&["analysis", group]),
        cluster: String::new(),
        namespace: findings.first().map(|it| it.object.namespace.clone()).unwrap_or_default(),
        group: group.to_owned(),
        severity: findings.iter().map(|it| it.severity).max().unwrap_or(Severity::Info),
        opened_at: now,
        closed_at: None,
        relapses: 0,
        findings: findings.iter().map(|it| (*it).clone()).collect(),
        anomalies: Vec::new(),
    }
}
