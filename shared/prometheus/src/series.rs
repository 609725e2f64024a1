//! A name and labels, with all that follows from them.

use crate::{Family, owner::owner_of};
use chiron_model::MetricSeries;
use chiron_streaming::{kind_of, metric_type_of, unit_of};
use std::collections::BTreeMap;

/// The series of this name and these labels, without samples: what it measures, in which unit, and what it belongs to.
///
/// What the makers say of the family is believed rather than what the name looks like. Labels without a value are
/// taken away, because in Prometheus they are the same as none.
#[must_use]
pub fn describe(name: String, mut labels: BTreeMap<String, String>, family: Option<&Family>) -> MetricSeries {
    labels.retain(|_, value| !value.is_empty());
    let kind = family.and_then(|it| it.kind_of(&name)).unwrap_or_else(|| kind_of(&name));
    let unit = family.and_then(|it| it.unit_of(&name)).unwrap_or_else(|| unit_of(&name)).to_owned();
    let ty = metric_type_of(&name, &labels);
    let owner = owner_of(&name, &labels);
    MetricSeries { name, labels, ty, kind, unit, owner, samples: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FamilyType;
    use chiron_model::MetricKind;

    #[test]
    fn the_type_that_is_said_wins_over_the_name() {
        let gauge = Family::new(FamilyType::Gauge, "");

        let series = describe("jobs_total".to_owned(), BTreeMap::new(), Some(&gauge));

        assert_eq!(series.kind, MetricKind::Gauge);
        assert_eq!(describe("jobs_total".to_owned(), BTreeMap::new(), None).kind, MetricKind::Counter);
    }

    #[test]
    fn an_empty_label_is_none() {
        let labels = BTreeMap::from([("a".to_owned(), String::new()), ("b".to_owned(), "1".to_owned())]);

        assert_eq!(describe("up".to_owned(), labels, None).id().as_str(), r#"up{b="1"}"#);
    }
}
