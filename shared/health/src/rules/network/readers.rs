//! Which routes and policies are to be looked at again when another object changes.

use crate::{tracked::Tracked, world::World};

const ROUTES: &[&str] = &[
    "Ingress",
    "HTTPRoute",
    "GRPCRoute",
    "TLSRoute",
    "TCPRoute",
    "UDPRoute",
    "VirtualService",
    "DestinationRule",
];
const POLICIES: &[&str] = &["NetworkPolicy", "PeerAuthentication", "AuthorizationPolicy"];

/// Uids of the objects whose rules read `object`, besides its own. Pods and workloads are left out on purpose: they
/// change too often, and what they add to a policy shows when the policy, a Service or a namespace is next seen.
pub(crate) fn readers(world: &World, object: &Tracked) -> Vec<String> {
    let kinds: Vec<&str> = match object.reference.kind.as_str() {
        "Service" => [ROUTES, POLICIES].concat(),
        "ServiceEntry" => vec!["VirtualService", "DestinationRule"],
        "DestinationRule" => vec!["VirtualService"],
        "IngressClass" | "Secret" => vec!["Ingress"],
        "GatewayClass" => vec!["Gateway"],
        "Gateway" | "ReferenceGrant" => vec!["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"],
        "NetworkPolicy" => vec!["NetworkPolicy"],
        "PeerAuthentication" => vec!["PeerAuthentication", "DestinationRule"],
        "AuthorizationPolicy" => vec!["AuthorizationPolicy"],
        "ConfigMap" | "Namespace" => POLICIES.to_vec(),
        _ => Vec::new(),
    };
    let found = kinds.into_iter().flat_map(|kind| world.objects.of_kind(kind));
    found.map(|it| it.reference.uid.clone()).collect()
}
