//! Every scenario of the lab without a cluster: what was recorded of it, as it was, and as it might have come.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

#[path = "scenario_recordings/follow.rs"]
mod follow;
#[path = "scenario_recordings/gap.rs"]
mod gap;
#[path = "scenario_recordings/journey.rs"]
mod journey;
#[path = "scenario_recordings/recorded.rs"]
mod recorded;
mod support;
#[path = "scenario_recordings/verdict.rs"]
mod verdict;

use follow::follow;
use gap::{Gap, Lapse, Lists};
use recorded::{Scenario, ask_all, known, recorded};
use verdict::{Said, check, findings, incidents, said};

#[test]
fn explore() {
    let out = ask_all(|s| {
        let mut o = String::new();
        for l in [Lapse::Told, Lapse::Silent] {
          for k in [Lists::Together, Lists::ByKind, Lists::Backwards] {
            if let Some(gap) = Gap::of_fault(s) {
                let f = follow(&gap.deliveries(&s.events, k, l));
                for (lane, r) in f.lanes() { o += &format!("b {l:?} {k:?} {lane}: {:?} n={} unseen {:?}\n", said(s, r), incidents(r).len(), gap.unseen(findings(r)).len()); }
            }
            if let Some(gap) = Gap::to_the_end(s) {
                let f = follow(&gap.deliveries(&s.events, k, l));
                for (lane, r) in f.lanes() { let u = gap.unseen(findings(r)); if u.len() + verdict::alarms(r).count() > 0 { o += &format!("e {l:?} {k:?} {lane} {} -> {}: {}\n", serde_json::json!(gap.from), serde_json::json!(gap.over()), serde_json::json!(findings(r))); } }
            }
          }
        }
        o
    });
    for (n, o) in out { println!("{n}"); for l in o.lines() { println!("{n} {l}"); } }
}
