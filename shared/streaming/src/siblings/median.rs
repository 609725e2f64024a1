//! Medians of all but one.

/// Makes a median absolute deviation a standard deviation of the normal distribution.
const NORMAL: f64 = 1.4826;

/// Values in order, with the place of each.
#[derive(Debug)]
pub(super) struct Sorted {
    values: Vec<f64>,
    /// Place in `values` of what was given at this index.
    places: Vec<usize>,
}

impl Sorted {
    pub(super) fn new(given: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..given.len()).collect();
        order.sort_by(|one, other| given[*one].total_cmp(&given[*other]));
        let mut places = vec![0; given.len()];
        order.iter().enumerate().for_each(|(place, index)| places[*index] = place);
        Self { values: order.iter().map(|it| given[*it]).collect(), places }
    }

    /// The median of all; 0 when there is nothing.
    pub(super) fn median(&self) -> f64 {
        median_of(self.values.len(), |place| self.values[place])
    }

    /// The median of all but the one at this index.
    pub(super) fn median_without(&self, index: usize) -> f64 {
        let left_out = self.places[index];
        median_of(self.values.len() - 1, |place| self.values[place + usize::from(place >= left_out)])
    }

    /// How far the others lie from their median, as a standard deviation that does not heed outliers.
    pub(super) fn spread_without(&self, index: usize) -> f64 {
        let (left_out, middle) = (self.places[index], self.median_without(index));
        let others = self.values.iter().enumerate().filter(|it| it.0 != left_out);
        let mut distances: Vec<f64> = others.map(|it| (it.1 - middle).abs()).collect();
        distances.sort_by(f64::total_cmp);
        NORMAL * median_of(distances.len(), |place| distances[place])
    }
}

fn median_of(count: usize, at: impl Fn(usize) -> f64) -> f64 {
    if count == 0 { 0.0 } else { f64::midpoint(at((count - 1) / 2), at(count / 2)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn leaving_one_out_is_the_same_as_never_having_had_it(
            values in prop::collection::vec(-1e6_f64..1e6, 2..40), index in any::<prop::sample::Index>()
        ) {
            let index = index.index(values.len());
            let mut others = values.clone();
            others.remove(index);

            let sorted = Sorted::new(&values);

            prop_assert_eq!(sorted.median_without(index).to_bits(), Sorted::new(&others).median().to_bits());
            let middle = sorted.median_without(index);
            let distances: Vec<f64> = others.iter().map(|it| (it - middle).abs()).collect();
            let spread = NORMAL * Sorted::new(&distances).median();
            prop_assert_eq!(sorted.spread_without(index).to_bits(), spread.to_bits());
        }
    }

    #[test]
    fn nothing_and_one_have_medians_too() {
        assert!(Sorted::new(&[]).median().abs() < f64::EPSILON);
        assert!((Sorted::new(&[3.0]).median() - 3.0).abs() < f64::EPSILON);
        assert!(Sorted::new(&[3.0]).median_without(0).abs() < f64::EPSILON);
    }
}
