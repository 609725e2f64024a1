//! Logarithms that are the same on every machine.

/// The binary logarithm of a positive number, with an error below 0.0002; plain arithmetic on its bits, so that scores
/// do not depend on the mathematical library of a machine.
#[expect(clippy::cast_precision_loss, reason = "an exponent has 8 bits")]
pub(super) fn log2(x: f32) -> f32 {
    let bits = x.max(f32::MIN_POSITIVE).to_bits();
    let exponent = (bits >> 23).cast_signed() - 127;
    let mantissa = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000);
    // log2(m) = 2 / ln 2 * artanh((m - 1) / (m + 1)), by its series, for m between sqrt(1/2) and sqrt(2).
    let (exponent, mantissa) = if mantissa > std::f32::consts::SQRT_2 {
        (exponent + 1, mantissa * 0.5)
    } else {
        (exponent, mantissa)
    };
    let z = (mantissa - 1.0) / (mantissa + 1.0);
    let square = z * z;
    let series = 1.0 + square * (1.0 / 3.0 + square * (0.2 + square * (1.0 / 7.0)));
    exponent as f32 + 2.0 * std::f32::consts::LOG2_E * z * series
}

/// The decimal logarithm; see [`log2`].
pub(super) fn log10(x: f32) -> f32 {
    log2(x) * std::f32::consts::LOG10_2
}

/// The natural logarithm; see [`log2`].
pub(super) fn ln(x: f32) -> f32 {
    log2(x) * std::f32::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_logarithm() {
        for step in 1..4000_u16 {
            let x = 1.01_f32.powf(f32::from(step) - 2000.0);

            assert!((log2(x) - x.log2()).abs() < 2e-4, "{x}: {} {}", log2(x), x.log2());
        }
    }

    #[test]
    fn nothing_has_a_finite_logarithm_too() {
        assert!(log2(0.0).is_finite() && log10(0.0) < -30.0 && ln(f32::MIN_POSITIVE).is_finite());
    }
}
