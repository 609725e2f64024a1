//! What a rule says of an object.

use chiron_model::{Excerpt, Id, Mechanism, ObjectRef, Severity, Timestamp};
use serde_json::{Map, Value, json};

/// The fact under which [`Symptom::blaming`] stands.
pub(crate) const BLAMED: &str = "blamed";

/// A rule's answer for one object or one of its containers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Not yet; ask again at that time.
    Pending(Timestamp),
    /// Something is wrong.
    Sick(Symptom),
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Symptom {
    /// Kubernetes' own reason where one exists.
    pub condition: String,
    /// How bad it is.
    pub severity: Severity,
    /// The container, when it is one.
    pub container: Option<String>,
    /// The part of the object, when it is no container: a port, a condition.
    pub part: Option<String>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// Quotations of what shows it.
    pub excerpts: Vec<Excerpt>,
    /// Figures behind it.
    pub facts: Map<String, Value>,
    /// Ask again at that time even if nothing happens.
    pub recheck: Option<Timestamp>,
}

impl Symptom {
    pub(crate) fn new(condition: &str, severity: Severity, message: String) -> Self {
        Self {
            condition: condition.to_owned(),
            severity,
            container: None,
            part: None,
            message,
            excerpts: Vec::new(),
            facts: Map::new(),
            recheck: None,
        }
    }

    pub(crate) fn in_container(mut self, name: &str) -> Self {
        self.container = Some(name.to_owned());
        self
    }

    pub(crate) fn in_part(mut self, name: &str) -> Self {
        self.part = Some(name.to_owned());
        self
    }

    /// What tells it from other symptoms of the same object and rule.
    pub(crate) fn place(&self) -> &str {
        self.container.as_deref().or(self.part.as_deref()).unwrap_or("")
    }

    pub(crate) fn quoting(mut self, observation: Id, at: Timestamp, text: String) -> Self {
        self.excerpts.push(Excerpt { observation, at, text });
        self
    }

    pub(crate) fn knowing(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(key.to_owned(), value.into());
        self
    }

    /// Names what in the present state is at fault: a field of an object, with its value now, and how it leads to this.
    ///
    /// A change of that field, or of one inside or around it, is then the cause that is believed first.
    pub(crate) fn blaming(
        self,
        mechanism: Mechanism,
        object: &ObjectRef,
        field: &str,
        value: &Value,
    ) -> Self {
        self.knowing(
            BLAMED,
            json!({"mechanism": mechanism, "object": object, "field": field, "value": value}),
        )
    }

    pub(crate) fn rechecked_at(mut self, at: Timestamp) -> Self {
        self.recheck = Some(at);
        self
    }
}
