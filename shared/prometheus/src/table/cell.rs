//! What stands in one cell.

/// What stands in a cell of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// No value.
    Missing,
    /// A number, which may be `NaN` or infinite.
    Number(f64),
    /// Something else.
    Text,
}

/// Words for no value.
const MISSING: [&str; 8] = ["", "-", "null", "na", "n/a", "none", "<na>", "nil"];

impl Cell {
    pub(super) fn of(text: &str) -> Self {
        let text = text.trim();
        if MISSING.iter().any(|it| it.eq_ignore_ascii_case(text)) {
            return Self::Missing;
        }
        text.parse().map_or(Self::Text, Self::Number)
    }
}

/// What stands in a cell, cut to 40 characters.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_missing_values_from_numbers_that_are_not_known() {
        assert_eq!(Cell::of(" "), Cell::Missing);
        assert_eq!(Cell::of("N/A"), Cell::Missing);
        assert!(matches!(Cell::of("NaN"), Cell::Number(value) if value.is_nan()));
        assert_eq!(Cell::of(" -1.5e3"), Cell::Number(-1500.0));
        assert_eq!(Cell::of("+Inf"), Cell::Number(f64::INFINITY));
        assert_eq!(Cell::of("12%"), Cell::Text);
    }
}
