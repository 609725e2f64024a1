//! Health rules of the user: read from files, and shown.

use chiron_health::{UserRule, UserRuleError, UserRuleTrouble, UserRules};
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    fs::File,
    io::{self, Read, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Bytes that are read of a file: more than a file of rules may have.
const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// Rules cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("the rules in {} cannot be read: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// Rules are not as they must be.
    #[error("{}", listed(.0))]
    Wrong(Vec<UserRuleError>),
}

/// Reads files of rules; `told` hears once of each rule that has no answer.
///
/// # Errors
/// When a file cannot be read, and when anything in them is wrong: then every mistake is named.
pub fn load(paths: &[PathBuf], told: fn(&UserRuleTrouble)) -> Result<Arc<UserRules>, LoadError> {
    let mut files = Vec::new();
    for path in paths {
        let text = text(path).map_err(|source| LoadError::Unreadable { path: path.clone(), source })?;
        files.push((path.display().to_string(), text));
    }
    let read = UserRules::read(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    Ok(Arc::new(read.map_err(LoadError::Wrong)?.telling(told)))
}

fn text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

fn listed(mistakes: &[UserRuleError]) -> String {
    let mut text = match mistakes.len() {
        1 => "no rule was taken, because of this mistake:".to_owned(),
        some => format!("no rule was taken, because of these {some} mistakes:"),
    };
    for mistake in mistakes {
        // Writing into a String cannot fail.
        let _ = write!(text, "\n  {mistake}");
    }
    text
}

/// Tells people of a rule that has no answer.
pub fn tell(trouble: &UserRuleTrouble) {
    let _ = writeln!(io::stderr(), "warning: {trouble}");
}

/// Logs that a rule has no answer, for what runs long.
pub fn log(trouble: &UserRuleTrouble) {
    let object = trouble.object.subject();
    tracing::warn!(rule = trouble.rule, %object, error = trouble.message, "a rule of the user has no answer");
}

/// A rule as JSON, with the fields that built-in ones have and some more.
#[must_use]
pub fn user_json(rule: &UserRule) -> Value {
    json!({
        "name": rule.name(),
        "kinds": rule.kinds(),
        "conditions": [rule.condition()],
        "about": rule.message(),
        "remedy": rule.remedy(),
        "link": rule.link(),
        "namespaces": rule.namespaces(),
        "when": rule.when(),
        "for_seconds": rule.patience().as_secs(),
        "severity": rule.severity(),
        "file": rule.place(),
    })
}

/// Everything that is known of a rule, as plain text.
#[must_use]
pub fn user_text(rule: &UserRule) -> String {
    let mut text = format!("{}\n\n{}\n\n", rule.name(), rule.message());
    let patience = match rule.patience().as_secs() {
        0 => String::new(),
        seconds => format!("{seconds} s"),
    };
    let items = [
        ("kinds", rule.kinds().join(", ")),
        ("namespaces", rule.namespaces().join(", ")),
        ("conditions", rule.condition().to_owned()),
        ("severity", rule.severity().to_string()),
        ("when", rule.when().replace('\n', "\n             ")),
        ("for", patience),
        ("what to do", rule.remedy().to_owned()),
        ("more", rule.link().to_owned()),
        ("written in", rule.place().to_owned()),
    ];
    for (name, said) in items.iter().filter(|(_, said)| !said.is_empty()) {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{:<13}{said}", format!("{name}:"));
    }
    text
}
