//! The decision: what do these observations say about the objects of their namespace?

use crate::Assessed;
use chiron_events::Context;
use chiron_function::{About, Fold, Kind, Seen};
use chiron_health::World;
use chiron_model::{Finding, Observation};

/// Follows the objects of a namespace and says what is wrong with them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Assess;

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
    type Input = Seen;
    type Output = Assessed;

    fn key(&self, _: &Context, input: &Seen) -> String {
        let (cluster, namespace) = input.place();
        format!("{cluster}/{namespace}")
    }

    fn fold(&self, _: &Context, world: &mut World, input: Seen) -> Vec<Assessed> {
        let findings = match input {
            Seen::Recorded(it) => follow(world, &it.observations),
            Seen::Sealed(it) => follow(world, &it.observations),
            Seen::Ticked(it) => world.advance(it.at),
        };
        findings.into_iter().map(Assessed::from).collect()
    }
}

fn follow(world: &mut World, observations: &[Observation]) -> Vec<Finding> {
    let mut found = Vec::new();
    for observation in observations {
        found.extend(world.observe(observation));
    }
    found
}
