//! Which containers crashed, and whose log is to be read.

use chiron_cluster::watch::{Change, Told};
use chiron_model::{Operation, Timestamp};
use futures::channel::mpsc::{Receiver, Sender, channel};
use serde_json::Value;
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};
use tracing::debug;

/// A container that runs again is looked into when it crashed within this time.
const RECENT: Duration = Duration::from_mins(10);
/// Crashes that wait for their log to be read.
const WAITING: usize = 64;
/// Pods of which is remembered what was read.
const REMEMBERED: usize = 20_000;
const MINUTE: Duration = Duration::from_mins(1);

/// A life of a container that ended in a crash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Crash {
    pub namespace: String,
    pub pod: String,
    pub pod_uid: String,
    pub container: String,
    /// How often the container had been restarted before that life.
    pub restarts: u64,
    /// Whether it is the life before the present one, as the API server counts them.
    pub previous: bool,
}

/// Chooses whose log is read: each life once, and so many in a minute.
pub(crate) struct Crashes {
    a_minute: usize,
    chosen: Sender<Crash>,
    waiting: Vec<Crash>,
    /// When logs were last asked for.
    asked: VecDeque<Timestamp>,
    /// The newest life of each container that was asked for, by uid of the pod.
    read: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Crashes {
    /// So many in a minute, and where they come out.
    pub(crate) fn new(a_minute: usize) -> (Self, Receiver<Crash>) {
        let (chosen, receiver) = channel(WAITING);
        let (waiting, asked, read) = (Vec::new(), VecDeque::new(), BTreeMap::new());
        (Self { a_minute, chosen, waiting, asked, read }, receiver)
    }

    /// Looks for crashes in what is told.
    pub(crate) fn notice(&mut self, told: &[Told]) {
        for one in told {
            match one {
                Told::Changed(change) if change.resource.is_core("Pod") => self.look_at(change),
                Told::Changed(_) | Told::Lapsed(_) => {}
            }
        }
    }

    /// Lets the logs of the crashes be read that were noticed.
    pub(crate) fn pass_on(&mut self) {
        for crash in self.waiting.drain(..) {
            if self.chosen.try_send(crash).is_err() {
                debug!("a log is not read, since others take too long");
            }
        }
    }

    fn look_at(&mut self, change: &Change) {
        if change.operation == Operation::Delete {
            self.read.remove(text(&change.object, "/metadata/uid"));
            return;
        }
        for crash in crashes(&change.object, change.at) {
            let known = self.read.get(&crash.pod_uid).and_then(|it| it.get(&crash.container));
            if known.is_none_or(|it| *it < crash.restarts) && self.may_ask(change.at) {
                self.remember(&crash);
                self.waiting.push(crash);
            }
        }
    }

    /// Whether one more log may be read in this minute.
    fn may_ask(&mut self, now: Timestamp) -> bool {
        // A clock that was set back must not stop the reading.
        while self.asked.front().is_some_and(|it| it.plus(MINUTE) <= now || *it > now) {
            self.asked.pop_front();
        }
        let may = self.asked.len() < self.a_minute;
        if may {
            self.asked.push_back(now);
        }
        may
    }

    fn remember(&mut self, crash: &Crash) {
        if self.read.len() >= REMEMBERED {
            self.read.clear();
        }
        let containers = self.read.entry(crash.pod_uid.clone()).or_default();
        containers.insert(crash.container.clone(), crash.restarts);
    }
}

/// The lives of the containers of a pod that ended in a crash of late.
fn crashes(pod: &Value, now: Timestamp) -> Vec<Crash> {
    if !text(pod, "/metadata/deletionTimestamp").is_empty() {
        return Vec::new();
    }
    let lists = ["/status/initContainerStatuses", "/status/containerStatuses"];
    let statuses = lists.iter().filter_map(|it| pod.pointer(it)?.as_array()).flatten();
    statuses.filter_map(|it| crash(pod, it, now)).collect()
}

/// The last life of a container, when it ended in a crash and its log stays what it is: a container that is about to be
/// started again is looked into when it waits or runs, because `previous` means another life by then.
fn crash(pod: &Value, status: &Value, now: Timestamp) -> Option<Crash> {
    let (ended, before) = (&status["state"]["terminated"], &status["lastState"]["terminated"]);
    let restarts = status["restartCount"].as_u64().unwrap_or(0);
    let waits = text(status, "/state/waiting/reason") == "CrashLoopBackOff";
    let (restarts, previous) = if is_crash(ended, now) && is_final(pod) {
        (restarts, false)
    } else if ended.is_null() && before.is_object() && (waits || is_crash(before, now)) {
        let runs = status["state"]["running"].is_object();
        (restarts.saturating_sub(u64::from(runs)), true)
    } else {
        return None;
    };
    Some(Crash {
        namespace: text(pod, "/metadata/namespace").to_owned(),
        pod: text(pod, "/metadata/name").to_owned(),
        pod_uid: text(pod, "/metadata/uid").to_owned(),
        container: text(status, "/name").to_owned(),
        restarts,
        previous,
    })
}

/// Whether no container of the pod is started again once it ended.
fn is_final(pod: &Value) -> bool {
    text(pod, "/spec/restartPolicy") == "Never" || text(pod, "/status/phase") == "Failed"
}

/// Whether a life ended with an error of late.
fn is_crash(ended: &Value, now: Timestamp) -> bool {
    let at: Option<Timestamp> = ended["finishedAt"].as_str().and_then(|it| it.parse().ok());
    ended["exitCode"].as_i64().is_some_and(|it| it != 0) && at.is_none_or(|it| it.plus(RECENT) >= now)
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chiron_cluster::{Body, Resource};
    use serde_json::json;
    use std::sync::Arc;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_secs(1_800_000_000 + second)
    }

