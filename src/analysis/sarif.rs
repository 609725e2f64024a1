//! Findings as SARIF, which code hosts and editors show beside the files.
//!
//! Source: OASIS, Static Analysis Results Interchange Format 2.1.0.

use super::Row;
use chiron_health::{UserRule, UserRules, rule_docs};
use chiron_model::Severity;
use serde_json::{Value, json};

/// The log of one run, with rules of the user besides the built-in ones.
#[must_use]
pub fn sarif(rows: &[Row], own: &UserRules) -> Value {
    let mut rules: Vec<Value> = rule_docs()
        .iter()
        .map(|doc| {
            json!({
                "id": doc.name,
                "shortDescription": {"text": doc.about},
                "help": {"text": doc.remedy},
                "helpUri": doc.link,
            })
        })
        .collect();
    rules.extend(own.all().iter().map(user_rule));
    json!({
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{
            "tool": {"driver": {
                "name": "chiron",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "results": rows.iter().filter(|it| it.active).map(result).collect::<Vec<_>>(),
        }],
    })
}

fn user_rule(rule: &UserRule) -> Value {
    let mut shown = json!({"id": rule.name(), "shortDescription": {"text": rule.message()}});
    if !rule.remedy().is_empty() {
        shown["help"] = json!({"text": rule.remedy()});
    }
    if !rule.link().is_empty() {
        shown["helpUri"] = json!(rule.link());
    }
    shown
}

fn result(row: &Row) -> Value {
    let cause = row.cause.as_ref().map(|it| format!(" Cause: {}.", it.line())).unwrap_or_default();
    let mut location = json!({"logicalLocations": [{"fullyQualifiedName": row.object.title()}]});
    if let Some(file) = &row.file {
        location["physicalLocation"] = json!({"artifactLocation": {"uri": file}});
    }
    json!({
        "ruleId": row.rule,
        "level": level(row.severity),
        "message": {"text": format!("{}: {}: {}{cause}", row.object.title(), row.condition, row.message)},
        "locations": [location],
        "partialFingerprints": {"object/condition": format!("{}/{}", row.object.title(), row.condition)},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Critical => "error",
    }
}
