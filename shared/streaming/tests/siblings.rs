//! Pods of a workload are compared with each other: the odd one out, all at once, and those that come and go.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use chiron_model::{Direction, Timestamp};
use chiron_streaming::{SiblingReading as Reading, Siblings, Verdict};
use proptest::{collection::vec, prelude::*};
use std::time::Duration;

/// Seconds between two ticks.
const STEP: i64 = 60;

fn siblings() -> Siblings {
    Siblings::new(Duration::from_mins(10))
}

fn at(tick: i64) -> Timestamp {
    Timestamp::from_secs(tick * STEP)
}

/// Noise of a share of 5 % around 1, another for each pod and tick.
fn noise(pod: u64, tick: i64) -> f64 {
    let mixed = (pod.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ tick.cast_unsigned().wrapping_mul(0xbf58_476d_1ce4_e5b9))
    .wrapping_mul(0x94d0_49bb_1331_11eb);
    0.95 + 0.1 * f64::from(u8::try_from(mixed >> 56).unwrap()) / 255.0
}

/// One tick of the pods with these levels; what is seen.
fn step(siblings: &mut Siblings, tick: i64, pods: &[(u64, f64)], over: Option<Direction>) -> Verdict {
    for (pod, level) in pods {
        let value = level * noise(*pod, tick);
        siblings.learn_one(Reading { series: *pod, at: at(tick), value, score: 0.7, over });
    }
    siblings.judge(at(tick))
}

/// The ticks in which something was seen.
fn told(siblings: &mut Siblings, ticks: std::ops::Range<i64>, pods: &[(u64, f64)]) -> Vec<(i64, Verdict)> {
    ticks
        .map(|tick| (tick, step(siblings, tick, pods, None)))
        .filter(|it| !matches!(it.1, Verdict::Ordinary | Verdict::Alone))
        .collect()
}

fn alike(count: u64) -> Vec<(u64, f64)> {
    (0..count).map(|pod| (pod, 100.0)).collect()
}

/// Siblings that are known for 100 ticks.
fn known(pods: &[(u64, f64)]) -> Siblings {
    let mut siblings = siblings();
    assert_eq!(told(&mut siblings, 0..100, pods), []);
    siblings
}

#[test]
fn the_odd_one_out_is_found_and_how_far_it_is() {
    let mut siblings = known(&alike(5));
    let mut pods = alike(5);
    pods[3].1 = 200.0;

    let verdict = step(&mut siblings, 100, &pods, None);

    let Verdict::OddOneOut { series: 3, score, deviation, direction: Direction::Above } = verdict else {
        panic!("{verdict:?}")
    };
    assert!(deviation > 6.0 && score.value() > 0.6, "{verdict:?}");
}

#[test]
fn the_odd_one_may_be_below() {
    let mut siblings = known(&alike(4));
    let mut pods = alike(4);
    pods[0].1 = 5.0;

    let verdict = step(&mut siblings, 100, &pods, None);

    assert!(
        matches!(verdict, Verdict::OddOneOut { series: 0, direction: Direction::Below, .. }),
        "{verdict:?}"
    );
}

#[test]
fn a_leader_with_more_load_is_not_odd_and_neither_are_nights() {
    let mut pods = alike(5);
    pods[0].1 = 300.0;
    let mut siblings = known(&pods);

    for tick in 100..1_500 {
        let time = f64::from(i32::try_from(tick).unwrap()) / 200.0;
        let load = 1.0 + 0.9 * time.sin();
        let pods: Vec<(u64, f64)> = pods.iter().map(|(pod, level)| (*pod, level * load)).collect();
        assert_eq!(step(&mut siblings, tick, &pods, None), Verdict::Ordinary, "tick {tick}");
    }
}

#[test]
fn a_leader_whose_siblings_idle_is_not_odd() {
    let pods: Vec<(u64, f64)> = (0..5).map(|pod| (pod, if pod == 2 { 40.0 } else { 0.01 })).collect();

    assert_eq!(told(&mut siblings(), 0..500, &pods), []);
}

#[test]
fn a_shift_that_not_all_have_told_yet_makes_none_odd() {
    let mut siblings = known(&alike(6));
    let pods: Vec<(u64, f64)> = (0..6).map(|pod| (pod, if pod < 3 { 300.0 } else { 100.0 })).collect();

    assert_eq!(told(&mut siblings, 100..102, &pods), []);
}

#[test]
fn a_leader_that_loses_its_load_is_odd() {
    let mut pods = alike(5);
    pods[0].1 = 300.0;
    let mut siblings = known(&pods);

    let verdict = step(&mut siblings, 100, &alike(5), None);

    assert!(
        matches!(verdict, Verdict::OddOneOut { series: 0, direction: Direction::Below, .. }),
        "{verdict:?}"
    );
}

#[test]
fn most_pods_at_once_are_one_anomaly() {
    let mut siblings = known(&alike(5));
    let pods: Vec<(u64, f64)> = alike(5).into_iter().map(|(pod, level)| (pod, level * 10.0)).collect();

    let verdict = step(&mut siblings, 100, &pods, Some(Direction::Above));

    let Verdict::Together { count: 5, of: 5, direction: Direction::Above, score } = verdict else {
        panic!("{verdict:?}")
    };
    assert!((score.value() - 0.7).abs() < 1e-9);
}

