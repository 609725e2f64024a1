//! What a replay found: the JSON on standard output. Its schema is in `docs/replay.schema.json`.

use crate::view::{FindingView, IncidentView, Parts};
use chiron_events::{
    AnomalyDetected, AnomalyEnded, DatasetPublished, DiagnosisCompleted, FindingCleared, FindingRaised,
    IncidentClosed, IncidentOpened, IncidentUpdated, IncidentVerified, LabelAccepted, LabelRejected,
    ObservationsSealed, Payload, PlanDeclined, PlanProposed, WatermarkAdvanced, decode,
};
use chiron_model::{Anomaly, DatasetSummary, Decision, Finding, Id, Incident, Severity, Timestamp};
use cloudevents::{AttributesReader, Event};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a replay found.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// Version of this shape.
    pub schema_version: u32,
    /// How many of everything.
    pub counts: Counts,
    /// What was wrong, in the order it began.
    pub findings: Vec<FindingView>,
    /// What was unusual, in the order it began.
    pub anomalies: Vec<Anomaly>,
    /// Spells of trouble, in the order they opened.
    pub incidents: Vec<IncidentView>,
    /// The dataset; null when there was nothing to learn.
    pub dataset: Option<DatasetView>,
    /// Lines that could not be taken.
    pub errors: Vec<InputError>,
}

/// How many of everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Lines that were events.
    pub events: u64,
    /// Distinct changes of objects among them.
    pub observations: u64,
    /// Events that told a change again.
    pub duplicates: u64,
    /// Events of types that nothing takes.
    pub ignored: u64,
    /// Lines that could not be taken.
    pub rejected: u64,
    /// Findings.
    pub findings: u64,
    /// Anomalies.
    pub anomalies: u64,
    /// Incidents.
    pub incidents: u64,
    /// Labels that were accepted.
    pub labels_accepted: u64,
    /// Labels that were rejected.
    pub labels_rejected: u64,
}

/// A published dataset, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DatasetView {
    /// Name.
    pub name: String,
    /// Version: the fingerprint of its rows.
    pub version: String,
    /// Labels.
    pub labels: u64,
    /// Folder on this machine.
    pub path: String,
}

/// A line that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InputError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The attribute or field, when it is one.
    pub field: Option<String>,
    /// What is wrong with it.
    pub message: String,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Lines that were events.
    pub events: u64,
    /// Events of types that nothing takes.
    pub ignored: u64,
    /// Events that were refused for what is in them.
    pub refused: u64,
    /// Lines that could not be taken.
    pub errors: Vec<InputError>,
}

/// Gathers what a replay finds from the events of its broker.
#[derive(Debug, Default)]
pub struct Gathered {
    findings: BTreeMap<Id, Finding>,
    anomalies: BTreeMap<Id, Anomaly>,
    incidents: BTreeMap<Id, (Incident, Parts)>,
    /// Distinct changes that were sealed.
    pub observations: u64,
    /// Labels that were rejected.
    pub rejected_labels: u64,
    /// Labels that were accepted.
    pub accepted_labels: u64,
    /// The dataset that was published.
    pub dataset: Option<DatasetSummary>,
    /// Time of the newest event.
    pub latest: Option<Timestamp>,
    /// Time of the newest event, by cluster and namespace.
    places: BTreeMap<String, BTreeMap<String, Timestamp>>,
    /// Time of the oldest event, by cluster.
    oldest: BTreeMap<String, Timestamp>,
}

impl Gathered {
    /// Takes an event of the broker. Types that a report does not show are passed over.
    pub fn take(&mut self, event: &Event) {
        // What the functions emit decodes; what does not was not theirs.
        match event.ty() {
            FindingRaised::TYPE => self.read(event, |all, it: FindingRaised| all.finding(it.finding)),
            FindingCleared::TYPE => self.read(event, |all, it: FindingCleared| all.finding(it.finding)),
            AnomalyDetected::TYPE => self.read(event, |all, it: AnomalyDetected| all.anomaly(it.anomaly)),
            AnomalyEnded::TYPE => self.read(event, |all, it: AnomalyEnded| all.anomaly(it.anomaly)),
            IncidentOpened::TYPE => self.read(event, |all, it: IncidentOpened| all.incident(it.incident)),
            IncidentUpdated::TYPE => self.read(event, |all, it: IncidentUpdated| all.incident(it.incident)),
            IncidentClosed::TYPE => self.read(event, |all, it: IncidentClosed| all.incident(it.incident)),
            DiagnosisCompleted::TYPE => self.read(event, |all, it: DiagnosisCompleted| {
                all.parts(it.diagnosis.incident.id, |parts| parts.diagnosis = Some(it.diagnosis));
            }),
            PlanProposed::TYPE => self.read(event, |all, it: PlanProposed| {
                all.parts(it.plan.incident, |parts| parts.plan = Some(Decision::Proposed(it.plan)));
            }),
            PlanDeclined::TYPE => self.read(event, |all, it: PlanDeclined| {
                all.parts(it.incident, |parts| parts.plan = Some(Decision::Declined { declined: it.reason }));
            }),
            IncidentVerified::TYPE => self.read(event, |all, it: IncidentVerified| {
                all.parts(it.incident.id, |parts| parts.outcome = Some(it.outcome));
            }),
            LabelAccepted::TYPE => self.read(event, |all, it: LabelAccepted| {
                all.accepted_labels += 1;
                all.parts(it.label.incident, |parts| parts.labels.push(it.label.id));
            }),
            LabelRejected::TYPE => self.rejected_labels += 1,
            ObservationsSealed::TYPE => {
                self.read(event, |all, it: ObservationsSealed| all.observations += it.section.count);
            }
            DatasetPublished::TYPE => {
                self.read(event, |all, it: DatasetPublished| all.dataset = Some(it.dataset));
            }
            _ => {}
        }
    }

