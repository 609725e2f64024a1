//! Weights of routes that do not add up.

use super::{destination::routes, host::is_networking};
use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    world::World,
};
use chiron_model::{Mechanism, Severity};
use serde_json::Value;

pub(crate) const RULE: Rule = Rule {
    doc: RuleDoc {
        name: "mesh-weight",
        kinds: &["VirtualService"],
        conditions: &["WeightsDoNotAddUp"],
        about: "The weights of a route with several destinations add up to 0, so that it serves nobody; or, only noted, \
                not to 100, so that the shares are not what they seem.",
        remedy: "Let the weights add up to 100.",
        link: "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination",
    },
    check,
};

fn check(_: &World, service: &Tracked) -> Vec<Verdict> {
    if !is_networking(service) {
        return Vec::new();
    }
    let shares = routes(service).into_iter().filter(|it| it.destinations.len() > 1);
    shares
        .filter_map(|route| {
            let sum = route
                .destinations
                .iter()
                .try_fold(0_u64, |sum, it| sum.checked_add(it.weight.unwrap_or(0)))?;
            if sum == 100 {
                return None;
            }
            let severity = if sum == 0 { Severity::Warning } else { Severity::Info };
            let message = format!("The weights add up to {sum}.");
            let quote = format!("{}: {}: weights add up to {sum}", service.reference.title(), route.field);
            let value: Value = route.destinations.iter().map(|it| it.item.clone()).collect();
            Some(Verdict::Sick(
                Symptom::new("WeightsDoNotAddUp", severity, message)
                    .in_part(route.field.as_str())
                    .quoting(service.observation, service.seen_at, quote)
                    .blaming(
                        Mechanism::RouteBackendMissing,
                        &service.reference,
                        route.field.as_str(),
                        &value,
                    ),
            ))
        })
        .collect()
}
