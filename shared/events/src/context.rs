//! What is known of an event besides its payload.

use chiron_model::{Lane, Timestamp};
use cloudevents::{AttributesReader, Event, event::ExtensionValue};

/// What is known of an event besides its payload.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Context {
    /// CloudEvents `id`; with `source` it names the event once and for all.
    pub id: String,
    /// CloudEvents `source`.
    pub source: String,
    /// CloudEvents `type`.
    pub ty: String,
    /// CloudEvents `subject`, when given.
    pub subject: Option<String>,
    /// CloudEvents `time`, when given: when it happened.
    pub time: Option<Timestamp>,
    /// The cluster it comes from; empty when not given.
    pub cluster: String,
    /// The lane it is worked on in.
    pub lane: Lane,
    /// Events that must be handled in order share it.
    pub partition: Option<String>,
    /// The incident it belongs to.
    pub incident: Option<String>,
    /// W3C trace context.
    pub traceparent: Option<String>,
}

impl Context {
    /// Reads the context of an event.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        Self {
            id: event.id().to_owned(),
            source: event.source().clone(),
            ty: event.ty().to_owned(),
            subject: event.subject().map(str::to_owned),
            time: event.time().and_then(chrono::DateTime::timestamp_nanos_opt).map(Timestamp::from_nanos),
            cluster: cluster_of(event).unwrap_or_default(),
            lane: lane_of(event),
            partition: extension(event, "partitionkey"),
            incident: extension(event, "correlationid"),
            traceparent: extension(event, "traceparent"),
        }
    }

    /// When it happened, or the beginning of time.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.time.unwrap_or(Timestamp::MIN)
    }
}

/// The extension attribute of that name, as text.
#[must_use]
pub fn extension(event: &Event, name: &str) -> Option<String> {
    event.extension(name).map(|value| match value {
        ExtensionValue::String(text) => text.clone(),
        ExtensionValue::Integer(number) => number.to_string(),
        ExtensionValue::Boolean(truth) => truth.to_string(),
    })
}

/// The cluster that an event comes from.
#[must_use]
pub fn cluster_of(event: &Event) -> Option<String> {
    extension(event, "cluster").filter(|it| !it.is_empty())
}

/// The lane that an event is worked on in; live when it does not say.
#[must_use]
pub fn lane_of(event: &Event) -> Lane {
    extension(event, "lane").map_or_else(Lane::live, |text| Lane::named(&text))
}
