//! What people are shown.

use crate::{
    report::Report,
    tables::{number, table},
    view::IncidentView,
};
use chiron_model::{Agreement, Decision, OutcomeState, RepairedBy, RootCause, Timestamp};
use serde_json::Value;
use std::io::{self, Write};

/// Longer values are cut.
const MAX_VALUE: usize = 48;

/// Prints a report.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let counts = &report.counts;
    writeln!(
        out,
        "{} events, {} changes of objects ({} told again, {} ignored, {} refused)",
        counts.events, counts.observations, counts.duplicates, counts.ignored, counts.rejected
    )?;
    if report.incidents.is_empty() {
        writeln!(out, "\nNothing was wrong: no incident, {} findings for information.", counts.findings)?;
    } else {
        incident_tables(&report.incidents, out)?;
    }
    anomalies(report, out)?;
    labels(report, out)?;
    errors(report, out)
}

/// Prints incidents, their causes, plans and outcomes.
///
/// # Errors
/// When the output cannot be written.
pub fn incident_tables(incidents: &[IncidentView], out: &mut impl Write) -> io::Result<()> {
    let header = ["incident", "severity", "opened", "found after", "where", "symptoms"];
    section(out, "Incidents", &header, incidents.iter().map(incident_row))?;
    let header = ["incident", "root cause", "object", "field", "from -> to", "when, by whom", "sure"];
    section(out, "Root causes", &header, incidents.iter().map(cause_row))?;
    let header = ["incident", "plan", "risk", "approval"];
    section(out, "Plans (proposed; nothing was carried out)", &header, incidents.iter().map(plan_row))?;
    let header =
        ["incident", "outcome", "well for", "repaired by", "what repaired it", "compared with the plan"];
    section(out, "Outcomes", &header, incidents.iter().map(outcome_row))
}