    fn ended(code: i64, second: i64) -> Value {
        json!({"terminated": {"exitCode": code, "finishedAt": at(second).to_string()}})
    }

    fn pod(uid: &str, status: &Value) -> Value {
        let mut status = status.clone();
        status["name"] = json!("web");
        json!({
            "metadata": {"name": "web-1", "namespace": "shop", "uid": uid},
            "spec": {"restartPolicy": "Always"},
            "status": {"phase": "Running", "containerStatuses": [status]},
        })
    }

    fn waiting(restarts: u64) -> Value {
        let waits = json!({"waiting": {"reason": "CrashLoopBackOff"}});
        json!({"state": waits, "lastState": ended(1, 0), "restartCount": restarts})
    }

    fn told(operation: Operation, second: i64, object: Value) -> Told {
        let resource = Resource {
            group: String::new(),
            version: "v1".to_owned(),
            plural: "pods".to_owned(),
            kind: "Pod".to_owned(),
            namespaced: true,
            watchable: true,
            body: Body::Full,
        };
        let resource = Arc::new(resource);
        Told::Changed(Change { operation, resource, object, at: at(second), is_late: false })
    }

    fn lives(pod: &Value, second: i64) -> Vec<(u64, bool)> {
        crashes(pod, at(second)).into_iter().map(|it| (it.restarts, it.previous)).collect()
    }

    #[test]
    fn log_of_a_container_that_waits_or_runs_is_that_of_the_life_before() {
        let runs = json!({"state": {"running": {}}, "lastState": ended(1, 0), "restartCount": 3});

        assert_eq!(lives(&pod("u", &waiting(2)), 9_000), [(2, true)]);
        assert_eq!(lives(&pod("u", &runs), 5), [(2, true)]);
    }

    #[test]
    fn container_that_is_about_to_be_started_again_is_not_read_yet() {
        let status = json!({"state": ended(1, 0), "lastState": {}, "restartCount": 0});
        let mut last = pod("u", &status);
        last["spec"]["restartPolicy"] = json!("Never");

        assert_eq!(lives(&pod("u", &status), 5), []);
        assert_eq!(lives(&last, 5), [(0, false)]);
    }

    #[test]
    fn container_that_is_well_is_not_read() {
        let state = |last: Value| json!({"state": {"running": {}}, "lastState": last, "restartCount": 7});
        let mut leaving = pod("u", &waiting(2));
        leaving["metadata"]["deletionTimestamp"] = json!(at(0).to_string());

        assert_eq!(lives(&pod("u", &state(ended(1, 0))), 3_600), [], "crashed an hour ago");
        assert_eq!(lives(&pod("u", &state(ended(0, 0))), 5), [], "ended without an error");
        assert_eq!(lives(&pod("u", &state(json!({}))), 5), [], "never ended");
        assert_eq!(lives(&leaving, 5), [], "is being deleted");
        assert_eq!(lives(&json!({"status": "Ready", "metadata": 7}), 5), []);
    }

    #[test]
    fn each_life_is_read_once() {
        let (mut crashes, mut chosen) = Crashes::new(100);
        let mut restarts = Vec::new();

        for (second, count) in [(1, 1), (2, 1), (3, 2), (4, 2)] {
            crashes.notice(&[told(Operation::Update, second, pod("u", &waiting(count)))]);
        }
        crashes.pass_on();
        while let Ok(crash) = chosen.try_recv() {
            restarts.push(crash.restarts);
        }

        assert_eq!(restarts, [1, 2]);
    }

    #[test]
    fn so_many_are_read_in_a_minute_and_the_others_when_they_crash_again() {
        let (mut crashes, _chosen) = Crashes::new(2);
        let mut noticed = |second: i64, count: u64| {
            let pods = ["a", "b", "c"].map(|uid| told(Operation::Update, second, pod(uid, &waiting(count))));
            crashes.notice(&pods);
            std::mem::take(&mut crashes.waiting).into_iter().map(|it| it.pod_uid).collect::<Vec<_>>()
        };

        assert_eq!(noticed(0, 1), ["a", "b"]);
        assert_eq!(noticed(30, 1), [""; 0]);
        assert_eq!(noticed(61, 1), ["c"]);
    }

    #[test]
    fn pod_that_is_gone_is_forgotten() {
        let (mut crashes, _chosen) = Crashes::new(2);

        crashes.notice(&[told(Operation::Update, 0, pod("u", &waiting(1)))]);
        crashes.notice(&[told(Operation::Delete, 1, pod("u", &waiting(1)))]);

        assert!(crashes.read.is_empty());
    }
}
