//! What a function says of itself: the source of its wiring, its documentation and its rights.

/// What kind of stage it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It thinks, and keeps state.
    Fold,
    /// It acts.
    Function,
}

/// What a function says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Name in logs, metrics and the `source` of emitted events.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Whether it thinks or acts.
    pub kind: Kind,
    /// What one state belongs to, such as `cluster/namespace`; empty without state.
    pub state: &'static str,
    /// Whether one event may lead to several; then it needs a sink.
    pub emits_many: bool,
    /// Whether it works on events as they arrive.
    pub live: bool,
    /// Whether it works on events in their true order.
    pub sealed: bool,
    /// What it must be allowed to do beside what every function must, in the words of AWS and its place.
    pub permissions: &'static [&'static str],
}

impl About {
    /// The `source` of the events it emits.
    #[must_use]
    pub fn source(&self) -> String {
        format!("/functions/{}", self.name)
    }
}
