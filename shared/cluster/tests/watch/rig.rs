//! An engine beside a server, and what it tells.

use crate::{connect::connect, server::Server};
use chiron_cluster::{
    Wanted,
    watch::{
        Change, ClusterState, Engine, EngineParts, Feed, Health, KindHealth, Lapse, Memory, MemoryError,
        Remembered, Told, WatchConfig,
    },
};
use chiron_model::{Operation, Timestamp};
use futures::future::BoxFuture;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{task::JoinHandle, time::timeout};

pub(crate) const PODS: &str = "/api/v1/pods";
pub(crate) const LEASES: &str = "/apis/coordination.k8s.io/v1/leases";
pub(crate) const SECRETS: &str = "/api/v1/secrets";
/// Nothing here takes longer, also on a machine that does much else.
const LONG: Duration = Duration::from_secs(20);

/// Remembers in this process.
#[derive(Default)]
pub(crate) struct Kept(pub(crate) Mutex<BTreeMap<String, Remembered>>);

impl Memory for Kept {
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Remembered>, MemoryError>> {
        let found = self.0.lock().unwrap().get(name).cloned();
        Box::pin(async move { Ok(found) })
    }

    fn save<'a>(&'a self, name: &'a str, it: &'a Remembered) -> BoxFuture<'a, Result<(), MemoryError>> {
        self.0.lock().unwrap().insert(name.to_owned(), it.clone());
        Box::pin(async { Ok(()) })
    }
}

/// An engine beside a server, and what it told.
pub(crate) struct Rig {
    pub(crate) feed: Feed,
    pub(crate) health: Health,
    /// Changes, and gaps that are over.
    pub(crate) told: Vec<Told>,
    /// What began to be seen or ceased to be, with first lists: such as `lost pods`, `known pods`, `given up pods`.
    pub(crate) sight: Vec<String>,
    task: JoinHandle<()>,
}

#[expect(clippy::disallowed_methods, reason = "a test of what happens in time")]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_nanos(chrono::Utc::now().timestamp_nanos_opt().unwrap())
}

/// Settings that make no test wait.
pub(crate) fn quick() -> WatchConfig {
    WatchConfig {
        page: 2,
        backoff: Duration::from_millis(20),
        backoff_limit: Duration::from_millis(100),
        rediscovery: Duration::from_millis(100),
        settling: Duration::from_millis(10),
        forbidden: Duration::from_millis(200),
        saving: Duration::ZERO,
        ..WatchConfig::default()
    }
}

impl Rig {
    pub(crate) async fn start(server: &Server) -> Self {
        Self::with(server, quick(), Arc::default()).await
    }

    pub(crate) async fn with(server: &Server, config: WatchConfig, memory: Arc<Kept>) -> Self {
        let cluster = connect(&server.url()).await;
        let parts = EngineParts { cluster, wanted: Wanted::default(), config, memory, clock: now };
        let (engine, feed) = Engine::new(parts);
        let health = engine.health();
        let task = tokio::spawn(engine.run());
        Self { feed, health, told: Vec::new(), sight: Vec::new(), task }
    }

    /// Reads until what was told is enough.
    pub(crate) async fn until(&mut self, is_enough: impl Fn(&Self) -> bool) {
        let reading = async {
            while !is_enough(self) {
                let Ok(told) = timeout(Duration::from_millis(50), self.feed.next(100, Duration::ZERO)).await
                else {
                    continue;
                };
                let told = told.unwrap().to_vec();
                self.take(told);
                self.feed.taken().await;
            }
        };
        let is_done = timeout(LONG, reading).await.is_ok();
        assert!(is_done, "told {:#?}\nhealth {:#?}", self.short(), self.health.freshness(now()));
    }

    fn take(&mut self, told: Vec<Told>) {
        for told in told {
            if let Told::Lapsed(lapse) = &told {
                let state = match (lapse.until, lapse.is_known) {
                    (None, _) => "lost",
                    (Some(_), true) => "known",
                    (Some(_), false) => "given up",
                };
                self.sight.push(format!("{state} {}", lapse.resource.plural));
                if state != "known" || lapse.from.is_none() {
                    continue;
                }
            }
            self.told.push(told);
        }
    }

    /// What was told of how a kind is seen.
    pub(crate) fn sight_of(&self, plural: &str) -> Vec<&str> {
        let all = self.sight.iter().filter_map(|it| it.strip_suffix(plural));
        all.map(str::trim).collect()
    }

    /// Reads until each kind that is there is live.
    pub(crate) async fn live(&mut self) {
        self.until(|rig| rig.health.summary(now()) == ClusterState::Live).await;
    }

    /// Stops as a process does: what was taken is saved.
    pub(crate) async fn stop(mut self) -> Vec<Told> {
        self.task.abort();
        self.feed.save().await;
        self.told
    }

    pub(crate) fn kind(&self, name: &str) -> KindHealth {
        let kinds = self.health.freshness(now());
        kinds.into_iter().find(|kind| kind.resource == name).unwrap_or_default()
    }

    pub(crate) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.told.iter().filter_map(|told| match told {
            Told::Changed(change) => Some(change),
            Told::Lapsed(_) => None,
        })
    }

    /// The gaps of pods; other kinds have theirs at the same time.
    pub(crate) fn lapses(&self) -> Vec<&Lapse> {
        self.lapses_of("pods")
    }

    pub(crate) fn lapses_of(&self, plural: &str) -> Vec<&Lapse> {
        let lapses = self.told.iter().filter_map(|told| match told {
            Told::Changed(_) => None,
            Told::Lapsed(lapse) => Some(lapse),
        });
        lapses.filter(|lapse| lapse.resource.plural == plural).collect()
    }

    /// What was told, such as `add a`, `update a late`.
    pub(crate) fn short(&self) -> Vec<String> {
        let name =
            |change: &Change| change.object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let operation = |change: &Change| match change.operation {
            Operation::Add => "add",
            Operation::Update => "update",
            Operation::Delete => "delete",
        };
        let late = |change: &Change| if change.is_late { " late" } else { "" };
        self.changes().map(|it| format!("{} {}{}", operation(it), name(it), late(it))).collect()
    }
}
