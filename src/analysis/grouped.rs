//! The table for people: a row for each fault.

use super::Row;
use crate::tables::table;
use chiron_model::Severity;
use std::{
    collections::BTreeMap,
    io::{self, Write},
};

/// Prints a row for each group of findings; with `wide` the evidence and the other causes too.
///
/// # Errors
/// When the output cannot be written.
pub fn print_groups(rows: &[Row], wide: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut groups: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows.iter().filter(|it| it.active && (wide || it.severity > Severity::Info)) {
        groups.entry(&row.group).or_default().push(row);
    }
    if groups.is_empty() {
        writeln!(out, "{}", nothing(rows))?;
        return Ok(());
    }
    let mut ordered: Vec<Vec<&Row>> = groups.into_values().collect();
    ordered.sort_by_key(|group| std::cmp::Reverse(worst(group)));
    let mut header = vec!["SEVERITY", "OBJECT", "CONDITION", "WHAT", "CAUSE"];
    if wide {
        header.extend(["EVIDENCE", "OTHER CAUSES"]);
    }
    let mut shown = table(&header);
    for group in &ordered {
        shown.add_row(cells(group, wide));
    }
    writeln!(out, "{shown}")?;
    let symptoms: usize = ordered.iter().map(Vec::len).sum();
    let healed = rows.iter().filter(|it| !it.active).count();
    writeln!(
        out,
        "{}; {symptoms} findings in all, {healed} more healed (-o json shows all)",
        faults(ordered.len())
    )
}

fn faults(count: usize) -> String {
    if count == 1 { "1 fault".to_owned() } else { format!("{count} faults") }
}

fn nothing(rows: &[Row]) -> String {
    match rows.len() {
        0 => "nothing is wrong".to_owned(),
        some => {
            format!("nothing is wrong now ({some} notes and healed troubles; -o wide or -o json shows them)")
        }
    }
}

fn worst(group: &[&Row]) -> Severity {
    group.iter().map(|it| it.severity).max().unwrap_or_default()
}

/// Reports of Events stand behind what objects show.
fn first<'a>(group: &[&'a Row]) -> Option<&'a Row> {
    group
        .iter()
        .copied()
        .max_by_key(|it| (it.severity, it.source == "object", it.object.kind.as_deref() == Some("Pod")))
}

fn cells(group: &[&Row], wide: bool) -> Vec<String> {
    let Some(first) = first(group) else { return Vec::new() };
    let mut objects: Vec<String> = group.iter().map(|it| it.object.title()).collect();
    objects.sort();
    objects.dedup();
    let object = match objects.len() {
        1 => first.object.title(),
        more => format!("{} (+{} more)", first.object.title(), more - 1),
    };
    let cause = group.iter().find_map(|it| it.cause.as_ref());
    let mut cells = vec![
        worst(group).to_string(),
        object,
        first.condition.clone(),
        first.message.clone(),
        cause.map_or_else(|| "not known".to_owned(), super::CauseRow::line),
    ];
    if wide {
        let quotes: Vec<&str> = first.evidence.iter().map(|it| it.text.as_str()).collect();
        cells.push(quotes.join("\n"));
        cells.push(first.ruled_out.iter().map(super::CauseRow::line).collect::<Vec<_>>().join("\n"));
    }
    cells
}