fn section(
    out: &mut impl Write,
    title: &str,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> io::Result<()> {
    let mut table = table(header);
    table.add_rows(rows);
    writeln!(out, "\n{title}\n{table}")
}

fn incident_row(it: &IncidentView) -> Vec<String> {
    let place =
        it.objects.first().map_or_else(String::new, |object| format!("{} {}", it.namespace, object.title()));
    let after = it.detected_after.map_or_else(|| "?".to_owned(), |seconds| format!("{seconds:.1} s"));
    let id = it.id.short();
    vec![id, it.severity.to_string(), clock(it.opened_at), after, place, it.conditions.join(", ")]
}

fn cause_row(it: &IncidentView) -> Vec<String> {
    let id = it.id.short();
    let Some(cause) = &it.root_cause else {
        return vec![
            id,
            "not known".to_owned(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ];
    };
    let when = cause.changed_at.map_or_else(|| "not seen".to_owned(), clock);
    let by = cause.changed_by.clone().unwrap_or_else(|| "somebody".to_owned());
    vec![
        id,
        cause.mechanism.to_string(),
        cause.object.to_string(),
        field(cause),
        format!("{} -> {}", short(&cause.from), short(&cause.to)),
        format!("{when}, {by}"),
        format!("{:.0} %", cause.confidence.value() * 100.0),
    ]
}

fn field(cause: &RootCause) -> String {
    if cause.field.is_root() { "(whole object)".to_owned() } else { cause.field.to_string() }
}

fn plan_row(it: &IncidentView) -> Vec<String> {
    let id = it.id.short();
    match &it.plan {
        None => vec![id, "none yet".to_owned(), String::new(), String::new()],
        Some(Decision::Declined { declined }) => {
            vec![id, format!("declined: {declined}"), String::new(), String::new()]
        }
        Some(Decision::Proposed(plan)) => {
            let steps: Vec<String> = plan
                .actions
                .iter()
                .map(|action| {
                    let writes: Vec<String> = action
                        .verb
                        .writes()
                        .iter()
                        .map(|it| format!("{} = {}", it.field, short(&it.value)))
                        .collect();
                    format!("{} {} {}", action.verb.name(), action.object.title(), writes.join(", "))
                        .trim()
                        .to_owned()
                })
                .collect();
            let approval = if plan.approval.required { "needed" } else { "not needed" };
            let risk = serde_json::to_value(plan.risk).ok();
            let risk = risk.as_ref().and_then(Value::as_str).unwrap_or("").to_owned();
            vec![id, steps.join("; then "), risk, format!("{approval}: {}", plan.approval.reason)]
        }
    }
}

fn outcome_row(incident: &IncidentView) -> Vec<String> {
    let it = &incident.outcome;
    let state = match it.state {
        OutcomeState::Open => "still open",
        OutcomeState::Recovered => "recovered",
        OutcomeState::Verified => "verified",
        OutcomeState::Relapsed => "came back",
        OutcomeState::Unknown => "unknown",
    };
    let by = match it.repaired_by {
        RepairedBy::Chiron => "chiron",
        RepairedBy::External => "an operator",
        RepairedBy::None => "nobody seen",
    };
    let agrees = match it.agrees_with_plan {
        Agreement::Exact => "the same change",
        Agreement::SameField => "same field, another value",
        Agreement::Different => "something else",
        Agreement::NoRepairSeen => "no repair was seen",
    };
    let repairs: Vec<String> = it
        .repairs
        .iter()
        .map(|it| format!("{} {}: {} -> {}", it.object.title(), it.field, short(&it.from), short(&it.to)))
        .collect();
    let held = if it.sustained_for > 0.0 { format!("{:.0} s", it.sustained_for) } else { String::new() };
    vec![incident.id.short(), state.to_owned(), held, by.to_owned(), repairs.join("; "), agrees.to_owned()]
}

fn anomalies(report: &Report, out: &mut impl Write) -> io::Result<()> {
    if report.anomalies.is_empty() {
        return Ok(());
    }
    let header = ["anomaly", "incident", "series", "began", "value", "expected", "score"];
    let of = |id| report.incidents.iter().find(|it| it.anomalies.contains(id));
    let rows = report.anomalies.iter().map(|it| {
        vec![
            it.id.short(),
            of(&it.id).map_or_else(|| "none".to_owned(), |incident| incident.id.short()),
            it.series.to_string(),
            clock(it.started_at),
            format!("{} {}", number(it.value), it.unit).trim_end().to_owned(),
            number(it.expected),
            format!("{:.3}", it.score.value()),
        ]
    });
    section(out, "Anomalies", &header, rows)
}

fn labels(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let counts = &report.counts;
    writeln!(out, "\nLabels: {} accepted, {} rejected", counts.labels_accepted, counts.labels_rejected)?;
    if let Some(dataset) = &report.dataset {
        writeln!(out, "Dataset: {} {} ({} labels)", dataset.name, dataset.version, dataset.labels)?;
        writeln!(out, "         {}", dataset.path)?;
    }
    Ok(())
}

fn errors(report: &Report, out: &mut impl Write) -> io::Result<()> {
    const SHOWN: usize = 10;
    if report.errors.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nRefused lines (the rest went on):")?;
    for error in report.errors.iter().take(SHOWN) {
        writeln!(out, "  {}:{}: {}", error.file, error.line, error.message)?;
    }
    if report.errors.len() > SHOWN {
        writeln!(out, "  and {} more; -o json has them all", report.errors.len() - SHOWN)?;
    }
    Ok(())
}

fn clock(at: Timestamp) -> String {
    at.utc().format("%H:%M:%S").to_string()
}

fn short(value: &Value) -> String {
    let text = match value {
        Value::Null => return "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => inside(value),
    };
    if text.chars().count() <= MAX_VALUE {
        text
    } else {
        format!("{}...", text.chars().take(MAX_VALUE).collect::<String>())
    }
}

/// Of a whole object the part that says what it wants.
fn inside(value: &Value) -> String {
    ["spec", "data"].iter().find_map(|part| value.get(part)).unwrap_or(value).to_string()
}
