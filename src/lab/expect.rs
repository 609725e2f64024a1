//! What a scenario says of itself in `expect.json`.

use crate::args::LabMode;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;

/// `expect.json`. Keys that are not known are refused.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The fault in a sentence.
    pub title: String,
    /// The lab that can express it.
    #[serde(default)]
    pub mode: Mode,
    /// Whether it needs the metrics API.
    #[serde(default, deserialize_with = "yes_or_no")]
    pub metrics: bool,
    /// What it changes.
    #[serde(default)]
    pub touches: Reach,
    /// What it cannot do without.
    pub needs: Option<Need>,
    /// Where the fault shows, when nothing in the lab enforces it or carries its traffic.
    pub shown_by: Option<ShownBy>,
    /// Whether it takes more than five minutes, and runs only when it is named.
    #[serde(default, deserialize_with = "yes_or_no")]
    pub slow: bool,
    /// Seconds between the set-up and the fault: what is changed right after it was made counts as made so.
    #[serde(default = "moment")]
    pub settle: u32,
    /// Seconds from the fault to its cause, at most.
    #[serde(default = "minute")]
    pub within: u32,
    /// Seconds from the repair to calm, at most.
    #[serde(default = "minute_and_a_half")]
    pub calm_within: u32,
    /// Whether nothing above info may be reported although something happens.
    #[serde(default, deserialize_with = "yes_or_no")]
    pub calm: bool,
    /// Seconds of calm that are watched, where calm is expected.
    #[serde(default = "third_of_a_minute")]
    pub hold: u32,
    /// The finding that must come.
    pub finding: Option<WantedFinding>,
    /// The cause that it must have.
    pub cause: Option<WantedCause>,
    /// A cluster that cannot be read.
    pub unread: Option<Unread>,
}

/// The labs that can express a scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A real kubelet.
    #[default]
    Full,
    /// Simulated nodes.
    Light,
    /// Both.
    Any,
}

impl Mode {
    /// Whether a lab of that mode will do.
    #[must_use]
    pub fn takes(self, mode: LabMode) -> bool {
        match self {
            Self::Full => mode == LabMode::Full,
            Self::Light => mode == LabMode::Light,
            Self::Any => true,
        }
    }

    /// As it is written in `expect.json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Light => "light",
            Self::Any => "any",
        }
    }
}

/// What a scenario changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// Its own namespace only.
    #[default]
    Namespace,
    /// Nodes, or other objects that belong to no namespace.
    Cluster,
}

/// What a scenario cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// Programs of the project's lab, on the machine of the node.
    Lab,
}

/// Where a fault shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShownBy {
    /// In objects alone.
    Configuration,
}

/// The finding that must come.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WantedFinding {
    /// One of these.
    pub conditions: Vec<String>,
    /// Kind of the object.
    pub kind: String,
    /// Name of the object; a star at the end stands for any ending.
    pub name: String,
    /// The cluster, where there are several.
    pub cluster: Option<String>,
}

/// The cause that the finding must have.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WantedCause {
    /// Kind of the object.
    pub kind: String,
    /// Name of the object; a star at the end stands for any ending.
    pub name: String,
    /// One of these; a star at the end stands for any ending, and an empty text for the whole object.
    pub fields: Vec<String>,
    /// The former value, where it can be known.
    pub from: Option<Value>,
    /// The new value, where it can be known.
    pub to: Option<Value>,
}

/// A cluster that cannot be read: that must be said, and nothing of what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unread {
    /// Its name.
    pub cluster: String,
    /// One of these words must be in what is said of it.
    pub said: Vec<String>,
}

impl Expect {
    /// Reads `expect.json`.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        let expect: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        expect.contradiction().map_or(Ok(expect), |why| Err(why.to_owned()))
    }

    fn contradiction(&self) -> Option<&'static str> {
        if self.title.is_empty() {
            return Some("the title is empty");
        }
        if self.calm && self.finding.is_some() {
            return Some("it expects calm and a finding; it can have one of them");
        }
        match &self.finding {
            None if !self.calm => Some("it expects nothing: give it a finding, or say \"calm\": \"yes\""),
            None if self.cause.is_some() => Some("it expects a cause without a finding"),
            Some(finding) if finding.conditions.is_empty() => Some("finding.conditions is empty"),
            _ if self.cause.as_ref().is_some_and(|it| it.fields.is_empty()) => Some("cause.fields is empty"),
            None | Some(_) => None,
        }
    }
}

fn yes_or_no<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        other => Err(D::Error::custom(format!("expected \"yes\" or \"no\", got {other:?}"))),
    }
}

fn moment() -> u32 {
    5
}

fn minute() -> u32 {
    60
}

fn minute_and_a_half() -> u32 {
    90
}

fn third_of_a_minute() -> u32 {
    20
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(change: impl FnOnce(&mut Value)) -> String {
        let mut text = json!({
            "title": "x",
            "finding": {"conditions": ["OOMKilled"], "kind": "Pod", "name": "web-*"},
            "cause": {"kind": "Deployment", "name": "web", "fields": ["spec"]},
        });
        Expect::read(&text.to_string()).unwrap();
        change(&mut text);
        Expect::read(&text.to_string()).unwrap_err()
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let expect = Expect::read(r#"{"title": "x", "calm": "yes"}"#).unwrap();

        assert_eq!((expect.mode, expect.touches, expect.needs), (Mode::Full, Reach::Namespace, None));
        assert_eq!((expect.settle, expect.within, expect.calm_within, expect.hold), (5, 60, 90, 20));
        assert!(expect.calm && !expect.slow && !expect.metrics);
    }

    #[test]
    fn a_key_that_is_not_known_is_named() {
        let why = refusal(|it| it["whithin"] = json!(5));
        let inside = refusal(|it| it["cause"]["field"] = json!("spec"));

        assert!(why.contains("unknown field `whithin`") && why.contains("`within`"), "{why}");
        assert!(inside.contains("unknown field `field`"), "{inside}");
    }

    #[test]
    fn a_value_that_is_not_known_is_named() {
        let slow = refusal(|it| it["slow"] = json!("maybe"));
        let mode = refusal(|it| it["mode"] = json!("heavy"));

        assert!(slow.contains("expected \"yes\" or \"no\", got \"maybe\""), "{slow}");
        assert!(mode.contains("heavy") && mode.contains("light"), "{mode}");
    }

    #[test]
    fn contradictions_are_refused() {
        let both = refusal(|it| it["calm"] = json!("yes"));
        let neither = refusal(|it| it["finding"] = Value::Null);
        let no_condition = refusal(|it| it["finding"]["conditions"] = json!([]));
        let no_field = refusal(|it| it["cause"]["fields"] = json!([]));

        assert!(both.contains("calm and a finding"), "{both}");
        assert!(neither.contains("expects nothing"), "{neither}");
        assert!(no_condition.contains("conditions is empty"), "{no_condition}");
        assert!(no_field.contains("fields is empty"), "{no_field}");
    }
}
