//! Numbers that JSON cannot hold, written as Prometheus writes them: `NaN`, `+Inf`, `-Inf`.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// What stands in JSON.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum NumberOrText {
    Number(f64),
    Text(String),
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's own signature")]
pub(crate) fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.is_finite() {
        serializer.serialize_f64(*value)
    } else if value.is_nan() {
        serializer.serialize_str("NaN")
    } else if *value > 0.0 {
        serializer.serialize_str("+Inf")
    } else {
        serializer.serialize_str("-Inf")
    }
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    match NumberOrText::deserialize(deserializer)? {
        NumberOrText::Number(value) => Ok(value),
        NumberOrText::Text(text) => match text.as_str() {
            "NaN" => Ok(f64::NAN),
            "+Inf" | "Inf" => Ok(f64::INFINITY),
            "-Inf" => Ok(f64::NEG_INFINITY),
            other => Err(D::Error::custom(format!("expected a number, NaN, +Inf or -Inf, got {other:?}"))),
        },
    }
}
