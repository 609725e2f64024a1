//! Metrics, with all their names in one place.

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was handled.
    Handled,
    /// It had been handled before.
    Duplicate,
    /// It will never be handled.
    Rejected,
    /// It is to be delivered again.
    Retried,
    /// It is kept as a dead letter.
    DeadLetter,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Handled => "handled",
            Self::Duplicate => "duplicate",
            Self::Rejected => "rejected",
            Self::Retried => "retried",
            Self::DeadLetter => "dead-letter",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    function: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FunctionLabel {
    function: String,
}

/// The metrics of this process.
pub struct Metrics {
    registry: Registry,
    events: Family<Labels, Counter>,
    durations: Family<FunctionLabel, Histogram, fn() -> Histogram>,
    pending: Gauge,
    sent: Counter,
    refused: Counter,
}

fn durations() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0])
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("chiron");
        let events = Family::default();
        let durations = Family::new_with_constructor(durations as fn() -> Histogram);
        let (pending, sent, refused) = (Gauge::default(), Counter::default(), Counter::default());
        registry.register("events_handled", "Events by function and what became of them", events.clone());
        registry.register("handle_duration_seconds", "Time to handle a batch", durations.clone());
        registry.register(
            "outbox_pending",
            "Events that were accepted and are not worked through yet",
            pending.clone(),
        );
        registry.register("events_sent", "Events sent to the sink", sent.clone());
        registry.register(
            "requests_refused",
            "Requests that were no event that could be taken",
            refused.clone(),
        );
        Self { registry, events, durations, pending, sent, refused }
    }
}

impl Metrics {
    pub(crate) fn count(&self, function: &str, outcome: Outcome) {
        let labels = Labels { function: function.to_owned(), outcome: outcome.as_str() };
        self.events.get_or_create(&labels).inc();
    }

    pub(crate) fn observe_duration(&self, function: &str, seconds: f64) {
        self.durations
            .get_or_create(&FunctionLabel { function: function.to_owned() })
            .observe(seconds.max(0.0));
    }

    /// Sets how many events wait in the outbox.
    pub fn set_pending(&self, events: usize) {
        self.pending.set(i64::try_from(events).unwrap_or(i64::MAX));
    }

    pub(crate) fn count_sent(&self, events: usize) {
        self.sent.inc_by(events as u64);
    }

    pub(crate) fn count_refused(&self) {
        self.refused.inc();
    }

    /// All metrics in the text format of Prometheus.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
