//! A plan that made nothing better is taken back, once.

mod support;

use chiron_events::ActionOutcome;
use chiron_verify::{Checked, Config, Verify};
use std::time::Duration;
use support::{Follower, at, memory, memory_plan, repaired, web};

/// A follower of an incident whose plan ended like that at second 10.
fn executed(outcome: ActionOutcome) -> Follower {
    let mut follower = Follower::default();
    follower.open(&web());
    follower.propose(&memory_plan(&web()));
    follower.execute(&memory_plan(&web()), outcome, 10);
    follower
}

#[test]
fn a_plan_that_helped_nothing_is_taken_back() {
    let mut follower = executed(ActionOutcome::Succeeded);

    let early = follower.tick(309);
    let told = follower.tick(310);

    assert_eq!(early, []);
    let [Checked::Rollback(rollback)] = told.as_slice() else { panic!("expected a rollback, got {told:?}") };
    assert_eq!((rollback.plan, rollback.incident), (memory_plan(&web()).id, web().id));
    assert_eq!(rollback.at, at(310));
}

#[test]
fn a_plan_is_taken_back_once() {
    let mut follower = executed(ActionOutcome::Succeeded);
    follower.tick(310);

    assert_eq!(follower.tick(5_000), []);
}

#[test]
fn what_was_not_done_is_not_taken_back() {
    for outcome in [ActionOutcome::Skipped, ActionOutcome::Failed, ActionOutcome::RolledBack] {
        assert_eq!(executed(outcome).tick(5_000), [], "{outcome:?}");
    }
}

#[test]
fn a_plan_that_helped_is_not_taken_back() {
    let mut follower = executed(ActionOutcome::Succeeded);
    follower.close(&repaired(&web(), 100, &[memory("64Mi", 12)]));

    let told = follower.tick(5_000);

    assert!(matches!(told.as_slice(), [Checked::Verified(_)]), "{told:?}");
}

#[test]
fn a_plan_before_a_relapse_is_taken_back() {
    let mut follower = executed(ActionOutcome::Succeeded);
    follower.close(&repaired(&web(), 100, &[memory("64Mi", 12)]));
    follower.update(&web(), 130);

    let told = follower.tick(310);

    assert!(matches!(told.as_slice(), [Checked::Rollback(_)]), "{told:?}");
}

#[test]
fn the_windows_are_settings() {
    let slow = Config { sustained: Duration::from_mins(10), ..Config::default() };
    let mut follower = Follower::with(Verify::new(slow));
    follower.open(&web());
    follower.close(&repaired(&web(), 100, &[]));

    assert_eq!(follower.tick(699), []);
    assert!(matches!(follower.tick(700).as_slice(), [Checked::Verified(_)]));
}
