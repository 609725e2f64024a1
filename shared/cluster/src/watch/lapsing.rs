//! Telling that a kind is not seen, and that it is seen again.

use super::{
    Lapse, Mark, Told,
    stream::{Stop, Stream},
};
use chiron_model::Timestamp;
use std::sync::Arc;

impl Stream {
    /// Tells that the kind is not seen, once, when that has lasted too long; a kind that was never seen is told at once.
    pub(super) async fn tell_lost(&mut self) -> Result<(), Stop> {
        let now = (self.shared.clock)();
        let is_short = self.seen.is_some_and(|seen| seen.plus(self.shared.config.patience) > now);
        let is_lost = self.seen.is_none() || self.gap.is_some();
        if self.is_told_lost || self.is_given_up || is_short || !is_lost {
            return Ok(());
        }
        self.is_told_lost = true;
        let reason = self.gap.clone().unwrap_or_else(|| "it is listed for the first time".to_owned());
        let lapse = Lapse { until: None, is_known: false, reason, ..self.lapse(self.seen, now) };
        self.tell_lapse(lapse).await
    }

    /// All is known again, or will be as soon as the watch has told it.
    pub(super) async fn tell_found(
        &mut self,
        from: Option<Timestamp>,
        until: Timestamp,
        late: u64,
    ) -> Result<(), Stop> {
        self.is_told_lost = false;
        self.is_given_up = false;
        let reason = self.gap.take().unwrap_or_else(|| match from {
            Some(_) => "the watch was not continued".to_owned(),
            None => "it was listed for the first time".to_owned(),
        });
        let lapse = Lapse { until: Some(until), is_known: true, reason, late, ..self.lapse(from, until) };
        self.tell_lapse(lapse).await
    }

    /// Nobody waits any longer for the kind to be seen.
    pub(super) async fn tell_given_up(&mut self, reason: &str) -> Result<(), Stop> {
        self.is_given_up = true;
        if !std::mem::take(&mut self.is_told_lost) {
            return Ok(());
        }
        let now = (self.shared.clock)();
        let reason = reason.to_owned();
        let lapse = Lapse { until: Some(now), is_known: false, reason, ..self.lapse(self.seen, now) };
        self.tell_lapse(lapse).await
    }

    fn lapse(&self, from: Option<Timestamp>, at: Timestamp) -> Lapse {
        Lapse {
            resource: Arc::clone(&self.resource),
            namespace: self.namespace.clone().unwrap_or_default(),
            from,
            until: None,
            at,
            is_known: false,
            reason: String::new(),
            late: 0,
        }
    }

    async fn tell_lapse(&self, lapse: Lapse) -> Result<(), Stop> {
        self.send(Some(Told::Lapsed(lapse)), Mark::default()).await
    }
}
