//! W3C trace context, carried from event to event.

use chiron_model::Digest;
use cloudevents::{AttributesReader, Event};

/// Gives an event a trace if it has none. The trace is derived from the event, so that a redelivery is part of it.
pub(crate) fn begin(event: &mut Event) {
    if event.extension("traceparent").is_some() {
        return;
    }
    let digest = Digest::of(format!("{}\u{1f}{}", event.source(), event.id()).as_bytes());
    let digits = digest.as_str();
    event.set_extension("traceparent", format!("00-{}-{}-01", &digits[..32], &digits[32..48]));
}
