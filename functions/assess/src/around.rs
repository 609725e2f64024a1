//! What the world of the cluster tells the worlds of its namespaces.

use chiron_events::{ObservationLapsed, ObservationsSealed, SurroundingsChanged};
use chiron_health::{World, concerns};
use chiron_model::{Finding, Observation, Operation, Timestamp};

/// Follows objects of the cluster. Gives what is wrong with them, and what their namespaces must know.
pub(crate) fn follow(
    world: &mut World,
    cluster: &str,
    observations: &[Observation],
) -> (Vec<Finding>, Vec<SurroundingsChanged>) {
    let (mut found, mut changed, mut arrived) = (Vec::new(), Vec::new(), Vec::new());
    for observation in observations {
        let uid = &observation.object.uid;
        let before = world.outline(uid);
        found.extend(world.observe(observation));
        let after = world.outline(uid);
        if before == after {
            continue;
        }
        if before.is_none() && observation.object.kind == "Namespace" {
            arrived.push(observation.object.name.clone());
        }
        if let Some(body) = after.or(before) {
            changed.push(Observation { body, ..observation.clone() });
        }
    }
    let at = observations.iter().map(|it| it.at).max().unwrap_or_default();
    let tell = |namespace: &str| {
        if arrived.iter().any(|it| it == namespace) {
            return message(
                cluster,
                namespace,
                at,
                world.surroundings_of(namespace),
                known(world, cluster, at),
            );
        }
        let of_it = changed.iter().filter(|it| concerns(&it.body, namespace));
        message(cluster, namespace, at, of_it.cloned().collect(), Vec::new())
    };
    let gone =
        observations.iter().filter(|it| it.operation == Operation::Delete && it.object.kind == "Namespace");
    let gone = gone.map(|it| it.object.name.as_str());
    let told =
        if changed.is_empty() { Vec::new() } else { world.namespaces().chain(gone).map(tell).collect() };
    (found, told.into_iter().filter(|it| !it.observations.is_empty()).collect())
}

/// Follows a namespace and the cluster around it, in their true order.
pub(crate) fn follow_within(world: &mut World, sealed: &ObservationsSealed) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut around = sealed.around.iter().peekable();
    if around.peek().is_some() {
        world.stay_within(&sealed.namespace);
    }
    for observation in sealed.observations.iter() {
        while let Some(it) = around.next_if(|it| it.at <= observation.at) {
            found.extend(world.surround(it));
        }
        found.extend(world.observe(observation));
    }
    found.extend(around.flat_map(|it| world.surround(it)));
    found
}

/// Tells all namespaces of a gap in what is seen of the whole cluster.
pub(crate) fn pass_on(world: &World, lapse: &ObservationLapsed) -> Vec<SurroundingsChanged> {
    let tell = |namespace: &str| {
        let lapse = ObservationLapsed { namespace: namespace.to_owned(), ..lapse.clone() };
        message(&lapse.cluster.clone(), namespace, lapse.at, Vec::new(), vec![lapse])
    };
    world.namespaces().map(tell).collect()
}

/// Which kinds are known in whole, for a namespace that was not told before.
fn known(world: &World, cluster: &str, at: Timestamp) -> Vec<ObservationLapsed> {
    let lapse = |kind: &str| ObservationLapsed {
        cluster: cluster.to_owned(),
        api_version: String::new(),
        kind: kind.to_owned(),
        namespace: String::new(),
        from: None,
        until: Some(at),
        at,
        is_known: true,
        reason: "the namespace is new".to_owned(),
        late: 0,
    };
    world.known_kinds().map(lapse).collect()
}

fn message(
    cluster: &str,
    namespace: &str,
    at: Timestamp,
    observations: Vec<Observation>,
    lapses: Vec<ObservationLapsed>,
) -> SurroundingsChanged {
    SurroundingsChanged {
        cluster: cluster.to_owned(),
        namespace: namespace.to_owned(),
        at,
        observations,
        lapses,
    }
}
