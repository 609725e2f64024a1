//! Where an incident stands: open, recovered, verified once it held for a minute, relapsed or unknown.

mod support;

use chiron_model::{Agreement, Clearance, Incident, OutcomeState, RepairedBy};
use chiron_verify::{Cases, Checked};
use support::{Follower, at, ended, finding, incident, memory, repaired, verdict, web};

/// How long an incident was well, in seconds, as the verdict says.
fn sustained(checked: &[Checked]) -> f64 {
    verdict(checked).outcome.sustained_for
}

fn state(checked: &[Checked]) -> OutcomeState {
    verdict(checked).outcome.state
}

/// A follower of an incident that recovered at second 100.
fn recovered() -> (Follower, Incident) {
    let mut follower = Follower::default();
    let incident = repaired(&web(), 100, &[memory("64Mi", 90)]);
    follower.open(&web());
    follower.close(&incident);
    (follower, incident)
}

#[test]
fn while_it_goes_on_there_is_no_verdict() {
    let mut follower = Follower::default();
    follower.open(&web());

    assert_eq!(follower.update(&web(), 30), []);
    assert_eq!(follower.tick(10_000), []);
}

#[test]
fn what_has_just_closed_has_recovered() {
    let mut follower = Follower::default();
    follower.open(&web());

    let told = follower.close(&repaired(&web(), 100, &[]));

    assert_eq!(state(&told), OutcomeState::Recovered);
    assert_eq!(verdict(&told).at, at(100));
    assert_eq!(verdict(&told).outcome.recovered_at, Some(at(100)));
    assert!(sustained(&told).abs() < 1e-9);
}

#[test]
fn what_held_for_a_minute_is_verified() {
    let (mut follower, _) = recovered();

    let early = follower.tick(159);
    let told = follower.tick(160);

    assert_eq!(early, []);
    assert_eq!(state(&told), OutcomeState::Verified);
    assert_eq!(verdict(&told).outcome.recovered_at, Some(at(100)));
    assert!((sustained(&told) - 60.0).abs() < 1e-9);
}

#[test]
fn a_late_tick_verifies_at_the_windows_end() {
    let (mut follower, _) = recovered();

    let told = follower.tick(5_000);

    assert_eq!(verdict(&told).at, at(160));
    assert!((sustained(&told) - 60.0).abs() < 1e-9);
}

#[test]
fn time_passes_with_events_of_other_incidents_too() {
    let (mut follower, first) = recovered();
    let mut other = incident(vec![finding("mail")]);
    other.opened_at = at(170);

    let told = follower.open(&other);

    assert_eq!(verdict(&told).incident.id, first.id);
    assert_eq!(state(&told), OutcomeState::Verified);
}

#[test]
fn a_tick_from_the_past_verifies_nothing() {
    let (mut follower, _) = recovered();

    assert_eq!(follower.tick(40), []);
    assert_eq!(follower.tick(159), []);
}

#[test]
fn what_comes_back_within_the_window_has_relapsed() {
    let (mut follower, _) = recovered();

    let told = follower.update(&web(), 130);

    let outcome = &verdict(&told).outcome;
    assert_eq!((outcome.state, outcome.recovered_at), (OutcomeState::Relapsed, None));
    assert_eq!((outcome.repaired_by, outcome.agrees_with_plan), (RepairedBy::None, Agreement::NoRepairSeen));
    assert!(outcome.repairs.is_empty() && sustained(&told).abs() < 1e-9);
}

#[test]
fn a_relapse_is_not_verified_by_time_alone() {
    let (mut follower, _) = recovered();
    follower.update(&web(), 130);

    assert_eq!(follower.tick(5_000), []);
}

#[test]
fn after_a_relapse_the_window_begins_anew() {
    let (mut follower, _) = recovered();
    follower.update(&web(), 130);

    let again = follower.close(&repaired(&web(), 200, &[]));
    let early = follower.tick(259);
    let verified = follower.tick(260);

    assert_eq!(state(&again), OutcomeState::Recovered);
    assert_eq!(early, []);
    assert_eq!((state(&verified), verdict(&verified).at), (OutcomeState::Verified, at(260)));
}

#[test]
fn a_correction_after_the_end_is_no_relapse() {
    let (mut follower, incident) = recovered();

    assert_eq!(follower.update(&incident, 130), []);
    assert_eq!(state(&follower.tick(160)), OutcomeState::Verified);
}

#[test]
fn a_deleted_workload_is_not_a_recovery() {
    let told = Follower::default().close(&ended(&web(), 100, &[Clearance::Deleted]));

    let outcome = &verdict(&told).outcome;
    assert_eq!((outcome.state, outcome.recovered_at), (OutcomeState::Unknown, None));
    assert_eq!(outcome.repaired_by, RepairedBy::None);
}

#[test]
fn scaling_to_zero_is_not_a_recovery() {
    let two = incident(vec![finding("web"), finding("db")]);

    let told = Follower::default().close(&ended(&two, 100, &[Clearance::Healthy, Clearance::ScaledToZero]));

    assert_eq!(state(&told), OutcomeState::Unknown);
}

#[test]
fn a_recovery_that_lost_a_workload_is_none() {
    let two = incident(vec![finding("web"), finding("db")]);

    let told = Follower::default().close(&ended(&two, 100, &[Clearance::Healthy, Clearance::Deleted]));

    assert_eq!(state(&told), OutcomeState::Unknown);
}

#[test]
fn an_end_without_a_known_reason_is_unknown() {
    let mut gone = web();
    gone.closed_at = Some(at(100));

    let told = Follower::default().close(&gone);

    assert_eq!(state(&told), OutcomeState::Unknown);
}

#[test]
fn what_is_unknown_is_never_verified() {
    let mut follower = Follower::default();
    follower.close(&ended(&web(), 100, &[Clearance::Deleted]));

    assert_eq!(follower.tick(5_000), []);
}

#[test]
fn an_incident_is_decided_once() {
    let (mut follower, incident) = recovered();
    follower.tick(160);

    assert_eq!(follower.close(&incident), []);
    assert_eq!(follower.update(&web(), 170), []);
    assert_eq!(follower.tick(5_000), []);
}

#[test]
fn it_goes_on_after_being_saved() {
    let (mut follower, _) = recovered();
    let saved = serde_json::to_vec(&follower.cases).unwrap();
    let mut restored = follower.clone();
    restored.cases = serde_json::from_slice::<Cases>(&saved).unwrap();

    assert_eq!(restored.cases, follower.cases);
    assert_eq!(restored.tick(160), follower.tick(160));
}
