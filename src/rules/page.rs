//! The rules as a page of the documentation.

use super::{all, kinds, summary};
use chiron_health::RuleDoc;
use std::fmt::Write as _;

const HEAD: &str = "\
# Health rules

<!-- Written by `just bless` from the rules themselves. -->

Each rule says when an object is in trouble, and when it only looks so. `chiron rule list` and `chiron rule explain NAME`
say the same.

| rule | kinds | what it reports |
|---|---|---|
";

/// The page: an index, and a section for each rule, by name.
#[must_use]
pub fn page() -> String {
    let all = all();
    let mut page = HEAD.to_owned();
    for doc in &all {
        page.push_str(&row(doc));
    }
    for doc in &all {
        page.push_str(&section(doc));
    }
    page
}

fn row(doc: &RuleDoc) -> String {
    let cell = |text: &str| escaped(text).replace('|', "\\|");
    format!("| [{0}](#{0}) | {1} | {2} |\n", doc.name, cell(&kinds(doc)), cell(summary(doc)))
}

fn section(doc: &RuleDoc) -> String {
    let mut text = format!("\n## {}\n\n{}\n\n", doc.name, escaped(doc.about));
    let conditions: Vec<String> = doc.conditions.iter().map(|it| format!("`{it}`")).collect();
    let items = [
        ("Kinds", kinds(doc)),
        ("Conditions", conditions.join(", ")),
        ("What to do", escaped(doc.remedy)),
        ("More", format!("<{}>", doc.link)),
    ];
    for (name, said) in items {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "- {name}: {said}");
    }
    text
}

/// A text without what Markdown would take for marks of its own.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('*', "\\*").replace('<', "&lt;").replace('[', "\\[")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ODD: RuleDoc = RuleDoc {
        name: "odd-thing",
        kinds: &["Pod", "Job"],
        conditions: &["Odd", "Even"],
        about: "It is <odd> or a|b. It is not *even*.",
        remedy: "Look at spec.items[].",
        link: "https://lab.test/odd",
    };

    #[test]
    fn row_leads_to_the_section() {
        let wanted = "| [odd-thing](#odd-thing) | Pod, Job | It is &lt;odd> or a\\|b. |\n";

        assert_eq!(row(&ODD), wanted);
    }

    #[test]
    fn section_tells_everything() {
        let wanted = "\n## odd-thing\n\nIt is &lt;odd> or a|b. It is not \\*even\\*.\n\n- Kinds: Pod, Job\n- Conditions: \
                      `Odd`, `Even`\n- What to do: Look at spec.items\\[].\n- More: <https://lab.test/odd>\n";

        assert_eq!(section(&ODD), wanted);
    }
}
