//! A quota that refuses pods is raised to what is needed: no further, never removed, and never without asking.

mod support;

use chiron_model::{
    Diagnosis, FieldPath, FieldValue, Finding, Mechanism, ObjectRef, Risk, Rollback, RootCause, Verb,
};
use serde_json::json;
use support::{
    at, changed, declined, diagnosis, made, managed, object, only, proposed, read_from_state, refusal,
};

/// A quota was made that is too small.
fn tight() -> RootCause {
    RootCause { mechanism: Mechanism::QuotaExhausted, ..made("ResourceQuota", "tight") }
}

/// The quota refuses pods of these workloads.
fn refusing(findings: Vec<Finding>) -> Diagnosis {
    let mut diagnosis = diagnosis(&tight());
    diagnosis.incident.findings.extend(findings);
    diagnosis
}

/// Four pods are missing; three may be there and are.
fn pods() -> Finding {
    refusal("web", "tight", ["pods=1", "pods=3", "pods=3"], 4)
}

/// What the plan writes.
fn raised(diagnosis: &Diagnosis) -> Vec<FieldValue> {
    only(&proposed(diagnosis)).verb.writes().to_vec()
}

fn hard(resource: &str, amount: &str) -> FieldValue {
    FieldValue { field: FieldPath::from("spec.hard").key(resource), value: json!(amount) }
}

#[test]
fn a_quota_is_raised_to_the_needed_amount() {
    let plan = proposed(&refusing(vec![pods()]));

    let action = only(&plan);
    assert_eq!(action.object, object("ResourceQuota", "tight"));
    assert_eq!(action.verb, Verb::PatchResources { fields: vec![hard("pods", "7")] });
}

#[test]
fn only_the_quota_as_it_was_is_raised() {
    let plan = proposed(&refusing(vec![pods()]));

    let action = only(&plan);
    assert_eq!(action.precondition.uid, object("ResourceQuota", "tight").uid);
    assert_eq!(action.precondition.fields, [hard("pods", "3")]);
    assert_eq!(action.rollback, Some(Rollback { fields: vec![hard("pods", "3")] }));
}

#[test]
fn a_person_decides_on_shared_capacity() {
    let plan = proposed(&refusing(vec![pods()]));

    assert_eq!((plan.risk, plan.approval.required), (Risk::Medium, true));
    assert!(plan.approval.reason.contains("shared capacity"), "{}", plan.approval.reason);
}

#[test]
fn the_person_is_shown_the_figures() {
    let plan = proposed(&refusing(vec![pods()]));

    let expect = &only(&plan).verification.expect;
    assert!(expect.contains("3 of 3 pods used, 7 needed for 4 missing pods"), "{expect}");
}

#[test]
fn a_lowered_quota_is_raised_to_the_need() {
    let lowered = changed(object("ResourceQuota", "tight"), "spec.hard.pods", json!("10"), json!("3"));
    let mut diagnosis = diagnosis(&RootCause { mechanism: Mechanism::QuotaExhausted, ..lowered });
    diagnosis.incident.findings.push(pods());

    assert_eq!(raised(&diagnosis), [hard("pods", "7")]);
}

#[test]
fn only_the_resource_that_lacks_is_raised() {
    let figures = ["pods=1,limits.memory=64Mi", "pods=3,limits.memory=192Mi", "pods=10,limits.memory=200Mi"];

    let written = raised(&refusing(vec![refusal("web", "tight", figures, 2)]));

    assert_eq!(written, [hard("limits.memory", "320Mi")]);
    assert_eq!(written[0].field.as_str(), "spec.hard['limits.memory']");
}

#[test]
fn it_is_raised_no_further_than_needed() {
    let figures = ["requests.cpu=200m", "requests.cpu=100m", "requests.cpu=250m"];

    let written = raised(&refusing(vec![refusal("web", "tight", figures, 1)]));

    assert_eq!(written, [hard("requests.cpu", "300m")]);
}

#[test]
fn pods_of_all_workloads_are_counted() {
    let mail = refusal("mail", "tight", ["pods=1", "pods=3", "pods=3"], 2);

    assert_eq!(raised(&refusing(vec![pods(), mail])), [hard("pods", "9")]);
}

#[test]
fn refusals_that_ended_do_not_count() {
    let over =
        Finding { cleared_at: Some(at(30)), ..refusal("mail", "tight", ["pods=1", "pods=3", "pods=3"], 2) };

    assert_eq!(raised(&refusing(vec![pods(), over])), [hard("pods", "7")]);
}

#[test]
fn figures_of_another_quota_do_not_count() {
    let figures = ["limits.memory=64Mi", "limits.memory=192Mi", "limits.memory=200Mi"];
    let other = refusal("web", "memory", figures, 2);

    assert_eq!(raised(&refusing(vec![pods(), other])), [hard("pods", "7")]);
}

#[test]
fn without_figures_nothing_is_raised() {
    assert!(declined(&refusing(Vec::new())).contains("figures are not known"));
}

#[test]
fn a_quota_that_suffices_is_not_raised() {
    let enough = refusal("web", "tight", ["pods=1", "pods=3", "pods=10"], 4);

    assert!(declined(&refusing(vec![enough])).contains("ResourceQuota/tight"));
}

#[test]
fn a_gitops_quota_is_raised_at_its_source() {
    let mut diagnosis = managed(&tight(), "Flux", "Kustomization tenants");
    diagnosis.incident.findings.push(pods());

    assert!(declined(&diagnosis).contains("Kustomization tenants"));
}

#[test]
fn quotas_known_by_name_alone_are_not_raised() {
    let nameless = ObjectRef { uid: String::new(), ..object("ResourceQuota", "tight") };
    let mut diagnosis = diagnosis(&read_from_state(RootCause { object: nameless, ..tight() }));
    diagnosis.incident.findings.push(pods());

    assert!(declined(&diagnosis).contains("ResourceQuota/tight"));
}
