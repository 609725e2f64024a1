//! Rules of nodes, namespaces, quotas and budgets.

mod autoscaler_bounds;
mod autoscaler_request;
mod autoscaler_target;
mod budget;
mod cordon;
mod metric_field;
mod namespace;
mod node_lease;
mod node_lost;
mod node_taint;
mod quota;
pub(super) mod silent_node;

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[
    node_lease::RULE,
    node_taint::RULE,
    node_lost::RULE,
    cordon::RULE,
    namespace::RULE,
    quota::RULE,
    budget::RULE,
    autoscaler_request::RULE,
    autoscaler_target::RULE,
    autoscaler_bounds::RULE,
];
