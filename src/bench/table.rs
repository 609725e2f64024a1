//! Figures as tables for people.

use super::{
    figures::{BUDGETS, FaultFigures, NabFigures},
    judgement::Judgement,
};
use crate::tables::table;
use comfy_table::Table;

/// What is not known, or was not found.
const NONE: &str = "-";

/// Scores on the Numenta Anomaly Benchmark, an entrant a row.
#[must_use]
pub fn nab(figures: &[NabFigures]) -> Table {
    let mut table = table(&[
        "detector",
        "threshold",
        "standard",
        "low FP",
        "low FN",
        "windows found",
        "false runs",
        "best threshold",
        "best scores",
    ]);
    for it in figures {
        let mut row = vec![it.name.to_owned()];
        match &it.shipped {
            None => row.extend([NONE; 6].map(str::to_owned)),
            Some(at) => {
                row.push(format!("{:.4}", at.threshold));
                row.extend(at.scores.map(|score| format!("{score:.1}")));
                row.push(format!("{} of {}", at.found, it.windows));
                row.push(at.false_runs.to_string());
            }
        }
        row.push(format!("{:.4}", it.best_threshold));
        row.push(it.best.map(|score| format!("{score:.1}")).join(" / "));
        table.add_row(row);
    }
    table
}

/// Figures on one set with faults: for each entrant its own alerts, then the best threshold within each budget.
///
/// In brackets behind what was found stands what alerts at random would find at the same rate of false alarms.
#[must_use]
pub fn faults(figures: &[FaultFigures]) -> Table {
    let mut table = table(&[
        "detector",
        "alerts (false a series-day)",
        "found (by chance)",
        "on any series (by chance)",
        "precision (any series)",
        "mean, median delay",
        "false a series-day",
    ]);
    for it in figures {
        if let Some(shipped) = &it.shipped {
            table.add_row(row(it, "as shipped".to_owned(), Some(shipped)));
        }
        for (budget, judgement) in BUDGETS.into_iter().zip(&it.within) {
            let alerts = judgement.as_ref().and_then(|it| it.threshold);
            let alerts = alerts.map_or(NONE.to_owned(), |threshold| format!("from {threshold:.4}"));
            table.add_row(row(it, format!("<= {budget}: {alerts}"), judgement.as_ref()));
        }
    }
    table
}

/// Faults of one set found of each kind, within the first budget.
#[must_use]
pub fn kinds(figures: &[FaultFigures]) -> Table {
    let mut table = table(&["detector", "found of each kind, within the first budget"]);
    for it in figures {
        let Some(judgement) = &it.within[0] else { continue };
        let kinds: Vec<_> =
            judgement.kinds.iter().map(|(kind, (found, all))| format!("{kind} {found} of {all}")).collect();
        table.add_row([it.name, &kinds.join(", ")]);
    }
    table
}

fn row(figures: &FaultFigures, alerts: String, judgement: Option<&Judgement>) -> Vec<String> {
    let mut row = vec![figures.name.to_owned(), alerts];
    let Some(it) = judgement else {
        row.extend([NONE; 5].map(str::to_owned));
        return row;
    };
    let found =
        |found: usize, chance: f64| format!("{found} of {} ({:.1})", it.faults, chance * count(it.faults));
    let precision = it.precision();
    row.extend([
        found(it.found.strict, it.chance.strict),
        found(it.found.lenient, it.chance.lenient),
        format!("{} ({})", percent(precision.strict), percent(precision.lenient)),
        format!("{}, {}", seconds(it.mean_delay()), seconds(it.median_delay())),
        format!("{:.3}", it.false_rate()),
    ]);
    row
}

#[expect(clippy::cast_precision_loss, reason = "few faults")]
fn count(number: usize) -> f64 {
    number as f64
}

fn percent(share: Option<f64>) -> String {
    share.map_or(NONE.to_owned(), |it| format!("{:.0} %", it * 100.0))
}

fn seconds(seconds: Option<f64>) -> String {
    seconds.map_or(NONE.to_owned(), |it| format!("{it:.0} s"))
}
