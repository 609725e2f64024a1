//! What assess takes and emits.

use chiron_events::{
    ClockTicked, Context, DecodeError, EncodeError, FindingCleared, FindingRaised, FrameError,
    ObservationLapsed, ObservationsRecorded, ObservationsSealed, Payload, Section, SurroundingsChanged,
    decode,
};
use chiron_function::{Inbound, Outbound, Seen};
use chiron_model::Finding;
use chiron_store::Record;
use cloudevents::{AttributesReader, Event};

/// What assess takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// Observations of a namespace, or the news that time passed there.
    Seen(Seen),
    /// What a namespace must know of the cluster around it changed.
    Surrounded(SurroundingsChanged),
    /// A kind is not seen, or is seen again.
    Lapsed(ObservationLapsed),
}

impl Heard {
    /// The cluster and the namespace.
    #[must_use]
    pub fn place(&self) -> (&str, &str) {
        match self {
            Self::Seen(it) => it.place(),
            Self::Surrounded(it) => (&it.cluster, &it.namespace),
            Self::Lapsed(it) => (&it.cluster, &it.namespace),
        }
    }
}

impl Inbound for Heard {
    const TYPES: &'static [&'static str] = &[
        ObservationsRecorded::TYPE,
        ObservationsSealed::TYPE,
        ClockTicked::TYPE,
        SurroundingsChanged::TYPE,
        ObservationLapsed::TYPE,
    ];

    fn decode(event: Event) -> Result<Self, DecodeError> {
        match event.ty() {
            SurroundingsChanged::TYPE => decode(event).map(Self::Surrounded),
            ObservationLapsed::TYPE => decode(event).map(Self::Lapsed),
            _ => Seen::decode(event).map(Self::Seen),
        }
    }

    fn is_tick(&self) -> bool {
        matches!(self, Self::Seen(seen) if seen.is_tick())
    }

    fn section(&self) -> Option<&Section> {
        match self {
            Self::Seen(seen) => seen.section(),
            Self::Surrounded(_) | Self::Lapsed(_) => None,
        }
    }

    fn fill(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        match self {
            Self::Seen(seen) => seen.fill(bytes),
            Self::Surrounded(_) | Self::Lapsed(_) => Ok(()),
        }
    }
}

/// What assess emits.
#[derive(Clone, Debug, PartialEq)]
pub enum Assessed {
    /// Something is wrong.
    Raised(FindingRaised),
    /// It is not wrong any more.
    Cleared(FindingCleared),
    /// A namespace must know this.
    Surrounded(SurroundingsChanged),
}

impl From<Finding> for Assessed {
    fn from(finding: Finding) -> Self {
        if finding.is_active() {
            Self::Raised(FindingRaised { finding })
        } else {
            Self::Cleared(FindingCleared { finding })
        }
    }
}

impl Outbound for Assessed {
    const TYPES: &'static [&'static str] =
        &[FindingRaised::TYPE, FindingCleared::TYPE, SurroundingsChanged::TYPE];

    fn encode(&self, source: &str, cause: &Context, index: usize) -> Result<Event, EncodeError> {
        match self {
            Self::Raised(payload) => payload.encode(source, cause, index),
            Self::Cleared(payload) => payload.encode(source, cause, index),
            Self::Surrounded(payload) => payload.encode(source, cause, index),
        }
    }

    fn records(&self, cause: &Context) -> Vec<Record> {
        match self {
            Self::Raised(payload) => payload.records(cause),
            Self::Cleared(payload) => payload.records(cause),
            Self::Surrounded(_) => Vec::new(),
        }
    }
}
