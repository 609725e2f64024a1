//! The dataset card, from which `load_dataset` reads where the rows are.

use crate::Format;
use chiron_model::{Manifest, Split};
use std::{collections::BTreeSet, fmt::Write as _};

/// The card of a dataset.
pub(crate) fn card(manifest: &Manifest, splits: &BTreeSet<Split>) -> String {
    let mut text = String::from("---\nlicense: apache-2.0\nlanguage:\n- en\n");
    let _ = writeln!(text, "pretty_name: {}", manifest.name);
    text.push_str("task_categories:\n- question-answering\n- text-generation\n");
    text.push_str("tags:\n- kubernetes\n- sre\n- incident-response\n");
    let _ = writeln!(text, "size_categories:\n- {}", size(manifest.labels));
    text.push_str("configs:\n");
    for format in Format::ALL {
        let _ = writeln!(text, "- config_name: {}", format.name());
        if format == Format::ALL[0] {
            text.push_str("  default: true\n");
        }
        text.push_str("  data_files:\n");
        for split in splits {
            let _ = writeln!(text, "  - split: {}", split.as_str());
            let _ = writeln!(text, "    path: data/{}/{}-*.jsonl", format.name(), split.as_str());
        }
    }
    text.push_str("---\n\n");
    text.push_str(&body(manifest));
    text
}

fn body(manifest: &Manifest) -> String {
    let counts = |title: &str, map: &std::collections::BTreeMap<String, u64>| {
        let rows: String = map.iter().map(|(name, count)| format!("| {name} | {count} |\n")).collect();
        format!("| {title} | labels |\n|---|---|\n{rows}\n")
    };
    format!(
        "# {name}\n\n\
         {labels} training labels made of verified Kubernetes incidents. Version `{version}` is the fingerprint of the rows; \
         the newest event behind them is of {sealed_at}.\n\n\
         ## Structure\n\n\
         {by_type}{by_split}\
         Splits are made by incident family (mechanism and workload), never by row. `labels` holds whole labels, `chat` \
         the same rows as conversations.\n\n\
         ## How it was made\n\n\
         Rules found the symptoms, the history of changes gave the root cause, and each incident was followed until its repair \
         had held for the sustained window. What a row shows ends where the diagnosis began; the outcome stands in the answer \
         only. Every row is real: none was made up.\n\n\
         ## Redaction\n\n\
         Data of Secrets is never recorded. Values that look like credentials were replaced before storage and appear as \
         `<redacted-kind-number>`. A redaction by rules can miss what no rule knows.\n\n\
         ## Checks\n\n\
         `manifest.json` names every file with its SHA-256; `chiron dataset verify FOLDER` compares them.\n",
        name = manifest.name,
        labels = manifest.labels,
        version = manifest.version,
        sealed_at = manifest.sealed_at,
        by_type = counts("type", &manifest.by_type),
        by_split = counts("split", &manifest.by_split),
    )
}

fn size(labels: u64) -> &'static str {
    match labels {
        0..1_000 => "n<1K",
        1_000..10_000 => "1K<n<10K",
        10_000..100_000 => "10K<n<100K",
        _ => "100K<n<1M",
    }
}