    /// Takes what the function that stores observations said of a batch.
    pub fn stored(&mut self, news: &WatermarkAdvanced) {
        self.latest = self.latest.max(Some(news.latest));
        let oldest = self.oldest.entry(news.cluster.clone()).or_insert(news.earliest);
        *oldest = (*oldest).min(news.earliest);
        let places = self.places.entry(news.cluster.clone()).or_default();
        for (namespace, newest) in &news.namespaces {
            let known = places.entry(namespace.clone()).or_insert(*newest);
            *known = (*known).max(*newest);
        }
    }

    /// Time of the newest event of each namespace of a cluster.
    #[must_use]
    pub fn namespaces(&self, cluster: &str) -> BTreeMap<String, Timestamp> {
        self.places.get(cluster).cloned().unwrap_or_default()
    }

    /// Time of the oldest event of a cluster.
    #[must_use]
    pub fn oldest(&self, cluster: &str) -> Option<Timestamp> {
        self.oldest.get(cluster).copied()
    }

    /// Time of the newest event of a cluster.
    #[must_use]
    pub fn newest(&self, cluster: &str) -> Option<Timestamp> {
        self.places.get(cluster)?.values().max().copied()
    }

    fn read<P: Payload>(&mut self, event: &Event, take: impl FnOnce(&mut Self, P)) {
        if let Ok(payload) = decode(event.clone()) {
            take(self, payload);
        }
    }

    fn finding(&mut self, finding: Finding) {
        self.findings.insert(finding.id, finding);
    }

    fn anomaly(&mut self, anomaly: Anomaly) {
        self.anomalies.insert(anomaly.id, anomaly);
    }

    fn incident(&mut self, incident: Incident) {
        match self.incidents.get_mut(&incident.id) {
            Some(known) => known.0 = incident,
            None => {
                self.incidents.insert(incident.id, (incident, Parts::default()));
            }
        }
    }

    fn parts(&mut self, incident: Id, change: impl FnOnce(&mut Parts)) {
        if let Some((_, parts)) = self.incidents.get_mut(&incident) {
            change(parts);
        }
    }

    /// Incidents so far.
    #[must_use]
    pub fn incident_count(&self) -> usize {
        self.incidents.len()
    }

    /// Findings so far.
    #[must_use]
    pub fn finding_count(&self) -> usize {
        self.findings.len()
    }

    /// The report on what was read.
    #[must_use]
    pub fn report(&self, read: Read, dataset: Option<DatasetView>) -> Report {
        let mut findings: Vec<&Finding> = self.findings.values().collect();
        findings.sort_by_key(|it| (it.first_seen, it.id));
        let mut incidents: Vec<IncidentView> = self
            .incidents
            .values()
            .map(|(incident, parts)| IncidentView::new(incident, parts.clone()))
            .collect();
        incidents.sort_by_key(|it| (it.opened_at, it.id));
        let mut anomalies: Vec<Anomaly> = self.anomalies.values().cloned().collect();
        anomalies.sort_by_key(|it| (it.started_at, it.id));
        Report {
            schema_version: 1,
            counts: Counts {
                events: read.events,
                observations: self.observations,
                duplicates: read.events.saturating_sub(read.ignored + read.refused + self.observations),
                ignored: read.ignored,
                rejected: read.errors.len() as u64,
                findings: findings.len() as u64,
                anomalies: anomalies.len() as u64,
                incidents: incidents.len() as u64,
                labels_accepted: self.accepted_labels,
                labels_rejected: self.rejected_labels,
            },
            findings: findings.into_iter().map(FindingView::from).collect(),
            anomalies,
            incidents,
            dataset,
            errors: read.errors,
        }
    }
}

impl Read {
    /// The same with its errors in the order of the lines.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        // Files stay in the order in which they were read: the sort is stable, and lines only grow within one.
        let files: Vec<String> = self.errors.iter().map(|it| it.file.clone()).collect();
        self.errors.sort_by_key(|it| (files.iter().position(|file| *file == it.file), it.line));
        self
    }
}

impl Report {
    /// The worst finding, if there is one.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|it| it.severity).max()
    }
}
