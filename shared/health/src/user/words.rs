//! The words of a rule, each read from a text.

use chiron_model::{FieldPath, Mechanism, Severity};

/// Characters of a name.
const MAX_NAME: usize = 63;

type Read<T> = Result<T, String>;

/// `no-requests`
pub(super) fn name(text: &str) -> Read<String> {
    let is_part =
        |it: &str| !it.is_empty() && it.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let is_name = text.split('-').all(is_part) && text.starts_with(|c: char| c.is_ascii_lowercase());
    if !is_name || text.len() > MAX_NAME {
        return Err(format!(
            "{text:?} is no name: write lower-case words with hyphens between them, such as no-requests"
        ));
    }
    if crate::rules::is_built_in(text) {
        return Err(format!("{text} is the name of a built-in rule: choose another"));
    }
    Ok(text.to_owned())
}

/// `Deployment`, `apps/v1/Deployment` or `*`
pub(super) fn kind(text: &str) -> Read<String> {
    let (version, kind) = text.rsplit_once('/').unwrap_or(("v1", text));
    let is_kind =
        kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.chars().all(|c| c.is_ascii_alphanumeric());
    let is_version = !version.is_empty()
        && version.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "./-".contains(c));
    if kind == "Event" {
        return Err("rules look at objects, not at Events".to_owned());
    }
    if text == "*" || is_kind && is_version {
        return Ok(text.to_owned());
    }
    Err(format!("{text:?} is no kind: write Deployment, apps/v1/Deployment or \"*\""))
}

/// The name of a namespace.
pub(super) fn namespace(text: &str) -> Read<String> {
    let is_legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = !text.is_empty() && text.len() <= MAX_NAME && text.chars().all(is_legal);
    if is_name { Ok(text.to_owned()) } else { Err(format!("{text:?} is no name of a namespace")) }
}

/// `info`, `warning` or `critical`
pub(super) fn severity(text: &str) -> Read<Severity> {
    let all = [Severity::Info, Severity::Warning, Severity::Critical];
    let known = all.into_iter().find(|it| it.as_str() == text);
    known.ok_or_else(|| format!("{text:?} is no severity: write info, warning or critical"))
}

/// `RequestsMissing`
pub(super) fn condition(text: &str) -> Read<String> {
    let is_camel_case =
        text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(|c| c.is_ascii_alphanumeric());
    if is_camel_case && text.len() <= MAX_NAME {
        return Ok(text.to_owned());
    }
    Err(format!("{text:?} is no condition: write it as Kubernetes does, such as RequestsMissing"))
}

/// `spec.template.spec.containers[web].image`
pub(super) fn field(text: &str) -> Read<FieldPath> {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.contains(char::is_whitespace)
        && !text.contains("..")
        && !text.ends_with('.');
    if is_plain {
        Ok(FieldPath::from(text))
    } else {
        Err(format!("{text:?} is no field: write spec.replicas"))
    }
}

/// `scaled-to-zero`
pub(super) fn mechanism(text: &str) -> Read<Mechanism> {
    let known = Mechanism::ALL.into_iter().find(|it| it.to_string() == text);
    known.ok_or_else(|| format!("there is no mechanism {text:?}: `chiron events mechanisms` lists them"))
}

/// `https://...`
pub(super) fn link(text: &str) -> Read<String> {
    let is_link =
        ["https://", "http://"].iter().any(|it| text.starts_with(it)) && !text.contains(char::is_whitespace);
    if is_link { Ok(text.to_owned()) } else { Err(format!("{text:?} is no link: it begins with https://")) }
}

/// Any text.
pub(super) fn prose(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_rules() {
        assert!(name("no-requests2").is_ok());
        for text in ["", "No", "a--b", "-a", "a-", "1a", "a b", "crash-loop", &"a".repeat(64)] {
            assert!(name(text).is_err(), "{text}");
        }
    }

    #[test]
    fn kinds_may_have_a_version() {
        for text in ["Pod", "v1/Pod", "apps/v1/Deployment", "cert-manager.io/v1/Certificate", "*"] {
            assert!(kind(text).is_ok(), "{text}");
        }
        for text in ["pods", "apps/v1/*", "/Pod", "Event", "v1/Event", "Po d", ""] {
            assert!(kind(text).is_err(), "{text}");
        }
    }

    #[test]
    fn mechanisms_are_those_of_the_catalogue() {
        assert_eq!(mechanism("scaled-to-zero"), Ok(Mechanism::ScaledToZero));
        assert!(mechanism("magic").unwrap_err().contains("chiron events mechanisms"));
    }
}
