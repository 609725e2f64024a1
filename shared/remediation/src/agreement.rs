//! How a plan compares with what was done.

use chiron_model::{Agreement, Change, Decision, FieldPath, Quantity, RootCause, Verb};
use serde_json::Value;
use std::cmp::Ordering;

/// How what was decided compares with the changes that repaired an incident.
#[must_use]
pub fn agreement(decision: Option<&Decision>, cause: Option<&RootCause>, repairs: &[Change]) -> Agreement {
    if repairs.is_empty() {
        return Agreement::NoRepairSeen;
    }
    let found: Vec<Agreement> = wanted(decision, cause).iter().map(|it| compare(it, repairs)).collect();
    if found.iter().all(|it| *it == Agreement::Different) {
        return Agreement::Different;
    }
    if found.iter().all(|it| *it == Agreement::Exact) { Agreement::Exact } else { Agreement::SameField }
}

/// A field of an object and the value it should get, if the plan says one.
struct Wanted<'a> {
    object: &'a chiron_model::ObjectRef,
    field: &'a FieldPath,
    value: Option<&'a Value>,
}

/// What the plan writes; without a plan, what the cause points to.
fn wanted<'a>(decision: Option<&'a Decision>, cause: Option<&'a RootCause>) -> Vec<Wanted<'a>> {
    let Some(Decision::Proposed(plan)) = decision else {
        return cause
            .map(|it| Wanted { object: &it.object, field: &it.field, value: None })
            .into_iter()
            .collect();
    };
    let writes = plan.actions.iter().flat_map(|action| {
        action.verb.writes().iter().map(|it| Wanted {
            object: &action.object,
            field: &it.field,
            value: Some(&it.value),
        })
    });
    let uncordons = plan.actions.iter().filter(|it| it.verb == Verb::Uncordon {}).filter_map(|action| {
        let field = &action.precondition.fields.first()?.field;
        Some(Wanted { object: &action.object, field, value: None })
    });
    writes.chain(uncordons).collect()
}

fn compare(wanted: &Wanted<'_>, repairs: &[Change]) -> Agreement {
    let mut touching = repairs.iter().filter(|it| {
        it.object.is_same_place(wanted.object)
            && (it.field.is_within(wanted.field.as_str()) || wanted.field.is_within(it.field.as_str()))
    });
    let last = touching.next_back();
    match last {
        None => Agreement::Different,
        Some(change) if wanted.value.is_some_and(|value| ends_equal(wanted.field, value, change)) => {
            Agreement::Exact
        }
        Some(_) => Agreement::SameField,
    }
}

/// Whether the field has the wanted value after the change.
fn ends_equal(field: &FieldPath, value: &Value, change: &Change) -> bool {
    if *field == change.field {
        return if field.is_root() { same_intent(value, &change.to) } else { same(value, &change.to) };
    }
    // The change wrote more than the field: look inside.
    let inner = FieldPath::from(
        field.as_str().strip_prefix(change.field.as_str()).unwrap_or_default().trim_start_matches('.'),
    );
    inner.get(&change.to).map_or(value.is_null(), |found| same(value, found))
}

fn same(left: &Value, right: &Value) -> bool {
    left == right || Quantity::compare(left, right) == Some(Ordering::Equal)
}

/// Two manifests that want the same, whatever they are labelled.
fn same_intent(left: &Value, right: &Value) -> bool {
    ["spec", "data", "binaryData"].iter().all(|part| left.get(part) == right.get(part))
}
