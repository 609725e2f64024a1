//! How fresh what is known of a cluster is.

use super::KindHealth;
use chiron_model::Timestamp;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How a kind is seen at the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KindState {
    /// It is being listed, or waits for its turn.
    #[default]
    Listing,
    /// Changes are told as they happen.
    Live,
    /// Nothing was heard for a while, or the consumer does not keep up.
    Behind,
    /// The credential lacks the right.
    Forbidden,
    /// The cluster does not serve it.
    Absent,
    /// It cannot be read, so nothing is known of what happens now.
    Unknown {
        /// Why, for people.
        reason: String,
    },
}

/// How a cluster is seen at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClusterState {
    /// Kinds are being listed.
    Listing,
    /// All kinds that are there and may be read are live.
    Live,
    /// Some kinds are behind.
    Behind,
    /// Some kinds cannot be read.
    Partial,
    /// No kind can be read, so nothing is known of what happens now.
    Unknown {
        /// Why, for people.
        reason: String,
    },
}

/// How fresh what is known of a cluster is. Clones share it.
#[derive(Clone, Debug)]
pub struct Health {
    cluster: Arc<str>,
    behind: Duration,
    kinds: Arc<Mutex<BTreeMap<Arc<str>, KindHealth>>>,
    /// Why it is not known which kinds are served.
    problem: Arc<Mutex<Option<String>>>,
}

impl Health {
    pub(super) fn new(cluster: &str, behind: Duration) -> Self {
        Self { cluster: cluster.into(), behind, kinds: Arc::default(), problem: Arc::default() }
    }

    /// Name of the cluster.
    #[must_use]
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// All kinds, by path, as they are at `now`.
    #[must_use]
    pub fn freshness(&self, now: Timestamp) -> Vec<KindHealth> {
        let kinds: Vec<KindHealth> = lock(&self.kinds).values().cloned().collect();
        let is_old = |kind: &KindHealth| kind.newest.is_none_or(|newest| newest.plus(self.behind) < now);
        let seen = |mut kind: KindHealth| {
            if kind.state == KindState::Live && (is_old(&kind) || kind.is_waiting) {
                kind.state = KindState::Behind;
            }
            kind
        };
        kinds.into_iter().map(seen).collect()
    }

    /// The cluster as a whole at `now`.
    #[must_use]
    pub fn summary(&self, now: Timestamp) -> ClusterState {
        let kinds = self.freshness(now);
        let count = |state: &KindState| kinds.iter().filter(|kind| kind.state == *state).count();
        let reason = kinds.iter().find_map(|kind| match &kind.state {
            KindState::Unknown { reason } => Some(reason.clone()),
            KindState::Listing
            | KindState::Live
            | KindState::Behind
            | KindState::Forbidden
            | KindState::Absent => None,
        });
        let reason = reason.or_else(|| lock(&self.problem).clone());
        let (listing, live, behind) =
            (count(&KindState::Listing), count(&KindState::Live), count(&KindState::Behind));
        match reason {
            Some(reason) if listing + live + behind == 0 => ClusterState::Unknown { reason },
            Some(_) => ClusterState::Partial,
            None if listing > 0 || kinds.is_empty() => ClusterState::Listing,
            None if behind > 0 => ClusterState::Behind,
            None if live == 0 => ClusterState::Unknown { reason: "no kind may be read".to_owned() },
            None => ClusterState::Live,
        }
    }

    pub(super) fn note(&self, name: &Arc<str>, change: impl FnOnce(&mut KindHealth)) {
        change(lock(&self.kinds).entry(Arc::clone(name)).or_default());
    }

    pub(super) fn set_problem(&self, problem: Option<String>) {
        *lock(&self.problem) = problem;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(states: &[KindState]) -> Health {
        let health = Health::new("c", Duration::from_mins(3));
        for (number, state) in states.iter().enumerate() {
            health.note(&number.to_string().into(), |kind| {
                kind.state = state.clone();
                kind.newest = Some(Timestamp::from_secs(100));
            });
        }
        health
    }

    fn unknown() -> KindState {
        KindState::Unknown { reason: "expired".to_owned() }
    }

    fn summary(states: &[KindState]) -> ClusterState {
        health(states).summary(Timestamp::from_secs(101))
    }

    #[test]
    fn a_cluster_is_unknown_when_no_kind_can_be_read() {
        let all = summary(&[unknown(), KindState::Forbidden, unknown(), KindState::Absent]);

        assert_eq!(all, ClusterState::Unknown { reason: "expired".to_owned() });
        assert_eq!(summary(&[unknown(), KindState::Live]), ClusterState::Partial);
    }

    #[test]
    fn what_is_absent_or_forbidden_does_not_make_a_cluster_ill() {
        assert_eq!(summary(&[KindState::Live, KindState::Absent, KindState::Forbidden]), ClusterState::Live);
        assert_eq!(summary(&[KindState::Live, KindState::Listing]), ClusterState::Listing);
    }

    #[test]
    fn silence_is_being_behind() {
        let health = health(&[KindState::Live]);

        assert_eq!(health.summary(Timestamp::from_secs(281)), ClusterState::Behind);
        assert_eq!(health.freshness(Timestamp::from_secs(280))[0].state, KindState::Live);
    }
}
