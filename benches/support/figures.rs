//! How figures are printed: a line each, with its goal and what others have.

/// What is not known, or not wanted.
pub(crate) const NONE: &str = "-";

/// Least, middle and greatest of several measurements.
#[derive(Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) greatest: f64,
}

impl Spread {
    /// None when nothing was measured, as when a filter left it out.
    pub(crate) fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let median = *values.get(values.len() / 2)?;
        Some(Self { least: *values.first()?, median, greatest: *values.last()? })
    }

    /// The median with its unit, then the least and the greatest.
    pub(crate) fn show(&self, unit: &str, digits: usize) -> String {
        let Self { least, median, greatest } = self;
        format!("{median:.digits$} {unit} ({least:.digits$} to {greatest:.digits$})")
    }
}

/// Prints the head of the table.
pub(crate) fn head() {
    println!();
    line("name", "figure: median (least to greatest)", "goal", "peer");
}

/// Prints a figure.
pub(crate) fn line(name: &str, figure: &str, goal: &str, peer: &str) {
    println!("{name:<58}  {figure:<38}  {goal:<12}  {peer}");
}
