//! Kubernetes quantities: `64Mi`, `10m`, `1.5`, `2e3`.

use serde_json::Value;
use std::cmp::Ordering;

/// An amount of a resource, in its base unit (cores, bytes, pieces).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity(f64);

impl Quantity {
    /// Reads a quantity; `None` when the text is not one.
    ///
    /// Source: Kubernetes API conventions, `resource.Quantity`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
        let (number, suffix) = text.split_at(split);
        if let (Ok(whole), true) = (text.parse::<f64>(), suffix.starts_with(['e', 'E'])) {
            return whole.is_finite().then_some(Self(whole));
        }
        let amount = number.parse::<f64>().ok()?;
        Some(Self(amount * factor(suffix)?))
    }

    /// Reads a quantity from a JSON string or number.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Self::parse(text),
            Value::Number(number) => number.as_f64().map(Self),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The amount in the base unit.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }

    /// How two JSON values compare as quantities; `None` when one of them is not a quantity.
    #[must_use]
    pub fn compare(left: &Value, right: &Value) -> Option<Ordering> {
        Self::of(left)?.0.partial_cmp(&Self::of(right)?.0)
    }
}

fn factor(suffix: &str) -> Option<f64> {
    Some(match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024.0_f64.powi(2),
        "Gi" => 1024.0_f64.powi(3),
        "Ti" => 1024.0_f64.powi(4),
        "Pi" => 1024.0_f64.powi(5),
        "Ei" => 1024.0_f64.powi(6),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_decimal_binary_and_exponent_forms() {
        assert_eq!(Quantity::parse("10m"), Some(Quantity(0.01)));
        assert_eq!(Quantity::parse("64Mi"), Some(Quantity(67_108_864.0)));
        assert_eq!(Quantity::parse("1E3"), Some(Quantity(1000.0)));
        assert_eq!(Quantity::parse("2E"), Some(Quantity(2e18)));
        assert_eq!(Quantity::parse("lots"), None);
    }

    #[test]
    fn compares_across_units() {
        assert_eq!(Quantity::compare(&json!("1000m"), &json!(1)), Some(Ordering::Equal));
    }
}
