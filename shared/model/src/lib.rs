//! Words of the domain: objects, observations, findings, incidents, plans, outcomes and labels.
//!
//! Data only: no I/O, no async, no decisions. Every crate above speaks in these words.

mod anomaly;
mod category;
mod change;
mod container_log;
mod dataset;
mod diagnosis;
mod digest;
mod essential;
mod field;
mod finding;
mod group;
mod id;
mod incident;
mod label;
mod lane;
mod mechanism;
mod mechanism_entries;
mod metric;
mod number;
mod object;
mod observation;
mod outcome;
mod plan;
mod quantity;
mod redacted;
mod schema;
mod score;
mod severity;
mod shortened;
mod time;

pub use anomaly::{Anomaly, Driver, SeriesId};
pub use category::Category;
pub use change::{Change, Relation, Suspect};
pub use container_log::ContainerLog;
pub use dataset::{DatasetSummary, FileEntry, Manifest, Split};
pub use diagnosis::{Diagnosis, Hypothesis, Management, RootCause};
pub use digest::Digest;
pub use essential::is_essential;
pub use field::FieldPath;
pub use finding::{Clearance, Excerpt, Finding, Standing};
pub use group::is_kubernetes_group;
pub use id::Id;
pub use incident::Incident;
pub use label::{LabelContext, LabelType, Provenance, TrainingLabel};
pub use lane::Lane;
pub use mechanism::Mechanism;
pub use metric::{
    Direction, MetricKind, MetricOwner, MetricSeries, MetricType, SERIES_SHARDS, Sample, UnknownMetricType,
    shard_of,
};
pub use object::ObjectRef;
pub use observation::{Observation, Operation, Writer};
pub use outcome::{Agreement, Outcome, OutcomeState, RepairedBy};
pub use plan::{
    Action, Approval, Decision, FieldValue, Plan, Precondition, Risk, Rollback, Verb, Verification,
};
pub use quantity::Quantity;
pub use redacted::{Piece, is_redacted, marker, pieces, without_hashes};
pub use score::{Score, ScoreOutOfRange};
pub use severity::Severity;
pub use shortened::{is_shortened, shorten, shortened};
pub use time::{InvalidTime, Timestamp};
