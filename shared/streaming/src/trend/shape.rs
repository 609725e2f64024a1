//! What the points of a life have in common with a straight rise.

use super::ring::Point;

/// Fewer points have no shape.
pub(super) const LEAST_POINTS: usize = 12;

/// How a life went so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shape {
    /// Seconds from the first to the last point.
    pub span: f64,
    /// Change per second: the median over all pairs of points. Source: Theil 1950; Sen, J. Am. Stat. Assoc. 63, 1968.
    pub slope: f64,
    /// Slope of the later half.
    pub later_slope: f64,
    /// Pairs of points that rise less those that fall, as a share of all. Source: Kendall, Biometrika 30, 1938.
    pub tau: f64,
    /// Whether each quarter rises less than the one before.
    pub flattens: bool,
    /// Median of all points.
    pub level: f64,
    /// Where the line is at the last point.
    pub now: f64,
    /// The deepest fall, single points aside.
    pub fall: f64,
}

impl Shape {
    /// The shape of these points, if there are enough.
    pub(super) fn of(points: &[Point]) -> Option<Self> {
        let (first, last) = (points.first()?, points.last()?);
        if points.len() < LEAST_POINTS {
            return None;
        }
        let slope = slope(points);
        let end = f64::from(last.seconds);
        let at_end = |point: &Point| f64::from(point.value) + slope * (end - f64::from(point.seconds));
        Some(Self {
            span: end - f64::from(first.seconds),
            slope,
            later_slope: self::slope(&points[points.len() / 2..]),
            tau: tau(points),
            flattens: flattens(points),
            level: median(points.iter().map(|point| point.value.into()).collect()),
            now: median(points.iter().map(at_end).collect()),
            fall: fall(points),
        })
    }

    /// How much it rose, in the unit of the series.
    pub(super) fn rise(&self) -> f64 {
        self.slope * self.span
    }

    /// How much it rose, in multiples of the level.
    pub(super) fn growth(&self) -> f64 {
        if self.level == 0.0 { 0.0 } else { self.rise() / self.level.abs() }
    }
}

fn pairs(points: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    points
        .iter()
        .enumerate()
        .flat_map(|(place, early)| points[place + 1..].iter().map(move |late| (*early, *late)))
}

fn slope(points: &[Point]) -> f64 {
    let slope = |(early, late): (Point, Point)| {
        (f64::from(late.value) - f64::from(early.value))
            / (f64::from(late.seconds) - f64::from(early.seconds))
    };
    // Far from the start two points can have the same time.
    median(pairs(points).filter(|(early, late)| late.seconds > early.seconds).map(slope).collect())
}

fn tau(points: &[Point]) -> f64 {
    let (mut balance, mut count) = (0_i32, 0_i32);
    for (early, late) in pairs(points) {
        balance += i32::from(late.value > early.value) - i32::from(late.value < early.value);
        count += 1;
    }
    f64::from(balance) / f64::from(count.max(1))
}

fn flattens(points: &[Point]) -> bool {
    /// The last quarter of what still is a straight line rises at least so much, in rises of the first.
    const LEAST: f64 = 0.9;
    let quarter = points.len() / 4;
    let slopes = [0, 1, 2, 3].map(|number| slope(&points[number * quarter..(number + 1) * quarter]));
    slopes.is_sorted_by(|early, late| early > late) && slopes[3] < LEAST * slopes[0]
}

/// The deepest fall from a point to a later one, where each is the median of three neighbours.
fn fall(points: &[Point]) -> f64 {
    let (mut highest, mut deepest) = (f32::NEG_INFINITY, 0.0_f32);
    for near in points.windows(3) {
        let mut values = [near[0].value, near[1].value, near[2].value];
        values.sort_by(f32::total_cmp);
        highest = highest.max(values[1]);
        deepest = deepest.max(highest - values[1]);
    }
    deepest.into()
}

/// The middle value; the upper one of two. 0 of nothing.
fn median(mut values: Vec<f64>) -> f64 {
    let middle = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One point a minute.
    fn shape(value: impl Fn(f32) -> f32) -> Shape {
        let points: Vec<Point> = (0_u8..40)
            .map(|minute| Point { seconds: 60.0 * f32::from(minute), value: value(f32::from(minute)) })
            .collect();
        Shape::of(&points).unwrap()
    }

    #[test]
    fn a_line_is_a_line_though_a_quarter_of_its_points_are_wild() {
        let shape = shape(|minute| if minute % 4.0 == 0.0 { 1e6 } else { 100.0 + 6.0 * minute });

        assert!((shape.slope - 0.1).abs() < 0.01, "{shape:?}");
    }

    #[test]
    fn a_line_rises_in_all_pairs_and_never_falls() {
        let shape = shape(|minute| 100.0 + 6.0 * minute);

        assert!((shape.tau - 1.0).abs() < 1e-9 && shape.fall == 0.0 && !shape.flattens, "{shape:?}");
        assert!((shape.now - 334.0).abs() < 1e-3 && (shape.rise() - 234.0).abs() < 1e-3, "{shape:?}");
    }

    #[test]
    fn what_nears_a_ceiling_flattens() {
        assert!(shape(|minute| 100.0 - 50.0 * (-minute / 40.0).exp()).flattens);
    }

    #[test]
    fn a_single_low_point_is_no_fall() {
        assert!(shape(|minute| if (minute - 20.0).abs() < 0.5 { 1.0 } else { 100.0 }).fall == 0.0);
        assert!((shape(|minute| if minute >= 20.0 { 1.0 } else { 100.0 }).fall - 99.0).abs() < 1e-3);
    }

    #[test]
    fn points_at_the_same_time_give_a_number() {
        let points = [Point { seconds: 1e9, value: 5.0 }; 20];

        assert_eq!(Shape::of(&points).map(|shape| shape.slope.to_bits()), Some(0));
    }
}
