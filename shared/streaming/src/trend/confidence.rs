//! How surely a shape is that of a leak.

use super::{TrendConfig, shape::Shape};

const HOUR: f64 = 3600.0;
/// Growth within less than this can be the rise of a day.
const DAY: f64 = 24.0 * HOUR;
/// Growth per hour, in multiples of the level, that is too fast for the rise of a day: even when the load of the
/// afternoon is nine times that of the night, a sine grows no faster.
const FAST: f64 = 0.35;

/// Slope of the later half, in slopes of the whole, with which growth fades, and with which it goes on. On the first
/// day a cache may be filling, which is nearly a straight line at first; later the load of the day bends the line.
const EARLY: (f64, f64) = (0.88, 0.98);
const LATE: (f64, f64) = (0.6, 0.8);

/// How surely the shape is that of growth without end, if the time of day has no part in it: the product of all that
/// speaks for it, each 0..=1. `fall` is the largest fall in earlier lives that was no restart.
pub(super) fn of_growth(shape: &Shape, config: &TrendConfig, fall: f64) -> f64 {
    if shape.slope <= 0.0 || shape.flattens || shape.span < config.least_life.as_secs_f64() {
        return 0.0;
    }
    // A single step has a tau of 0.5 at most, two steps 0.67, a line without noise 1.
    let steady = share(shape.tau, 0.5, 0.85);
    let (fading, going_on) = if shape.span < DAY { EARLY } else { LATE };
    let lasting = share(shape.later_slope / shape.slope, fading, going_on);
    let large = share(shape.growth(), 0.0, config.least_growth);
    // What falls by itself now and then has a ceiling, which a rise must leave behind.
    let fall = fall.max(shape.fall);
    let beyond = share(shape.rise(), fall, 2.0 * fall);
    steady * lasting * large * beyond
}

/// How surely it is not the rise of a day. `fastest` is the fastest growth per hour in the life.
pub(super) fn beyond_a_day(shape: &Shape, fastest: f64) -> f64 {
    if shape.span >= DAY { 1.0 } else { 0.5 + 0.5 * share(fastest, 0.0, FAST) }
}

/// Growth per hour, in multiples of the level.
pub(super) fn pace(shape: &Shape) -> f64 {
    shape.growth() / (shape.span / HOUR)
}

/// How far a number is on the way from `none` to `whole`, 0..=1; all the way when there is none.
fn share(number: f64, none: f64, whole: f64) -> f64 {
    if number >= whole { 1.0 } else { ((number - none) / (whole - none)).max(0.0) }
}
