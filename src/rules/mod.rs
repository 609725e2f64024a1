//! The health rules, for people: found by name, and as a page of the documentation.

mod nearest;
mod page;
mod user;

pub use page::page;
pub use user::{LoadError, load, log, tell, user_json, user_text};

use chiron_health::{RuleDoc, rule_docs};
use nearest::nearest;
use serde_json::{Value, json};

/// All rules, by name.
#[must_use]
pub fn all() -> Vec<RuleDoc> {
    let mut all = rule_docs();
    all.sort_unstable_by_key(|it| it.name);
    all
}

/// The rule of that name, however it is written.
#[must_use]
pub fn find(name: &str) -> Option<RuleDoc> {
    let wanted = plain(name);
    rule_docs().into_iter().find(|it| it.name == wanted)
}

/// The names of rules, and of rules that report such a condition, that may have been meant; the nearest first.
#[must_use]
pub fn similar(name: &str) -> Vec<&'static str> {
    let all = all();
    let reporting = all.iter().filter(|it| it.conditions.iter().any(|told| told.eq_ignore_ascii_case(name)));
    let mut found: Vec<&'static str> = reporting.map(|it| it.name).collect();
    if found.is_empty() {
        let names: Vec<&'static str> = all.iter().map(|it| it.name).collect();
        found = nearest(&plain(name), &names);
    }
    found
}

/// A rule as JSON.
#[must_use]
pub fn json(doc: &RuleDoc) -> Value {
    json!({
        "name": doc.name,
        "kinds": doc.kinds,
        "conditions": doc.conditions,
        "about": doc.about,
        "remedy": doc.remedy,
        "link": doc.link,
    })
}

/// Everything that is known of a rule, as plain text.
#[must_use]
pub fn text(doc: &RuleDoc) -> String {
    format!(
        "{}\n\n{}\n\nkinds:       {}\nconditions:  {}\nwhat to do:  {}\nmore:        {}\n",
        doc.name,
        doc.about,
        kinds(doc),
        doc.conditions.join(", "),
        doc.remedy,
        doc.link
    )
}

/// The kinds that a rule looks at.
#[must_use]
pub fn kinds(doc: &RuleDoc) -> String {
    if doc.kinds == ["*"] { "every kind".to_owned() } else { doc.kinds.join(", ") }
}

/// What a rule reports, in its first sentence.
#[must_use]
pub fn summary(doc: &RuleDoc) -> &'static str {
    let about = doc.about;
    let begins = |rest: &str| rest.chars().next().is_some_and(char::is_uppercase);
    let end = about.match_indices(". ").find(|(at, gap)| begins(&about[at + gap.len()..]));
    end.map_or(about, |(at, _)| &about[..=at])
}

/// A name as rules have them: `Out of_memory` is `out-of-memory`.
fn plain(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace([' ', '_'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(about: &'static str) -> RuleDoc {
        RuleDoc { name: "odd", kinds: &["*"], conditions: &["Odd"], about, remedy: "Look.", link: "" }
    }

    #[test]
    fn summary_is_the_first_sentence() {
        assert_eq!(summary(&doc("It is odd. It is not even.")), "It is odd.");
        assert_eq!(summary(&doc("It is at spec. nothing else.")), "It is at spec. nothing else.");
    }

    #[test]
    fn rule_is_found_however_it_is_written() {
        assert_eq!(find("Out_of Memory").map(|it| it.name), Some("out-of-memory"));
        assert_eq!(find("memory"), None);
    }

    #[test]
    fn rule_that_was_meant_is_named() {
        assert_eq!(similar("outofmemory").first(), Some(&"out-of-memory"));
        assert!(similar("oomkilled").contains(&"out-of-memory"));
        assert!(similar("zzzzzzzzzzzzzzzzzzzz").is_empty());
    }

    #[test]
    fn names_are_in_order_and_differ() {
        let names: Vec<&str> = all().iter().map(|it| it.name).collect();

        assert!(names.is_sorted_by(|left, right| left < right), "{names:?}");
    }
}
