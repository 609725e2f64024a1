//! A whole cluster, or a recording of one moment of it, looked at once.

use crate::{
    standing::standing,
    tally::Tally,
    tracked::Tracked,
    user::UserRules,
    view::{condition, is_ready, text, time},
    world::World,
};
use chiron_model::{ContainerLog, Finding, Observation, Timestamp};
use std::{collections::BTreeSet, sync::Arc};

/// Kinds that are looked at after all others, because their rules ask what was found in their parts.
const LAST: &[&str] = &["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Service"];

/// What is known of the moment that is looked at.
#[derive(Clone, Debug, Default)]
pub struct Moment {
    /// When it is; for a recording the newest time in it.
    pub at: Timestamp,
    /// Whether it is a recording: then nothing in it is only young, because nothing will happen any more.
    pub is_recorded: bool,
    /// Kinds of which all objects were read.
    pub complete: BTreeSet<String>,
    /// Rules that are asked besides the built-in ones.
    pub rules: Arc<UserRules>,
}

impl World {
    /// Looks at objects as they are at one moment. No change is known; what was changed is read from the objects.
    #[must_use]
    pub fn look(observations: impl IntoIterator<Item = Observation>, moment: Moment) -> Self {
        let mut world = Self::default();
        world.now = moment.at;
        world.complete = moment.complete;
        world.is_recorded = moment.is_recorded;
        world.is_one_look = true;
        world.use_rules(moment.rules);
        let mut logs = Vec::new();
        for observation in observations {
            if ContainerLog::is_named_by(&observation.object) {
                logs.push(observation);
            } else if observation.object.kind == "Event" {
                world.tallies.insert(observation.object.uid.clone(), Tally::of(&observation));
            } else if world
                .objects
                .get(&observation.object.uid)
                .is_none_or(|it| it.version <= observation.version)
            {
                world.objects.insert(Tracked::new(observation));
            }
        }
        for log in logs {
            world.hear(&log, &mut Vec::new());
        }
        world.learn_all();
        world.evaluate_all();
        world
    }

    /// What Events say of objects, beside what the objects themselves show; those that healed are over.
    #[must_use]
    pub fn reports(&self) -> Vec<Finding> {
        crate::hearsay::reports(self)
    }

    /// Learns what is normal, each object once.
    fn learn_all(&mut self) {
        let uids = |kind: &str, world: &Self| -> Vec<String> {
            world.objects.of_kind(kind).map(|it| it.reference.uid.clone()).collect()
        };
        for uid in uids("Pod", self) {
            self.learn_start_up(&uid, None);
        }
        for uid in uids("Service", self) {
            self.learn_backing(&uid);
        }
        for kind in ["Deployment", "StatefulSet", "DaemonSet"] {
            for uid in uids(kind, self) {
                let since = self.objects.get(&uid).and_then(|it| self.short_for(it));
                if let Some(since) = since {
                    self.short_since.insert(uid, since);
                }
            }
        }
    }

    /// Since when a workload has fewer ready replicas than it wants, as its conditions and its pods tell.
    fn short_for(&self, workload: &Tracked) -> Option<Timestamp> {
        standing(&workload.body).filter(|it| it.ready < it.desired)?;
        let turned = |kind: &str| {
            let it = condition(&workload.body, kind)?;
            time(it, &["lastUpdateTime"]).max(time(it, &["lastTransitionTime"]))
        };
        // What is available says nothing of a pod that has just stopped being ready.
        let lacking = condition(&workload.body, "Available").filter(|it| text(it, &["status"]) == "False");
        let lacking = lacking.and_then(|it| time(it, &["lastTransitionTime"]));
        let pods = self.pods_of(workload).into_iter().filter(|pod| !is_ready(&pod.body));
        let began = pods.filter_map(|pod| {
            let ready = condition(&pod.body, "Ready").and_then(|it| time(it, &["lastTransitionTime"]));
            ready.map(|at| pod.happened(at)).or_else(|| time(&pod.body, &["metadata", "creationTimestamp"]))
        });
        let known = lacking.into_iter().chain(began.min()).min();
        let known = known.or_else(|| turned("Progressing").max(turned("Available")));
        known.or_else(|| time(&workload.body, &["metadata", "creationTimestamp"])).or(Some(self.now))
    }

    fn evaluate_all(&mut self) {
        let (parts, wholes): (Vec<_>, Vec<_>) = self
            .objects
            .values()
            .map(|it| (it.reference.uid.clone(), LAST.contains(&it.reference.kind.as_str())))
            .partition(|(_, is_last)| !is_last);
        let mut found = Vec::new();
        for (uid, _) in parts.into_iter().chain(wholes) {
            self.evaluate(&uid, &mut found);
        }
    }
}
