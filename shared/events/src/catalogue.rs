//! All event types, with their schemas.

use crate::{
    ActionExecuted, AnomalyDetected, AnomalyEnded, AnomalyRanked, ClockTicked, DatasetPublished,
    DatasetRequested, DiagnosisCompleted, FeedbackGiven, FindingCleared, FindingRaised, IncidentClosed,
    IncidentOpened, IncidentUpdated, IncidentVerified, LabelAccepted, LabelGenerated, LabelRejected,
    MetricsRecorded, ObservationLapsed, ObservationsRecorded, ObservationsSealed, Payload, PlanApproved,
    PlanDeclined, PlanExecuted, PlanProposed, PlanRejected, RollbackExecuted, RollbackRequested,
    SurroundingsChanged, WatermarkAdvanced,
};
use schemars::{Schema, schema_for};
use serde_json::Value;

/// One type of the catalogue.
pub struct CatalogueEntry {
    /// The CloudEvents `type`.
    pub ty: &'static str,
    /// What it means.
    pub about: &'static str,
    /// JSON Schema of its data.
    pub schema: fn() -> Schema,
    /// Reads data and writes it again; an error when it does not fit.
    pub round_trip: fn(&Value) -> Result<Value, serde_json::Error>,
}

const fn entry<P: Payload>(about: &'static str) -> CatalogueEntry {
    CatalogueEntry { ty: P::TYPE, about, schema: schema::<P>, round_trip: round_trip::<P> }
}

fn schema<P: Payload>() -> Schema {
    schema_for!(P)
}

fn round_trip<P: Payload>(value: &Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(P::deserialize(value)?)
}

/// All types that functions emit or take, in the order of the pipeline.
pub const CATALOGUE: &[CatalogueEntry] = &[
    entry::<ObservationsRecorded>("Observations of a namespace were stored, as they arrived."),
    entry::<ObservationLapsed>("A kind is not seen for a while, or is seen again."),
    entry::<SurroundingsChanged>("What a namespace must know of the cluster around it changed."),
    entry::<WatermarkAdvanced>("A batch of observations was stored; its newest event moves the watermark."),
    entry::<ObservationsSealed>("All observations of a namespace in a span of time; no other will come."),
    entry::<MetricsRecorded>("Samples of one shard of a cluster were recorded."),
    entry::<ClockTicked>("Time passed in a namespace."),
    entry::<FindingRaised>("Something is wrong with an object."),
    entry::<FindingCleared>("It is not wrong any more, or what was wrong is gone."),
    entry::<AnomalyDetected>("A series behaves as it did not before."),
    entry::<AnomalyEnded>("A series behaves again as it used to."),
    entry::<AnomalyRanked>("How much an anomaly matters, by what became of others like it."),
    entry::<IncidentOpened>("A spell of trouble began."),
    entry::<IncidentUpdated>("More is wrong, or something came back."),
    entry::<IncidentClosed>("Nothing is wrong any more."),
    entry::<DiagnosisCompleted>("Root causes of an incident were ranked."),
    entry::<PlanProposed>("A way to end an incident."),
    entry::<PlanDeclined>("There is no safe way to end an incident, and why."),
    entry::<PlanApproved>("A plan may be carried out."),
    entry::<PlanRejected>("A plan may not be carried out, and why."),
    entry::<ActionExecuted>("One action of a plan was carried out, or not."),
    entry::<PlanExecuted>("All actions of a plan were carried out, or not."),
    entry::<IncidentVerified>("How an incident stands was checked."),
    entry::<RollbackRequested>("What was done made nothing better: take it back."),
    entry::<RollbackExecuted>("What was done was taken back, or not."),
    entry::<FeedbackGiven>("A person judged an incident, or an anomaly."),
    entry::<LabelGenerated>("A training label was made of a verified incident."),
    entry::<LabelAccepted>("A label is good enough to learn from."),
    entry::<LabelRejected>("A label is not good enough to learn from, and why."),
    entry::<DatasetRequested>("Somebody wants the accepted labels as a dataset."),
    entry::<DatasetPublished>("A dataset lies in the bucket, sealed."),
];
