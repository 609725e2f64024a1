//! One label in the shapes that trainers read. Fields are written in the order they stand here.

use chiron_model::TrainingLabel;
use serde::Serialize;

/// What the model is told it is.
const SYSTEM: &str = "You are a Kubernetes reliability engineer. Explain trouble from the evidence you are shown, name \
                      the object and the field that caused it, and propose the least change that is safe. Say so when \
                      the evidence does not suffice.";

/// A shape of rows; each is a configuration of the dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// The whole label.
    Labels,
    /// `messages` of roles.
    Chat,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Row {
    /// The whole label.
    Label(Box<TrainingLabel>),
    /// A conversation.
    Chat {
        /// Name of the label.
        id: String,
        /// Its type.
        label_type: String,
        /// What is said, in order.
        messages: Vec<Message>,
    },
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// `system`, `user` or `assistant`.
    pub role: &'static str,
    /// What is said.
    pub content: String,
}

impl Format {
    /// All formats; the first is the default of the dataset.
    pub const ALL: [Self; 2] = [Self::Chat, Self::Labels];

    /// Name of the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Labels => "labels",
            Self::Chat => "chat",
        }
    }

    /// A label in this shape.
    #[must_use]
    pub fn row(self, label: &TrainingLabel) -> Row {
        let id = label.id.to_string();
        match self {
            Self::Labels => Row::Label(Box::new(label.clone())),
            Self::Chat => Row::Chat {
                id,
                label_type: label.label_type.as_str().to_owned(),
                messages: vec![
                    Message { role: "system", content: SYSTEM.to_owned() },
                    Message { role: "user", content: prompt(label) },
                    Message { role: "assistant", content: label.answer.clone() },
                ],
            },
        }
    }
}

fn prompt(label: &TrainingLabel) -> String {
    format!("{}\n\n{}", shown(label), label.question)
}

fn shown(label: &TrainingLabel) -> String {
    let part = |title: &str, lines: &[String]| {
        let lines: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
        if lines.is_empty() { String::new() } else { format!("{title}:\n{}\n", lines.join("\n")) }
    };
    let parts = [
        part("Symptoms", &label.context.symptoms),
        part("Changes before", &label.context.changes),
        part("Observations", &label.context.observations),
    ];
    parts.join("\n").trim().to_owned()
}
