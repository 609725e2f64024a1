//! Tells that time passes where nothing happens: without it, a quiet cluster is never verified to be well.

use crate::{SOURCE, Sink};
use chiron_cluster::watch::{Clock, ClusterState, Health, pause};
use chiron_events::{Context, WatermarkAdvanced, encode};
use chiron_model::Id;
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tracing::warn;

/// Whether changes were told lately, or are being told.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    is_telling: AtomicBool,
    has_told: AtomicBool,
}

impl Pulse {
    /// Changes are there to be told.
    pub(crate) fn begin(&self) {
        self.is_telling.store(true, Ordering::Relaxed);
    }

    /// They were taken.
    pub(crate) fn end(&self) {
        self.has_told.store(true, Ordering::Relaxed);
        self.is_telling.store(false, Ordering::Relaxed);
    }

    /// Whether nothing was told since this was last asked, and nothing is being told.
    fn is_quiet(&self) -> bool {
        !self.has_told.swap(false, Ordering::Relaxed) && !self.is_telling.load(Ordering::Relaxed)
    }

    /// Tells the time to `sink` after each span of `every` in which nothing was told, while the cluster is
    /// seen. One that is not taken is not told again: the next one says more.
    pub(crate) async fn beat(&self, health: &Health, clock: Clock, sink: &dyn Sink, every: Duration) {
        loop {
            pause(every).await;
            let now = clock();
            let is_seen = match health.summary(now) {
                ClusterState::Live | ClusterState::Behind | ClusterState::Partial => true,
                ClusterState::Listing | ClusterState::Unknown { .. } => false,
            };
            if !self.is_quiet() || !is_seen {
                continue;
            }
            let cluster = health.cluster().to_owned();
            let cause = Context {
                id: Id::derive(&[&cluster, "pulse", &now.to_string()]).to_string(),
                source: SOURCE.to_owned(),
                cluster: cluster.clone(),
                ..Context::default()
            };
            let payload = WatermarkAdvanced {
                cluster,
                earliest: now,
                latest: now,
                namespaces: BTreeMap::new(),
                last: false,
            };
            match encode(SOURCE, &cause, 0, &payload) {
                Ok(event) => drop(sink.accept(vec![event]).await),
                Err(error) => warn!(error = %error, "the time cannot be told"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_being_told_or_was_told_lately_is_no_silence() {
        let pulse = Pulse::default();
        assert!(pulse.is_quiet());

        pulse.begin();
        assert!(!pulse.is_quiet());
        pulse.end();
        assert!(!pulse.is_quiet(), "it was told since the last look");
        assert!(pulse.is_quiet());
    }
}
