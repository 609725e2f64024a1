//! The event catalogue: one payload struct for each CloudEvents `type`, and the way between both.
//!
//! An event type is `dev.chiron.<noun>.<past participle>.v1`. Functions know each other only by these.

mod anomaly;
mod catalogue;
mod clock;
mod codec;
mod context;
mod dataset;
mod diagnosis;
mod finding;
mod frames;
mod incident;
mod label;
mod lapse;
mod metrics;
mod observations;
mod payload;
mod plan;
mod resource;
mod surroundings;
mod watermark;

pub use anomaly::{AnomalyDetected, AnomalyEnded, AnomalyRanked, RankVerdict};
pub use catalogue::{CATALOGUE, CatalogueEntry};
pub use clock::ClockTicked;
pub use codec::{DecodeError, EncodeError, decode, encode, payload_of, printable};
pub use context::{Context, cluster_of, extension, lane_of};
pub use dataset::{DatasetPublished, DatasetRequested};
pub use diagnosis::DiagnosisCompleted;
pub use finding::{FindingCleared, FindingRaised};
pub use frames::{FrameError, Frames, lake_prefix, read_frame};
pub use incident::{IncidentClosed, IncidentOpened, IncidentUpdated, IncidentVerified};
pub use label::{FeedbackGiven, FeedbackVerdict, LabelAccepted, LabelGenerated, LabelRejected};
pub use lapse::ObservationLapsed;
pub use metrics::MetricsRecorded;
pub use observations::{ObservationsRecorded, ObservationsSealed, Section};
pub use payload::Payload;
pub use plan::{
    ActionExecuted, ActionOutcome, PlanApproved, PlanDeclined, PlanExecuted, PlanProposed, PlanRejected,
    RollbackExecuted, RollbackRequested,
};
pub use resource::{RESOURCE_TYPES, ResourceChanged};
pub use surroundings::SurroundingsChanged;
pub use watermark::WatermarkAdvanced;
