//! What holds for every plan, whatever was diagnosed and however strange it looks.

mod support;

use chiron_model::{
    Decision, Diagnosis, Management, Mechanism, ObjectRef, Risk, RootCause, Score, is_redacted, is_shortened,
    marker, shortened,
};
use chiron_remediation::{Policy, plan};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::{changed, diagnosis, object, refusal};

const KINDS: &[&str] = &[
    "Deployment",
    "StatefulSet",
    "ConfigMap",
    "Secret",
    "Service",
    "NetworkPolicy",
    "ResourceQuota",
    "PersistentVolumeClaim",
    "Node",
    "Namespace",
];

const FIELDS: &[&str] = &[
    "",
    "data.URL",
    "spec.replicas",
    "spec.hard.pods",
    "spec.selector.app",
    "spec.unschedulable",
    "spec.template.spec.containers[web].image",
];

fn values() -> impl Strategy<Value = Value> {
    select(vec![
        Value::Null,
        json!(0),
        json!(3),
        json!(true),
        json!("web:1"),
        json!({"data": {"URL": "tcp://db"}}),
        json!({"data": {"URL": marker("url-password", "0a1b2c")}}),
        json!(marker("named", "3d4e5f")),
        shortened(&json!("x".repeat(9_000))),
    ])
}

fn tools() -> impl Strategy<Value = Option<Management>> {
    let owned = |tool: &str| Some(Management { tool: tool.to_owned(), source: "its source".to_owned() });
    select(vec![None, None, None, owned("Helm"), owned("Flux")])
}

fn diagnoses() -> impl Strategy<Value = Diagnosis> {
    let place = (select(Mechanism::ALL.to_vec()), select(KINDS), select(FIELDS));
    let change = (values(), values(), 0_u32..=1_000, any::<bool>());
    let beside = (any::<bool>(), any::<bool>(), tools());
    (place, change, beside).prop_map(|((mechanism, kind, field), (from, to, confidence, seen), beside)| {
        let cause = changed(object(kind, "web"), field, from, to);
        let confidence = Score::clamped(f64::from(confidence) / 1_000.0);
        let changed_at = cause.changed_at.filter(|_| seen);
        around(&RootCause { mechanism, confidence, changed_at, ..cause }, beside)
    })
}

/// The diagnosis, perhaps with pods that run on, pods that are refused, and a tool that owns the object.
fn around(cause: &RootCause, (unready, refused, management): (bool, bool, Option<Management>)) -> Diagnosis {
    let mut diagnosis = Diagnosis { management, ..diagnosis(cause) };
    if unready {
        "not-ready".clone_into(&mut diagnosis.incident.findings[0].rule);
    }
    if refused {
        let figures = ["pods=1", "pods=3", "pods=3"];
        diagnosis.incident.findings.push(refusal("web", "web", figures, 2));
    }
    diagnosis
}

fn was_recorded(value: &Value) -> bool {
    !is_redacted(value) && !is_shortened(value)
}

