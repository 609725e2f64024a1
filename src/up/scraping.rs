//! The clock of the local platform's scrapes.

use super::ingress::Door;
use crate::ports::now;
use chiron_runtime::Clock;
use chiron_scrape::{next_ping, ping};
use std::time::Duration;
use tokio::task::JoinHandle;
use tracing::warn;

/// Ticks until it is stopped. A tick that cannot be taken is left out: the next one reads what it would have read.
pub(super) fn start(door: Door, cluster: String, interval: Duration) -> JoinHandle<()> {
    let clock: Clock = now;
    tokio::spawn(async move {
        loop {
            let at = next_ping(clock(), interval);
            let wait = Duration::try_from_secs_f64(at.seconds_since(clock())).unwrap_or_default();
            tokio::time::sleep(wait).await;
            let tick = match ping(&cluster, at) {
                Ok(event) => event,
                Err(error) => {
                    warn!(%error, "no ticks for this cluster");
                    return;
                }
            };
            for failure in door.take(vec![tick]).await.into_iter().filter_map(Result::err) {
                warn!(error = failure.chain(), "metrics were not read");
            }
        }
    })
}