#[test]
fn three_of_five_that_go_apart_are_not_together() {
    let mut siblings = known(&alike(6));
    let over = [Direction::Above, Direction::Above, Direction::Above, Direction::Below, Direction::Below];
    for (pod, over) in (0..5).zip(over) {
        let reading = Reading { series: pod, at: at(100), value: 100.0, score: 0.7, over: Some(over) };
        siblings.learn_one(reading);
    }

    assert_eq!(siblings.judge(at(100)), Verdict::Ordinary);
}

#[test]
fn a_rise_of_all_that_no_detector_minds_is_ordinary() {
    let mut siblings = known(&alike(5));
    let pods: Vec<(u64, f64)> = alike(5).into_iter().map(|(pod, level)| (pod, level * 10.0)).collect();

    assert_eq!(told(&mut siblings, 100..130, &pods), []);
}

#[test]
fn one_pod_is_alone_and_of_two_none_is_odd() {
    assert_eq!(step(&mut known(&alike(1)), 100, &alike(1), None), Verdict::Alone);
    let mut two = known(&alike(2));

    assert_eq!(step(&mut two, 100, &[(0, 100.0), (1, 5_000.0)], None), Verdict::Ordinary);
    let verdict = step(&mut two, 101, &alike(2), Some(Direction::Below));
    assert!(matches!(verdict, Verdict::Together { count: 2, of: 2, direction: Direction::Below, .. }));
}

#[test]
fn a_rollout_says_nothing() {
    let mut siblings = known(&alike(4));
    let mut pods = alike(4);

    for tick in 100..400 {
        // Each 10 ticks a pod with a new name takes the place of an old one, and uses much while it starts.
        if tick < 140 && tick % 10 == 0 {
            let place = usize::try_from(tick / 10 % 4).unwrap();
            pods[place] = (u64::try_from(tick).unwrap(), 100.0);
        }
        let now: Vec<(u64, f64)> = pods
            .iter()
            .map(|(pod, level)| {
                let age = tick - i64::try_from(*pod).unwrap();
                (*pod, if *pod >= 100 && age < 6 { level * 8.0 } else { *level })
            })
            .collect();
        let verdict = step(&mut siblings, tick, &now, None);
        assert!(matches!(verdict, Verdict::Ordinary | Verdict::Alone), "tick {tick}: {verdict:?}");
    }
    assert_eq!(siblings.len(), 4);
}

#[test]
fn pods_that_go_leave_the_others_as_they_are() {
    let mut siblings = known(&alike(6));
    // Their load goes to the others.
    let pods: Vec<(u64, f64)> = (0..3).map(|pod| (pod, 200.0)).collect();

    assert_eq!(told(&mut siblings, 100..200, &pods), []);
    assert_eq!(siblings.len(), 3);
}

#[test]
fn a_pod_that_was_restarted_under_its_name_is_forgotten() {
    let mut siblings = known(&alike(4));
    let mut pods = alike(4);
    pods[2].1 = 10.0;

    siblings.forget(2);

    assert_eq!(told(&mut siblings, 100..200, &pods), []);
}

#[test]
fn constant_pods_are_never_odd() {
    let mut siblings = siblings();
    for tick in 0..200 {
        for pod in 0..5 {
            let value = if pod == 4 { 7.0 } else { 0.0 };
            siblings.learn_one(Reading { series: pod, at: at(tick), value, score: 0.0, over: None });
        }
        let verdict = siblings.judge(at(tick));
        assert!(matches!(verdict, Verdict::Ordinary | Verdict::Alone), "tick {tick}: {verdict:?}");
    }
}

#[test]
fn idle_pods_do_not_differ_by_large_factors() {
    let mut siblings = known(&alike(4));

    for tick in 100..130 {
        let pods: Vec<(u64, f64)> =
            (0..4).map(|pod| (pod, 0.1 * f64::from(u32::try_from(pod).unwrap()))).collect();
        assert_eq!(step(&mut siblings, tick, &pods, None), Verdict::Ordinary, "tick {tick}");
    }
}

#[test]
fn a_pod_without_a_value_is_left_out() {
    let mut siblings = known(&alike(4));
    let three = &alike(4)[..3];

    assert_eq!(told(&mut siblings, 100..103, three), []);
    let verdict = step(&mut siblings, 103, three, Some(Direction::Above));

    assert!(matches!(verdict, Verdict::Together { count: 3, of: 3, .. }), "{verdict:?}");
}

#[test]
fn ten_thousand_pods_take_no_more_room_than_256() {
    let mut siblings = siblings();

    for pod in 0..10_000 {
        siblings.learn_one(Reading { series: pod, at: at(0), value: 1.0, score: 0.0, over: None });
        assert!(siblings.len() <= 256);
    }

    assert!(postcard::to_stdvec(&siblings).unwrap().len() < 256 * 60);
}

proptest! {
    #[test]
    fn it_bears_every_value_and_goes_on_alike_after_being_saved(
        steps in vec((0_u64..6, any::<f64>(), any::<f64>(), 0_i64..4), 0..200)
    ) {
        let mut siblings = siblings();
        let mut tick = 0;
        for (series, value, score, later) in steps {
            tick += later;
            siblings.learn_one(Reading { series, at: at(tick), value, score, over: None });
            let mut twin: Siblings = postcard::from_bytes(&postcard::to_stdvec(&siblings).unwrap()).unwrap();
            let verdict = siblings.judge(at(tick));
            prop_assert_eq!(verdict, twin.judge(at(tick)));
            if let Verdict::OddOneOut { deviation, .. } = verdict {
                prop_assert!(deviation.is_finite());
            }
        }
    }
}
