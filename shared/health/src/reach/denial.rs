//! Why a connection does not pass.

use super::{
    miss::NearMiss,
    peers::{Member, Peers},
    policy::{Direction, Policy, PolicyName, Rule},
    ports::{Ports, Protocol},
};

/// The answer for one port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passes.
    Allowed,
    /// One end is a pod that has finished or has no address.
    NoAddress,
    /// Policies stop it on one side or on both, egress first; never empty. Each of them has to be lifted.
    Denied(Vec<Denial>),
}

/// One side on which a connection is stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The side: egress of the source or ingress of the destination.
    pub direction: Direction,
    /// The policies that guard this side of the pod, sorted. None of them allows the connection.
    pub policies: Vec<PolicyName>,
    /// The rule of theirs that comes nearest; nothing when they have no rules (deny all).
    pub nearest: Option<NearMiss>,
}

/// The question: may `other` be at the far end of the guarded side, on that port of the destination?
struct Question<'q, 'a> {
    direction: Direction,
    other: &'q Member<'a>,
    destination: &'q Member<'a>,
    port: Ports,
}

impl Peers<'_> {
    /// The answer for two ends between which the policies decide.
    pub(super) fn judge(&self, from: &Member<'_>, to: &Member<'_>, protocol: Protocol, port: u16) -> Verdict {
        let port = Ports::one(protocol, port);
        let sides = [(from, Direction::Egress, to), (to, Direction::Ingress, from)];
        let denials: Vec<Denial> = sides
            .into_iter()
            .filter_map(|(guarded, direction, other)| {
                let question = Question { direction, other, destination: to, port: port.clone() };
                self.denial(guarded, &question)
            })
            .collect();
        if denials.is_empty() { Verdict::Allowed } else { Verdict::Denied(denials) }
    }

    fn denial(&self, guarded: &Member<'_>, question: &Question<'_, '_>) -> Option<Denial> {
        let open = self.through(guarded, question.direction, question.other, question.destination);
        // There is no port 0, so that its set is empty and covered by everything.
        if !question.port.is_none() && open.covers(&question.port) {
            return None;
        }
        let guards = guarded.profile.guards(question.direction).iter();
        let guards: Vec<&Policy<'_>> = guards.filter_map(|&index| self.policies.get(index)).collect();
        let misses = guards.iter().flat_map(|policy| self.near_misses(policy, question));
        Some(Denial {
            direction: question.direction,
            policies: guards.iter().map(|policy| policy.full_name()).collect(),
            nearest: misses.min_by_key(|miss| miss.misses.len()),
        })
    }

    fn near_misses(&self, policy: &Policy<'_>, question: &Question<'_, '_>) -> Vec<NearMiss> {
        let rules = policy.rules(question.direction).unwrap_or_default().iter().enumerate();
        rules
            .map(|(rule, body)| NearMiss {
                policy: policy.full_name(),
                direction: question.direction,
                rule,
                misses: self.misses(body, question),
            })
            .filter(|miss| !miss.misses.is_empty())
            .collect()
    }

    /// What the rule lacks: the ports, and the clause that is nearest.
    fn misses(&self, rule: &Rule<'_>, question: &Question<'_, '_>) -> Vec<super::Miss> {
        let other = &question.other.party;
        let namespace = self.namespace_labels(other.namespace);
        let clauses = rule.clauses.clone().and_then(|clauses| self.clauses.get(clauses)).unwrap_or_default();
        let nearest = clauses.iter().map(|clause| clause.misses(other, &namespace)).min_by_key(Vec::len);
        let mut misses = nearest.unwrap_or_default();
        if !rule.open(&question.destination.party).covers(&question.port) {
            misses.push(rule.port_miss(&question.destination.party));
        }
        misses
    }
}
