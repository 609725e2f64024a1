//! An anomaly as numbers that a forest can learn from.

use chiron_model::{Anomaly, Direction, MetricType};
use chiron_streaming::CHANNELS;

/// Numbers of one anomaly: 8 of its own, one of each channel, and those of trend and siblings.
pub(crate) const FEATURES: u16 = 16;
/// Drivers besides the channels of the light detector.
const OTHERS: [&str; 2] = ["trend", "siblings"];

/// The numbers of an anomaly; NaN is what is not known.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "small numbers")]
pub(crate) fn features(anomaly: &Anomaly) -> Vec<f32> {
    let off = anomaly.value - anomaly.expected;
    let relative = (off.abs() / anomaly.expected.abs().max(1e-9)).max(1e-9).ln();
    let hour = anomaly.started_at.secs().div_euclid(3600).rem_euclid(24);
    let driver = |name: &str| {
        let found = anomaly.drivers.iter().find(|it| it.feature == name);
        found.map_or(0.0, |it| it.score.value() as f32)
    };
    let mut features = vec![
        anomaly.score.value() as f32,
        (anomaly.score.value() - anomaly.threshold.value()) as f32,
        relative.clamp(-30.0, 30.0) as f32,
        anomaly.direction.map_or(f32::NAN, |it| if it == Direction::Above { 1.0 } else { 0.0 }),
        anomaly.metric.map_or(f32::NAN, place),
        f32::from(anomaly.severity as u8),
        anomaly.with.len() as f32,
        hour as f32,
    ];
    features.extend(CHANNELS.iter().chain(&OTHERS).map(|name| driver(name)));
    features
}

/// A number for each type; trees split it like any other.
#[expect(clippy::cast_precision_loss, reason = "there are eight")]
fn place(ty: MetricType) -> f32 {
    MetricType::ALL.iter().position(|it| *it == ty).map_or(f32::NAN, |place| place as f32)
}

/// What anomalies that are alike share: the metric of the workload, and the direction.
pub(crate) fn likeness(anomaly: &Anomaly) -> String {
    let name = anomaly.series.as_str().split('{').next().unwrap_or_default();
    let workload = anomaly.owner.as_ref().map_or("", |it| it.workload.as_str());
    let direction = anomaly.direction.map_or("", |it| if it == Direction::Above { "above" } else { "below" });
    let place = if workload.is_empty() { anomaly.series.as_str() } else { name };
    format!("{}/{workload}/{place}/{direction}", anomaly.namespace)
}