proptest! {
    #[test]
    fn no_plan_removes_an_object(diagnosis in diagnoses()) {
        let Decision::Proposed(plan) = plan(&diagnosis, &Policy::default()) else { return Ok(()) };

        for action in &plan.actions {
            prop_assert!(!action.verb.writes().iter().any(|it| it.field.is_root() && it.value.is_null()));
        }
    }

    #[test]
    fn rollbacks_remove_only_what_the_plan_made(diagnosis in diagnoses()) {
        let Decision::Proposed(plan) = plan(&diagnosis, &Policy::default()) else { return Ok(()) };

        for action in &plan.actions {
            let mut fields = action.rollback.iter().flat_map(|it| &it.fields);
            let removes = fields.any(|it| it.field.is_root() && it.value.is_null());
            let makes = action.verb.writes().iter().any(|it| it.field.is_root() && !it.value.is_null());
            prop_assert!(!removes || (makes && action.precondition.uid.is_empty()), "{action:?}");
        }
    }

    #[test]
    fn no_plan_touches_more_objects_than_allowed(diagnosis in diagnoses(), max_objects in 0_usize..4) {
        let policy = Policy { max_objects, ..Policy::default() };
        let Decision::Proposed(plan) = plan(&diagnosis, &policy) else { return Ok(()) };

        let objects: BTreeSet<&ObjectRef> = plan.actions.iter().map(|it| &it.object).collect();

        prop_assert!(objects.len() <= max_objects);
    }

    #[test]
    fn every_action_has_its_conditions(diagnosis in diagnoses()) {
        let Decision::Proposed(plan) = plan(&diagnosis, &Policy::default()) else { return Ok(()) };

        prop_assert!(!plan.actions.is_empty());
        for action in &plan.actions {
            let held = &action.precondition;
            prop_assert!(!held.uid.is_empty() || !held.fields.is_empty(), "{action:?}");
            prop_assert!(!action.verification.expect.is_empty() && action.verification.sustained_seconds > 0);
        }
    }

    #[test]
    fn what_was_recorded_can_be_taken_back(diagnosis in diagnoses()) {
        let Decision::Proposed(plan) = plan(&diagnosis, &Policy::default()) else { return Ok(()) };

        for action in &plan.actions {
            let is_recorded = action.precondition.fields.iter().all(|it| was_recorded(&it.value));
            let is_write = !action.verb.writes().is_empty();
            prop_assert!(action.rollback.is_some() || !is_write || !is_recorded, "{action:?}");
        }
    }

    #[test]
    fn what_cannot_be_taken_back_needs_a_person(diagnosis in diagnoses()) {
        let Decision::Proposed(plan) = plan(&diagnosis, &Policy::default()) else { return Ok(()) };

        let is_final = plan.actions.iter().any(|it| it.rollback.is_none() && !it.verb.writes().is_empty());
        prop_assert!(!is_final || (plan.risk == Risk::High && plan.approval.required), "{plan:?}");
    }

    #[test]
    fn no_plan_writes_what_was_not_recorded(diagnosis in diagnoses()) {
        let Decision::Proposed(plan) = plan(&diagnosis, &Policy::default()) else { return Ok(()) };

        for write in plan.actions.iter().flat_map(|it| it.verb.writes()) {
            prop_assert!(was_recorded(&write.value), "{write:?}");
        }
    }

    #[test]
    fn no_plan_scales_to_zero(diagnosis in diagnoses()) {
        let Decision::Proposed(plan) = plan(&diagnosis, &Policy::default()) else { return Ok(()) };

        for write in plan.actions.iter().flat_map(|it| it.verb.writes()) {
            prop_assert!(write.field.as_str() != "spec.replicas" || write.value != json!(0));
        }
    }

    #[test]
    fn only_sure_and_harmless_plans_need_no_person(diagnosis in diagnoses()) {
        let Decision::Proposed(plan) = plan(&diagnosis, &Policy::default()) else { return Ok(()) };

        let confidence = diagnosis.root_cause.as_ref().map_or(0.0, |it| it.confidence.value());
        let is_harmless = plan.risk == Risk::Low && confidence >= 0.8 && diagnosis.management.is_none();
        prop_assert_eq!(plan.approval.required, !is_harmless);
        prop_assert!(!plan.approval.reason.is_empty());
    }

    #[test]
    fn equal_diagnoses_give_equal_decisions(diagnosis in diagnoses()) {
        let policy = Policy::default();

        prop_assert_eq!(plan(&diagnosis, &policy), plan(&diagnosis.clone(), &policy));
    }

    #[test]
    fn every_refusal_has_a_reason(diagnosis in diagnoses()) {
        if let Decision::Declined { declined } = plan(&diagnosis, &Policy::default()) {
            prop_assert!(declined.len() > 20, "{declined}");
        }
    }
}
