//! `chiron detector explain` and `chiron anomaly`

use super::{Answer, is_json, print_json, records::one};
use crate::{
    args::{Output, RecordCommand},
    data::Data,
    tables::{self, moment, number, table},
};
use chiron_events::{AnomalyRanked, RankVerdict};
use chiron_model::{Anomaly, Direction, Sample};
use chiron_store::Query;
use serde::Serialize;
use std::{
    io::{self, Write},
    path::Path,
};

/// Heights of the bars of a small chart.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// An anomaly and how it was ranked.
#[derive(Serialize)]
struct Explained {
    anomaly: Anomaly,
    #[serde(skip_serializing_if = "Option::is_none")]
    ranking: Option<AnomalyRanked>,
}

/// `chiron anomaly`
pub(super) async fn anomalies(command: &RecordCommand, data_dir: &Path) -> anyhow::Result<Answer> {
    let data = Data::read(data_dir).await?;
    match command {
        RecordCommand::Show { id, output } => run(&data, id, *output).await,
        RecordCommand::List { output, limit } => list(&data, *output, *limit).await,
    }
}

async fn list(data: &Data, output: Output, limit: usize) -> anyhow::Result<Answer> {
    let records = data.ports.records.query(Query { limit: Some(limit), ..Query::of("anomaly") }).await?;
    let mut found = Vec::with_capacity(records.len());
    for record in records {
        found.push(explained(data, serde_json::from_value(record.body)?).await?);
    }
    if is_json(output) {
        print_json(&found)?;
        return Ok(Answer::Yes);
    }
    let header =
        ["anomaly", "severity", "began", "ended", "series", "value", "expected", "score", "priority", "told"];
    let mut rows = table(&header);
    for it in &found {
        let ranking = it.ranking.as_ref();
        rows.add_row([
            it.anomaly.id.short(),
            it.anomaly.severity.to_string(),
            moment(it.anomaly.started_at),
            it.anomaly.ended_at.map_or_else(|| "goes on".to_owned(), moment),
            it.anomaly.series.to_string(),
            number(it.anomaly.value),
            number(it.anomaly.expected),
            it.anomaly.score.value().to_string(),
            ranking.map_or_else(String::new, |it| it.priority.value().to_string()),
            ranking.map_or("", |it| if it.verdict == RankVerdict::Kept { "yes" } else { "no" }).to_owned(),
        ]);
    }
    tables::print(&rows, "no anomalies")?;
    Ok(Answer::Yes)
}

/// Explains one anomaly.
pub(super) async fn run(data: &Data, id: &str, output: Output) -> anyhow::Result<Answer> {
    let record = one(data.ports.records.as_ref(), "anomaly", id).await?;
    let explained = explained(data, serde_json::from_value(record.body)?).await?;
    if is_json(output) {
        print_json(&explained)?;
    } else {
        tell(&explained, &mut io::stdout().lock())?;
    }
    Ok(Answer::Yes)
}

async fn explained(data: &Data, anomaly: Anomaly) -> anyhow::Result<Explained> {
    let record = data.ports.records.get("ranking", &anomaly.id.to_string()).await?;
    let ranking = record.map(|it| serde_json::from_value(it.body)).transpose()?;
    Ok(Explained { anomaly, ranking })
}

fn tell(explained: &Explained, out: &mut impl Write) -> io::Result<()> {
    let Explained { anomaly, ranking } = explained;
    let unit = if anomaly.unit.is_empty() { String::new() } else { format!(" {}", anomaly.unit) };
    let side = match anomaly.direction {
        Some(Direction::Above) => "above",
        Some(Direction::Below) => "below",
        None => "away from",
    };
    writeln!(out, "{}  {}", anomaly.series, anomaly.severity)?;
    let end = anomaly.ended_at.map_or_else(|| "goes on".to_owned(), |it| format!("ended {}", moment(it)));
    writeln!(
        out,
        "began {}, {end}, in {}/{}",
        moment(anomaly.started_at),
        anomaly.cluster,
        anomaly.namespace
    )?;
    writeln!(
        out,
        "{}{unit}, {side} the expected {}{unit}; score {}, threshold {}",
        number(anomaly.value),
        number(anomaly.expected),
        anomaly.score.value(),
        anomaly.threshold.value()
    )?;
    if !anomaly.with.is_empty() {
        let names: Vec<&str> = anomaly.with.iter().map(chiron_model::SeriesId::as_str).collect();
        writeln!(out, "together with {}: {}", names.len(), names.join(", "))?;
    }
    if let (Some(first), Some(last)) = (anomaly.window.first(), anomaly.window.last()) {
        writeln!(out, "{}  {} to {}", chart(&anomaly.window), moment(first.at), moment(last.at))?;
    }
    drivers(anomaly, out)?;
    ranking.iter().try_for_each(|it| rank(it, out))
}

fn drivers(anomaly: &Anomaly, out: &mut impl Write) -> io::Result<()> {
    if anomaly.drivers.is_empty() {
        return Ok(());
    }
    let mut rows = table(&["driver", "measured", "score", "share"]);
    for it in &anomaly.drivers {
        rows.add_row([
            it.feature.clone(),
            number(it.value),
            it.score.value().to_string(),
            format!("{:.0} %", 100.0 * it.share.value()),
        ]);
    }
    writeln!(out, "{rows}")
}

fn rank(ranked: &AnomalyRanked, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "priority {}, resting on {} outcomes and judgements",
        ranked.priority.value(),
        ranked.evidence
    )?;
    for (family, score) in &ranked.families {
        writeln!(out, "likely family of its cause: {} ({})", family.as_str(), score.value())?;
    }
    match &ranked.verdict {
        RankVerdict::Kept => Ok(()),
        RankVerdict::Suppressed(reason) => writeln!(out, "not told: {reason}"),
    }
}

/// The values as bars from the least to the largest.
fn chart(window: &[Sample]) -> String {
    let values = || window.iter().map(|it| it.value);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let range = high - low;
    values()
        .map(|value| {
            let share = if range > 0.0 { (value - low) / range } else { 0.0 };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 7")]
            let place = (share * 7.0).round() as usize;
            BARS[place.min(7)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chiron_model::Timestamp;

    #[test]
    fn a_chart_rises_with_its_values() {
        let window: Vec<Sample> =
            [0.0, 1.0, 7.0].into_iter().map(|value| Sample { at: Timestamp::from_secs(0), value }).collect();

        assert_eq!(chart(&window), "▁▂█");
        assert_eq!(chart(&window[..1]), "▁");
        assert_eq!(chart(&[]), "");
    }
}
