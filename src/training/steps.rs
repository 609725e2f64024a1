//! What sequences need of observations, each once and in its true order.

use super::TrainError;
use chiron_model::{Id, Observation, Timestamp};
use chiron_streaming::{SequenceStep, token_of};
use std::{collections::BTreeMap, time::Duration};

/// Observations are sealed by minutes.
const MINUTE: Duration = Duration::from_mins(1);

/// One thing that happened to one object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// When it happened.
    pub at: Timestamp,
    /// Life of the object.
    pub entity: String,
    /// What happened.
    pub token: String,
    /// The version of the object that was seen, its uid, and the observation.
    version: u64,
    uid: String,
    id: Id,
}

impl Step {
    /// As learners take it.
    #[must_use]
    pub fn step(&self) -> SequenceStep<'_> {
        SequenceStep { entity: &self.entity, token: &self.token, at: self.at }
    }
}

/// Gathers steps of any number of clusters, in any order.
#[derive(Debug, Default)]
pub struct Steps {
    since: Option<Timestamp>,
    clusters: BTreeMap<String, BTreeMap<Id, Step>>,
    seen: u64,
}

impl Steps {
    /// Only those from a time on.
    #[must_use]
    pub fn since(since: Option<Timestamp>) -> Self {
        Self { since, ..Self::default() }
    }

    /// Observations that were looked at so far.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// Takes an observation. Of those that come again the earliest is kept, as where observations are sealed.
    pub fn take(&mut self, observation: &Observation) {
        self.seen += 1;
        let Observation { id, at, version, .. } = *observation;
        if self.since.is_some_and(|since| at < since) {
            return;
        }
        let Some((entity, token)) = token_of(observation) else { return };
        let step = Step { at, entity, token, version, uid: observation.object.uid.clone(), id };
        let cluster = self.clusters.entry(observation.object.cluster.clone()).or_default();
        match cluster.get(&id) {
            Some(known) if *known <= step => {}
            _ => {
                cluster.insert(id, step);
            }
        }
    }

    /// The steps of a cluster in their true order, and its name. Without a wanted one there must be one only.
    ///
    /// # Errors
    /// When there is none, or several and nobody says which.
    pub fn of(mut self, wanted: Option<&str>) -> Result<(String, Vec<Step>), TrainError> {
        let names = || self.clusters.keys().map(|it| format!("{it:?}")).collect::<Vec<_>>().join(", ");
        let name = match wanted {
            Some(name) if self.clusters.contains_key(name) => name.to_owned(),
            None if self.clusters.len() > 1 => return Err(TrainError::ManyClusters(names())),
            Some(wanted) if !self.clusters.is_empty() => {
                return Err(TrainError::OtherClusters { wanted: wanted.to_owned(), found: names() });
            }
            Some(_) | None => match self.clusters.keys().next() {
                Some(name) => name.clone(),
                None => return Err(TrainError::Nothing(self.why_none())),
            },
        };
        let steps = self.clusters.remove(&name).unwrap_or_default();
        Ok((name, in_true_order(steps.into_values().collect())))
    }

    /// Why there are no steps.
    fn why_none(&self) -> String {
        match (self.seen, self.since) {
            (0, _) => {
                ": give recordings of ApiServerSource's events, as `chiron replay` takes them".to_owned()
            }
            (seen, None) => format!(" among {seen}: leases, secrets and expired Events tell nothing"),
            (seen, Some(since)) => format!(" among {seen} from {since} on: choose an earlier --since"),
        }
    }
}

