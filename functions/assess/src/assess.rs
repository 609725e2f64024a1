//! The decision: what do these observations say about the objects of their namespace?

use crate::{Assessed, Heard, around};
use chiron_events::{Context, ObservationLapsed, SurroundingsChanged};
use chiron_function::{About, Fold, Kind, Seen};
use chiron_health::{Regained, UserRules, World};
use chiron_model::{Finding, Observation};
use std::sync::Arc;

/// Follows the objects of a namespace and says what is wrong with them.
#[derive(Clone, Debug, Default)]
pub struct Assess {
    rules: Arc<UserRules>,
}

impl Assess {
    /// One that asks rules of users besides the built-in ones.
    #[must_use]
    pub fn with_rules(rules: Arc<UserRules>) -> Self {
        Self { rules }
    }
}

impl Fold for Assess {
    const ABOUT: About = About {
        name: "assess",
        summary: "Follows the objects of a namespace with lifecycle rules and says what is wrong with them.",
        kind: Kind::Fold,
        state: "cluster/namespace",
        emits_many: true,
        live: true,
        sealed: true,
        permissions: &["s3:GetObject raw/*, observations/*"],
    };
    type State = World;
    type Input = Heard;
    type Output = Assessed;

    fn key(&self, _: &Context, input: &Heard) -> String {
        let (cluster, namespace) = input.place();
        format!("{cluster}/{namespace}")
    }

    fn fold(&self, context: &Context, world: &mut World, input: Heard) -> Vec<Assessed> {
        world.use_rules(Arc::clone(&self.rules));
        let (findings, told) = match input {
            Heard::Seen(Seen::Ticked(it)) => (world.advance(it.at), Vec::new()),
            Heard::Seen(Seen::Recorded(it)) if it.namespace.is_empty() && context.lane.is_live() => {
                around::follow(world, &it.cluster, &it.observations)
            }
            Heard::Seen(Seen::Recorded(it)) => (follow(world, &it.observations), Vec::new()),
            Heard::Seen(Seen::Sealed(it)) => (around::follow_within(world, &it), Vec::new()),
            Heard::Surrounded(it) => (surround(world, &it), Vec::new()),
            Heard::Lapsed(it) => {
                let told = if it.namespace.is_empty() { around::pass_on(world, &it) } else { Vec::new() };
                (lapse(world, it), told)
            }
        };
        let findings = findings.into_iter().map(Assessed::from);
        findings.chain(told.into_iter().map(Assessed::Surrounded)).collect()
    }
}

fn surround(world: &mut World, news: &SurroundingsChanged) -> Vec<Finding> {
    world.stay_within(&news.namespace);
    let mut found = Vec::new();
    for observation in &news.observations {
        found.extend(world.surround(observation));
    }
    for it in &news.lapses {
        found.extend(lapse(world, it.clone()));
    }
    found
}

fn lapse(world: &mut World, lapse: ObservationLapsed) -> Vec<Finding> {
    let ObservationLapsed { kind, from, until, at, is_known, .. } = lapse;
    let Some(until) = until else { return world.lose_sight(&kind, at) };
    world.regain_sight(Regained { kind, from, until, is_known });
    world.advance(at)
}

fn follow(world: &mut World, observations: &[Observation]) -> Vec<Finding> {
    let mut found = Vec::new();
    for observation in observations {
        found.extend(world.observe(observation));
    }
    found
}
