//! The fields of one rule.

use super::{
    check::Mistake,
    expression::Expression,
    rule::UserRule,
    source::{Content, Node, Place},
    span::span,
    template::Template,
    words,
};
use std::time::Duration;

/// All fields, and what they are, for those who leave one out.
const FIELDS: &[(&str, &str)] = &[
    ("name", "such as no-requests"),
    ("kinds", "such as [Deployment]"),
    ("namespaces", ""),
    ("when", "a CEL expression such as object.spec.replicas == 0"),
    ("for", ""),
    ("severity", "info, warning or critical"),
    ("condition", "what is reported, such as RequestsMissing"),
    ("message", "what is wrong, in a sentence"),
    ("field", ""),
    ("mechanism", ""),
    ("remedy", ""),
    ("link", ""),
];

/// The fields of one rule, while they are read.
pub(super) struct Fields<'a> {
    place: Place,
    entries: Vec<(&'a str, &'a Node)>,
    /// The text of the file.
    text: &'a str,
    /// Whether it is a mapping at all.
    is_rule: bool,
    /// What is wrong.
    pub mistakes: Vec<(Place, String)>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(node: &'a Node, text: &'a str) -> Self {
        let mut fields =
            Self { place: node.place, entries: Vec::new(), text, is_rule: false, mistakes: Vec::new() };
        let Content::Mapping(entries) = &node.content else {
            fields.say(node.place, format!("wanted a rule with name, kinds and when, got {}", node.what()));
            return fields;
        };
        fields.is_rule = true;
        for (key, value) in entries {
            fields.enter(key, value);
        }
        fields
    }

    fn enter(&mut self, key: &'a Node, value: &'a Node) {
        let Content::Text(name) = &key.content else {
            return self.say(key.place, format!("wanted the name of a field, got {}", key.what()));
        };
        let name = name.text.as_str();
        if self.entries.iter().any(|(known, _)| *known == name) {
            return self.say(key.place, format!("{name} is given twice"));
        }
        if !FIELDS.iter().any(|(known, _)| *known == name) {
            let known: Vec<&str> = FIELDS.iter().map(|(known, _)| *known).collect();
            self.say(key.place, format!("there is no field {name:?}; there are {}", known.join(", ")));
        }
        self.entries.push((name, value));
    }

    pub(super) fn name(&mut self) -> Option<String> {
        let node = self.required("name")?;
        self.read(node, words::name)
    }

    /// The rule, when nothing is wrong with it.
    pub(super) fn rule(&mut self, name: Option<String>, place: String) -> Option<UserRule> {
        let kinds = self.required("kinds").and_then(|it| self.list(it, words::kind));
        let when = self.required("when").and_then(|it| self.expression(it, Expression::read_condition));
        let severity = self.required("severity").and_then(|it| self.read(it, words::severity));
        let condition = self.required("condition").and_then(|it| self.read(it, words::condition));
        let message = self.required("message");
        let written_message = message.and_then(|it| self.text_of(it)).map(words::prose);
        let message = message.and_then(|it| self.expression(it, Template::read));
        let namespaces = self.given("namespaces").and_then(|it| self.list(it, words::namespace));
        let patience = self.given("for").and_then(|it| self.read(it, span));
        let field = self.given("field").and_then(|it| self.read(it, words::field));
        let mechanism = self.given("mechanism").and_then(|it| self.read(it, words::mechanism));
        let remedy = self.given("remedy").and_then(|it| self.text_of(it)).map(words::prose);
        let link = self.given("link").and_then(|it| self.read(it, words::link));
        if self.given("field").is_some() != self.given("mechanism").is_some() {
            self.say(
                self.place,
                "field and mechanism go together: what is at fault, and how it leads to this".to_owned(),
            );
        }
        Some(UserRule {
            name: name?,
            kinds: kinds?,
            namespaces: namespaces.unwrap_or_default(),
            when: when?,
            patience: patience.unwrap_or(Duration::ZERO),
            severity: severity?,
            condition: condition?,
            message: message?,
            written_message: written_message?,
            blamed: field.zip(mechanism),
            remedy: remedy.unwrap_or_default(),
            link: link.unwrap_or_default(),
            place,
        })
    }

    fn say(&mut self, place: Place, message: String) {
        self.mistakes.push((place, message));
    }

    fn given(&self, name: &str) -> Option<&'a Node> {
        self.entries.iter().find(|(known, _)| *known == name).map(|(_, node)| *node)
    }

    fn required(&mut self, name: &str) -> Option<&'a Node> {
        let given = self.given(name);
        if given.is_none() && self.is_rule {
            let hint = FIELDS.iter().find(|(known, _)| *known == name).map_or("", |(_, hint)| hint);
            self.say(self.place, format!("{name} is missing: {hint}"));
        }
        given
    }

    fn text_of(&mut self, node: &'a Node) -> Option<&'a str> {
        let Content::Text(scalar) = &node.content else {
            self.say(node.place, format!("wanted a text, got {}", node.what()));
            return None;
        };
        Some(&scalar.text)
    }

    fn read<T>(&mut self, node: &'a Node, read: fn(&str) -> Result<T, String>) -> Option<T> {
        let text = self.text_of(node)?;
        read(text).map_err(|message| self.say(node.place, message)).ok()
    }

    fn list<T>(&mut self, node: &'a Node, read: fn(&str) -> Result<T, String>) -> Option<Vec<T>> {
        let Content::List(items) = &node.content else {
            self.say(node.place, format!("wanted a list, such as [a, b], got {}", node.what()));
            return None;
        };
        if items.is_empty() {
            self.say(node.place, "wanted at least one item".to_owned());
        }
        Some(items.iter().filter_map(|it| self.read(it, read)).collect())
    }

    fn expression<T>(&mut self, node: &'a Node, read: fn(&str) -> Result<T, Vec<Mistake>>) -> Option<T> {
        let text = self.text_of(node)?;
        let found = read(text).map_err(|mistakes| {
            for (number, message) in mistakes {
                self.say(node.place_of(self.text, number), message);
            }
        });
        found.ok()
    }
}
