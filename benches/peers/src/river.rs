//! Figures that the scripts of `benches/river` print.

use crate::speeds::Speed;
use anyhow::Context;
use serde_json::Value;
use std::{fs, path::Path};

/// Reads the lines of a script: a JSON object each, with `name`, `features`, `samples_per_second` and `state_bytes`.
pub(crate) fn read(file: &Path) -> anyhow::Result<Vec<Speed>> {
    let text = fs::read_to_string(file)?;
    text.lines().filter(|line| !line.trim().is_empty()).map(speed).collect()
}

fn speed(line: &str) -> anyhow::Result<Speed> {
    let value: Value = serde_json::from_str(line)?;
    let number =
        |name: &str| value[name].as_f64().with_context(|| format!("expected a number as {name}: {line}"));
    let accuracy = value["accuracy"].as_f64();
    Ok(Speed {
        name: value["name"].as_str().with_context(|| format!("expected a name: {line}"))?.to_owned(),
        features: number("features")?,
        rows_per_second: number("samples_per_second")?,
        state: Some(format!("pickle {:.0} KB", number("state_bytes")? / 1_000.0)),
        note: accuracy.map_or(String::new(), |it| format!("accuracy {it:.3}")),
    })
}
