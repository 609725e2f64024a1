//! A rule of a user.

use super::{expression::Expression, template::Template};
use crate::{tracked::Tracked, view::is_terminating};
use chiron_model::{FieldPath, Mechanism, Severity};
use std::time::Duration;

/// A rule that a user wrote.
#[derive(Clone, Debug)]
pub struct UserRule {
    pub(super) name: String,
    pub(super) kinds: Vec<String>,
    /// Empty is all.
    pub(super) namespaces: Vec<String>,
    pub(super) when: Expression,
    pub(super) patience: Duration,
    pub(super) severity: Severity,
    pub(super) condition: String,
    pub(super) message: Template,
    pub(super) written_message: String,
    pub(super) blamed: Option<(FieldPath, Mechanism)>,
    pub(super) remedy: String,
    pub(super) link: String,
    /// `file:line` of where it begins.
    pub(super) place: String,
}

impl UserRule {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kinds it looks at, with group and version where they were given; `*` is every kind.
    #[must_use]
    pub fn kinds(&self) -> &[String] {
        &self.kinds
    }

    /// The namespaces it looks into; none is all.
    #[must_use]
    pub fn namespaces(&self) -> &[String] {
        &self.namespaces
    }

    /// The condition that it asks for.
    #[must_use]
    pub fn when(&self) -> &str {
        &self.when.text
    }

    /// How long that must hold.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The condition it reports.
    #[must_use]
    pub fn condition(&self) -> &str {
        &self.condition
    }

    /// What it says, with its expressions.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.written_message
    }

    /// What to do; may be empty.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    /// Where more is said; may be empty.
    #[must_use]
    pub fn link(&self) -> &str {
        &self.link
    }

    /// The file and line of it.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Whether it is to be asked of an object.
    ///
    /// What is being deleted is the matter of rules that ask for it.
    pub(super) fn is_for(&self, object: &Tracked) -> bool {
        let place = &object.reference;
        let is_of_kind = self.kinds.iter().any(|it| match it.rsplit_once('/') {
            Some((version, kind)) => version == place.api_version && kind == place.kind,
            None => it == "*" || *it == place.kind,
        });
        is_of_kind
            && (self.namespaces.is_empty() || self.namespaces.contains(&place.namespace))
            && (self.when.asks.deletion || !is_terminating(&object.body))
    }

    /// Whether it must be asked again when nothing but time has passed.
    pub(super) fn asks_now(&self) -> bool {
        self.when.asks.now
    }

    pub(super) fn asks_pods(&self) -> bool {
        self.when.asks.pods || self.message.asks.pods
    }
}
