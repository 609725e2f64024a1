//! Rules from the texts of files.

use super::{
    error::UserRuleError,
    fields::Fields,
    rule::UserRule,
    source::{Content, Node, Place, documents},
};
use std::collections::BTreeMap;

/// Bytes of one file.
const MAX_FILE: usize = 1024 * 1024;
/// Rules of all files.
const MAX_RULES: usize = 500;

/// Reads the rules of files.
///
/// # Errors
/// Every mistake of every file.
pub(super) fn read<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<UserRule>, Vec<UserRuleError>> {
    let mut rules = Vec::new();
    let mut mistakes = Vec::new();
    let mut names = BTreeMap::new();
    for (file, text) in files {
        let mut reader = Reader { file, text, names: &mut names, rules: &mut rules, mistakes: Vec::new() };
        reader.read();
        reader.mistakes.sort_by_key(|it| (it.line, it.column));
        mistakes.append(&mut reader.mistakes);
    }
    if mistakes.is_empty() { Ok(rules) } else { Err(mistakes) }
}

/// One file.
struct Reader<'a, 'r> {
    file: &'a str,
    text: &'a str,
    /// Where each name was given.
    names: &'r mut BTreeMap<String, String>,
    rules: &'r mut Vec<UserRule>,
    mistakes: Vec<UserRuleError>,
}

impl Reader<'_, '_> {
    fn read(&mut self) {
        if self.text.len() > MAX_FILE {
            return self.say(Place::START, format!("the file is larger than {MAX_FILE} bytes"));
        }
        let (documents, stopped) = documents(self.text);
        let is_empty = documents.iter().all(|it| matches!(it.content, Content::Nothing));
        for document in &documents {
            match &document.content {
                Content::Nothing => {}
                Content::List(items) => items.iter().for_each(|it| self.take(it)),
                Content::Mapping(_) | Content::Text(_) | Content::Alias => self.take(document),
            }
        }
        if let Some((place, message)) = stopped {
            self.say(place, format!("this is no YAML: {message}; what comes after is not read"));
        } else if is_empty {
            self.say(Place::START, "there is no rule in this file".to_owned());
        }
    }

    fn take(&mut self, node: &Node) {
        let mut fields = Fields::of(node, self.text);
        let name = fields.name();
        let rule = fields.rule(name.clone(), format!("{}:{}", self.file, node.place.line));
        for (place, message) in fields.mistakes {
            self.say(place, message);
        }
        if let Some(name) = name {
            if let Some(before) = self.names.get(&name) {
                return self.say(node.place, format!("there is a rule {name} already, at {before}"));
            }
            self.names.insert(name, format!("{}:{}", self.file, node.place.line));
        }
        if self.rules.len() >= MAX_RULES {
            return self.say(node.place, format!("there are more than {MAX_RULES} rules"));
        }
        self.rules.extend(rule);
    }

    fn say(&mut self, place: Place, message: String) {
        let file = self.file.to_owned();
        self.mistakes.push(UserRuleError { file, line: place.line, column: place.column, message });
    }
}
