//! The rules of users, as a world holds them.

use super::{
    error::{UserRuleError, UserRuleTrouble},
    read::read,
    rule::UserRule,
};
use crate::tracked::Tracked;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Rules that users wrote.
#[derive(Debug, Default)]
pub struct UserRules {
    rules: Vec<UserRule>,
    /// Whether the trouble of a rule was told, by its place in the list.
    told: Vec<AtomicBool>,
    tell: Option<fn(&UserRuleTrouble)>,
}

impl UserRules {
    /// Reads the rules of files: the name of each, and its text.
    ///
    /// # Errors
    /// Every mistake of every file; then no rule is taken.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<UserRuleError>> {
        let rules = read(files)?;
        let told = rules.iter().map(|_| AtomicBool::new(false)).collect();
        Ok(Self { rules, told, tell: None })
    }

    /// The same rules; the first trouble of each is told to `tell`.
    #[must_use]
    pub fn telling(mut self, tell: fn(&UserRuleTrouble)) -> Self {
        self.tell = Some(tell);
        self
    }

    /// All of them, in the order they were read.
    #[must_use]
    pub fn all(&self) -> &[UserRule] {
        &self.rules
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether any of them may ask for pods, or for anything of one.
    #[must_use]
    pub fn ask_pods(&self) -> bool {
        let is_pod = |kind: &String| kind == "*" || kind.rsplit('/').next() == Some("Pod");
        self.rules.iter().any(|rule| rule.asks_pods() || rule.kinds.iter().any(is_pod))
    }

    /// Those that are to be asked of an object, with their places in the list.
    pub(super) fn of(&self, object: &Tracked) -> impl Iterator<Item = (usize, &UserRule)> {
        self.rules.iter().enumerate().filter(|(_, rule)| rule.is_for(object))
    }

    /// Tells the trouble of a rule, once.
    pub(super) fn tell(&self, number: usize, object: &Tracked, message: String) {
        let (Some(tell), Some(rule), Some(told)) = (self.tell, self.rules.get(number), self.told.get(number))
        else {
            return;
        };
        if !told.swap(true, Ordering::Relaxed) {
            tell(&UserRuleTrouble { rule: rule.name.clone(), object: object.reference.clone(), message });
        }
    }
}

/// The rules that a world asks. They come from outside: worlds with other rules are equal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rulebook(pub(crate) Arc<UserRules>);

impl PartialEq for Rulebook {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
