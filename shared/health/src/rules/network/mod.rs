//! Rules of Services, Ingresses, Gateways and `NetworkPolicies`.

pub(crate) mod backend;
pub(crate) mod crew;
pub(crate) mod fault;
mod gateway_status;
mod ingress_backend;
mod ingress_class;
mod ingress_conflict;
mod ingress_tls;
mod load_balancer;
mod policy;
mod policy_callers;
mod policy_idle;
mod policy_names;
pub(crate) mod readers;
mod route;
mod route_backend;
mod route_parent;
mod service_endpoints;
mod service_selector;
mod service_target;

use super::Rule;

/// The rules of this family.
pub(crate) const RULES: &[Rule] = &[
    service_selector::RULE,
    service_target::RULE,
    load_balancer::RULE,
    policy_names::RULE,
    policy_callers::RULE,
    policy_idle::RULE,
    ingress_backend::RULE,
    ingress_class::RULE,
    ingress_tls::RULE,
    ingress_conflict::RULE,
    route_parent::CLASS,
    gateway_status::GATEWAY,
    route_parent::ROUTE,
    route_backend::RULE,
    gateway_status::ROUTE,
    service_endpoints::RULE,
];
