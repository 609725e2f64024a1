//! What containers wrote before they ended, quoted beside what is wrong with them. No rule reads it: what a program
//! writes may say anything.

use crate::{
    open::OpenFinding,
    verdict::Symptom,
    view::{count, statuses, text},
    world::World,
};
use chiron_model::{ContainerLog, Excerpt, Observation};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rules about containers that ended, of which the log may say why.
const LOGGED: &[&str] = &["crash-loop", "out-of-memory", "container-start", "probe-kills", "restart-growth"];

/// Whether the log of the container may say why a finding of that rule is there.
#[must_use]
pub fn has_log(rule: &str) -> bool {
    LOGGED.contains(&rule)
}

/// The newest log of each container, by uid of the pod and name of the container.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Logs(BTreeMap<String, BTreeMap<String, Heard>>);

/// The end of the log of one life of a container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Heard {
    /// How often the container had been restarted before that life.
    restarts: u64,
    /// How its quotation begins.
    heading: String,
    /// The quotation.
    excerpt: Excerpt,
}

impl Logs {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets the logs of all other pods.
    pub(crate) fn keep(&mut self, is_there: impl Fn(&str) -> bool) {
        self.0.retain(|uid, _| is_there(uid));
    }

    fn get(&self, pod: &str, container: &str) -> Option<&Heard> {
        self.0.get(pod)?.get(container)
    }
}

impl World {
    /// Takes a log. Findings that it belongs to quote it and are said again.
    pub(crate) fn hear(&mut self, observation: &Observation, found: &mut Vec<chiron_model::Finding>) {
        let Some(log) = ContainerLog::read(&observation.body) else { return };
        let Some(quote) = log.quote() else { return };
        let is_older =
            self.logs.get(&log.pod_uid, &log.container).is_some_and(|it| it.restarts >= log.restarts);
        // Only what pods have counts, so that nobody fills the memory with logs of nothing.
        if is_older || self.restarts(&log.pod_uid, &log.container).is_none() {
            return;
        }
        let excerpt = Excerpt { observation: observation.id, at: observation.at, text: quote };
        let heard = Heard { restarts: log.restarts, heading: log.heading(), excerpt };
        let (now, is_newest) = (self.now, self.is_newest(&log.pod_uid, &log.container, &heard));
        for rule in LOGGED.iter().filter(|_| is_newest) {
            let open = self.findings.get_mut(&key(&log.pod_uid, rule, &log.container));
            if let Some(open) = open.filter(|it| !quotes(it, &heard.heading)) {
                open.finding.evidence.push(heard.excerpt.observation);
                open.finding.excerpts.push(heard.excerpt.clone());
                open.finding.updated_at = now;
                found.push(open.finding.clone());
            }
        }
        self.logs.0.entry(log.pod_uid).or_default().insert(log.container, heard);
    }

    /// The symptom, with the log of its container when that is known before the finding begins.
    pub(crate) fn with_log(&self, uid: &str, rule: &str, symptom: Symptom) -> Symptom {
        let Some(name) = symptom.container.as_deref().filter(|_| has_log(rule)) else { return symptom };
        let Some(heard) = self.logs.get(uid, name).filter(|it| self.is_newest(uid, name, it)) else {
            return symptom;
        };
        if self.findings.get(&key(uid, rule, name)).is_some_and(|it| quotes(it, &heard.heading)) {
            return symptom;
        }
        let Excerpt { observation, at, text } = heard.excerpt.clone();
        symptom.quoting(observation, at, text)
    }

    /// Whether a log is of the last life that ended.
    fn is_newest(&self, pod: &str, container: &str, heard: &Heard) -> bool {
        self.restarts(pod, container).is_some_and(|now| heard.restarts.saturating_add(1) >= now)
    }

    /// How often a container of a pod was restarted.
    fn restarts(&self, pod: &str, container: &str) -> Option<u64> {
        let pod = self.objects.get(pod).filter(|it| it.reference.kind == "Pod")?;
        let status = statuses(&pod.body).find(|it| text(it, &["name"]) == container)?;
        Some(count(status, &["restartCount"]))
    }
}

fn key(uid: &str, rule: &str, container: &str) -> String {
    format!("{uid}/{rule}/{container}")
}

/// Whether a finding quotes a log of its container already: one shows what a crash is like.
fn quotes(open: &OpenFinding, heading: &str) -> bool {
    open.finding.excerpts.iter().any(|it| it.text.starts_with(heading))
}
