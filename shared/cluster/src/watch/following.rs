//! Watches a kind from where it was last seen.

use super::{
    KindState, Mark,
    frame::Frame,
    lines::Lines,
    stream::{Stop, Stream},
    tell::LOOK,
};
use crate::{Accept, Body, Error, Opened, path::value};
use futures::StreamExt;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A watch that ends sooner without a word is a failure.
const SHORTEST: Duration = Duration::from_secs(5);

impl Stream {
    /// Watches until the connection ends, which is no gap: the next watch goes on where this one was.
    pub(super) async fn follow(&mut self, position: &str) -> Result<(), Stop> {
        if self.gap.is_some() && self.is_ahead(position).await? {
            return Err(Stop::Gap(format!("the cluster is older than version {position}, which was known")));
        }
        let path = self.watch_path(position);
        let accept = match self.resource.body {
            Body::Full => Accept::Json,
            Body::Metadata => Accept::Metadata,
        };
        let opened = self.shared.cluster.open(&path, accept).await?;
        self.set(KindState::Live);
        let from = self.seen;
        let until = self.hear();
        if self.is_told_lost {
            // Nothing was missed: what happened meanwhile comes now.
            self.tell_found(from, until, 0).await?;
        }
        let begun = Instant::now();
        let ended = self.read(opened, position).await;
        let is_useful = self.position.as_deref() != Some(position) || begun.elapsed() > SHORTEST;
        match ended {
            Ok(()) | Err(Stop::Trouble(Error::Unreachable { .. })) if is_useful => {
                self.backoff.reset();
                let pause = self.backoff.share(self.shared.config.backoff);
                tokio::time::sleep(pause).await;
                Ok(())
            }
            Ok(()) => {
                let pause = self.backoff.next(None);
                tokio::time::sleep(pause).await;
                Ok(())
            }
            Err(stop) => Err(stop),
        }
    }

    fn watch_path(&mut self, position: &str) -> String {
        let lasting = self.shared.config.lasting;
        let seconds = lasting.saturating_sub(self.backoff.share(lasting / 5)).as_secs().max(1);
        format!(
            "{}?watch=true&allowWatchBookmarks=true&resourceVersion={}&timeoutSeconds={seconds}",
            self.resource.path(self.namespace.as_deref()),
            value(position)
        )
    }

    async fn read(&mut self, mut opened: Opened, position: &str) -> Result<(), Stop> {
        let mut lines = Lines::new(self.shared.config.longest);
        let mut silent_until = Instant::now() + self.shared.config.idle;
        loop {
            let look =
                if self.quiet.is_some() { silent_until.min(Instant::now() + LOOK) } else { silent_until };
            match timeout_at(look, opened.pieces.next()).await {
                Err(_) if Instant::now() >= silent_until => return Ok(()),
                Err(_) => {}
                Ok(None) => return Ok(()),
                Ok(Some(piece)) => {
                    let too_long = lines.push(&piece?);
                    self.hear();
                    while let Some(line) = lines.next() {
                        self.understand(&line).await?;
                    }
                    if too_long.is_err() {
                        return Err(Stop::Gap(format!("a change after version {position} is too large")));
                    }
                    silent_until = Instant::now() + self.shared.config.idle;
                }
            }
            let now = (self.shared.clock)();
            self.tell_due(now).await?;
        }
    }

    async fn understand(&mut self, line: &[u8]) -> Result<(), Stop> {
        if line.is_empty() {
            return Ok(());
        }
        match Frame::read(line) {
            Frame::Changed(operation, object) => {
                self.gap = None;
                self.take(operation, object).await
            }
            Frame::Bookmark(version) => {
                self.gap = None;
                self.position = Some(version.clone());
                self.send(None, Mark { position: Some(version), seen: self.seen, ..Mark::default() }).await
            }
            Frame::Failed { code: 410, message, .. } => Err(Stop::Gap(message)),
            Frame::Failed { code, message, retry_after } => Err(Stop::Trouble(Error::Unavailable {
                path: self.resource.path(self.namespace.as_deref()),
                status: u16::try_from(code).unwrap_or(500),
                attempts: 1,
                message,
                retry_after,
            })),
            Frame::Unreadable(reason) => {
                Err(Stop::Gap(format!("a line of the watch cannot be read: {reason}")))
            }
            Frame::Other => {
                self.note(|kind| kind.skipped += 1);
                Ok(())
            }
        }
    }
}