/// Orders steps by time, but the versions of one object by their version, whatever their times say; minute by minute, as
/// where observations are sealed.
fn in_true_order(mut steps: Vec<Step>) -> Vec<Step> {
    steps.sort_by(|a, b| {
        (a.at.floor(MINUTE), &a.uid, a.version, a.id).cmp(&(b.at.floor(MINUTE), &b.uid, b.version, b.id))
    });
    let mut timed: Vec<(Timestamp, Step)> = Vec::with_capacity(steps.len());
    for step in steps.into_iter().rev() {
        // A version existed at the latest when the first of its successors was sent.
        let successor = timed
            .last()
            .filter(|(_, next)| next.uid == step.uid && next.at.floor(MINUTE) == step.at.floor(MINUTE));
        let time = successor.map_or(step.at, |(time, _)| step.at.min(*time));
        timed.push((time, step));
    }
    timed.sort_by(|(a_time, a), (b_time, b)| {
        (a.at.floor(MINUTE), a_time, &a.uid, a.version, a.id).cmp(&(
            b.at.floor(MINUTE),
            b_time,
            &b.uid,
            b.version,
            b.id,
        ))
    });
    timed.into_iter().map(|(_, step)| step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chiron_model::{Category, ObjectRef, Operation};
    use serde_json::json;

    fn seen(cluster: &str, uid: &str, version: u64, at: i64) -> Observation {
        Observation {
            id: Id::derive(&[cluster, uid, &version.to_string()]),
            operation: Operation::Update,
            at: Timestamp::from_secs(at),
            object: ObjectRef {
                cluster: cluster.to_owned(),
                kind: "ConfigMap".to_owned(),
                namespace: "shop".to_owned(),
                name: uid.to_owned(),
                uid: uid.to_owned(),
                ..ObjectRef::default()
            },
            version,
            category: Category::Workload,
            writers: Vec::new(),
            body: json!({}),
        }
    }

    fn gathered(observations: &[Observation]) -> Steps {
        let mut steps = Steps::default();
        for it in observations {
            steps.take(it);
        }
        steps
    }

    fn order(observations: &[Observation]) -> Vec<String> {
        let (_, steps) = gathered(observations).of(None).unwrap();
        steps.iter().map(|it| format!("{}{}@{}", it.uid, it.version, it.at.secs())).collect()
    }

    #[test]
    fn versions_of_one_object_follow_each_other_whatever_their_times() {
        let found = order(&[seen("c", "a", 2, 10), seen("c", "a", 1, 11), seen("c", "b", 1, 10)]);

        assert_eq!(found, ["a1@11", "a2@10", "b1@10"]);
    }

    #[test]
    fn what_comes_again_counts_once_at_its_earliest_time() {
        assert_eq!(order(&[seen("c", "a", 1, 12), seen("c", "a", 1, 11), seen("c", "a", 1, 12)]), ["a1@11"]);
    }

    #[test]
    fn the_order_of_arrival_does_not_matter() {
        let mut observations: Vec<Observation> = (0_u32..40)
            .map(|n| seen("c", ["a", "b"][n as usize % 2], u64::from(n), 100 - i64::from(n % 7)))
            .collect();
        let first = order(&observations);
        observations.reverse();

        assert_eq!(order(&observations), first);
    }

    #[test]
    fn nobody_guesses_which_of_several_clusters_is_meant() {
        let both = || gathered(&[seen("east", "a", 1, 10), seen("west", "a", 1, 10)]);

        let unsaid = both().of(None).unwrap_err().to_string();
        let wrong = both().of(Some("north")).unwrap_err().to_string();

        assert!(unsaid.contains("\"east\", \"west\"") && unsaid.contains("--cluster"), "{unsaid}");
        assert!(wrong.contains("\"north\"") && wrong.contains("\"east\", \"west\""), "{wrong}");
        assert_eq!(both().of(Some("west")).unwrap().1.len(), 1);
    }

    #[test]
    fn what_is_older_than_asked_for_is_left_out() {
        let mut steps = Steps::since(Some(Timestamp::from_secs(20)));
        steps.take(&seen("c", "a", 1, 10));

        let error = steps.of(None).unwrap_err().to_string();

        assert!(error.contains("found none among 1") && error.contains("--since"), "{error}");
    }
}
