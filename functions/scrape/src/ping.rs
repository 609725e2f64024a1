//! `dev.knative.sources.ping`: time passed, as Knative's `PingSource` tells it.

use chiron_events::DecodeError;
use chiron_function::Inbound;
use chiron_model::Timestamp;
use cloudevents::{AttributesReader, Data, Event};
use serde::Deserialize;

/// The type of ticks.
pub(crate) const PING: &str = "dev.knative.sources.ping";

/// It is time to scrape. Without data, what came since the last time is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Ping {
    /// Reads again from this time on, and leaves alone what is known of the last time.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Reads up to this time. Default the time of the event.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

impl Inbound for Ping {
    const TYPES: &'static [&'static str] = &[PING];

    fn decode(mut event: Event) -> Result<Self, DecodeError> {
        if event.ty() != PING {
            return Err(DecodeError::Type { expected: PING.to_owned(), actual: event.ty().to_owned() });
        }
        let parsed = match event.take_data().2 {
            None => Ok(Some(Self::default())),
            Some(Data::Json(value)) => serde_json::from_value(value),
            Some(Data::String(text)) => parse(text.as_bytes()),
            Some(Data::Binary(bytes)) => parse(&bytes),
        };
        match parsed {
            Ok(ping) => Ok(ping.unwrap_or_default()),
            Err(error) => Err(DecodeError::Shape(PING, error.to_string())),
        }
    }
}

/// `PingSource` sends whatever its `spec.data` says, also nothing.
fn parse(bytes: &[u8]) -> Result<Option<Ping>, serde_json::Error> {
    if bytes.trim_ascii().is_empty() { Ok(None) } else { serde_json::from_slice(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloudevents::{EventBuilder, EventBuilderV10};

    fn decoded(data: impl Into<Data>) -> Result<Ping, DecodeError> {
        let event = EventBuilderV10::new().id("1").source("/s").ty(PING).data("application/json", data);
        Ping::decode(event.build().unwrap())
    }

    #[test]
    fn a_ping_may_say_nothing() {
        let bare = EventBuilderV10::new().id("1").source("/s").ty(PING).build().unwrap();

        assert_eq!(Ping::decode(bare).unwrap(), Ping::default());
        for data in ["", " ", "{}", "null", r#"{"message":"hello"}"#] {
            assert_eq!(decoded(data).unwrap(), Ping::default(), "{data}");
        }
    }

    #[test]
    fn a_ping_may_name_a_span() {
        let found = decoded(r#"{"from":"2026-11-21T04:00:00Z","until":"2026-11-21T05:00:00Z"}"#).unwrap();

        assert_eq!(found.from, Some("2026-11-21T04:00:00Z".parse().unwrap()));
        assert_eq!(found.until, Some("2026-11-21T05:00:00Z".parse().unwrap()));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for data in [r#"{"from":"yesterday"}"#, "[1]", "{"] {
            assert!(decoded(data).is_err(), "{data}");
        }
    }
}
