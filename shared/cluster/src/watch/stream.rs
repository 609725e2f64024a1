//! One kind, listed and watched for as long as it is there.

use super::{
    ClusterState, KindState, Mark, Shared,
    backoff::Backoff,
    known::Known,
    outlet::{Closed, Parcel},
    quiet::Quiet,
};
use crate::{Error, Resource};
use chiron_model::Timestamp;
use std::{sync::Arc, time::Duration};
use tracing::{info, warn};

/// One kind, of the whole cluster or of one namespace.
pub(super) struct Stream {
    pub(super) name: Arc<str>,
    pub(super) resource: Arc<Resource>,
    pub(super) namespace: Option<String>,
    pub(super) shared: Arc<Shared>,
    pub(super) known: Known,
    /// Where a watch goes on; none when all must be listed.
    pub(super) position: Option<String>,
    /// When the API server last said something.
    pub(super) seen: Option<Timestamp>,
    /// Why the kind is not seen at the moment, or was not until just now.
    pub(super) gap: Option<String>,
    /// Whether it was told that the kind is not seen. What an earlier process told is not known.
    pub(super) is_told_lost: bool,
    /// Whether nobody waits for the kind any longer, since it may not be read.
    pub(super) is_given_up: bool,
    /// Objects that were found changed since the gap began.
    pub(super) late: u64,
    pub(super) quiet: Option<Quiet>,
    pub(super) backoff: Backoff,
    is_warned: bool,
}

/// Why a list or a watch ended before its time.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nobody takes anything any more.
    Closed,
    /// The API server did not do what it was asked.
    Trouble(Error),
    /// All must be listed again.
    Gap(String),
}

impl From<Closed> for Stop {
    fn from(_: Closed) -> Self {
        Self::Closed
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error {
            Error::Expired { .. } => Self::Gap(error.to_string()),
            Error::Unauthorized { .. }
            | Error::Forbidden { .. }
            | Error::NotFound { .. }
            | Error::Unavailable { .. }
            | Error::Refused { .. }
            | Error::Unreachable { .. }
            | Error::Untrusted { .. }
            | Error::TimedOut { .. }
            | Error::TooLarge { .. }
            | Error::Malformed { .. } => Self::Trouble(error),
        }
    }
}

impl Stream {
    pub(super) fn new(shared: Arc<Shared>, resource: Arc<Resource>, namespace: Option<String>) -> Self {
        let name = Self::name_of(&resource, namespace.as_deref());
        let config = &shared.config;
        let seed =
            name.bytes().fold(config.seed, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
        let rule = config.quiet.iter().find(|rule| rule.resource == resource.to_string());
        let stream = Self {
            backoff: Backoff::new(config.backoff, config.backoff_limit, seed),
            quiet: rule.map(Quiet::of),
            name,
            resource,
            namespace,
            known: Known::default(),
            position: None,
            seen: None,
            gap: None,
            is_told_lost: false,
            is_given_up: false,
            late: 0,
            is_warned: false,
            shared,
        };
        stream.note(|kind| {
            kind.resource = stream.resource.to_string();
            kind.namespace = stream.namespace.clone().unwrap_or_default();
            kind.state = KindState::Listing;
        });
        stream
    }

    /// The name of the watch of a kind, whatever its version: versions share their resource versions.
    pub(super) fn name_of(resource: &Resource, namespace: Option<&str>) -> Arc<str> {
        namespace.map_or_else(|| resource.to_string(), |it| format!("{resource}/{it}")).into()
    }

    /// Lists and watches until the kind is not served any more, or nobody takes anything; gives its own name.
    pub(super) async fn run(mut self) -> Arc<str> {
        let mut done = self.recall().await;
        loop {
            match done {
                Ok(()) => {}
                Err(Stop::Closed) => break,
                Err(Stop::Gap(reason)) => self.lose_track(reason).await,
                Err(Stop::Trouble(Error::NotFound { .. })) => {
                    self.set(KindState::Absent);
                    let _ = self.tell_given_up("it is not served any more").await;
                    break;
                }
                Err(Stop::Trouble(error)) => self.rest(error).await,
            }
            done = self.go_on().await;
        }
        self.name
    }

    async fn go_on(&mut self) -> Result<(), Stop> {
        self.tell_lost().await?;
        match self.position.clone() {
            Some(position) => self.follow(&position).await,
            None => self.list().await,
        }
    }

    /// Starts from what was saved. What cannot be loaded is waited for: without it, deletions would be missed.
    async fn recall(&mut self) -> Result<(), Stop> {
        let recalled = loop {
            match self.shared.memory.load(&self.name).await {
                Ok(recalled) => break recalled,
                Err(error) => self.wait(error.to_string(), None).await,
            }
        };
        let Some(recalled) = recalled else { return Ok(()) };
        self.known = Known::of(&recalled.objects);
        self.position.clone_from(&recalled.position);
        self.seen = recalled.seen;
        self.gap = Some("nothing was watching".to_owned());
        self.is_told_lost = true;
        self.send(None, Mark { recalled: Some(recalled), ..Mark::default() }).await
    }

    pub(super) async fn send(&self, told: Option<super::Told>, mark: Mark) -> Result<(), Stop> {
        let parcel = Parcel { stream: Arc::clone(&self.name), told, mark, room: None };
        if !self.shared.outlet.is_full() {
            return Ok(self.shared.outlet.send(parcel).await?);
        }
        self.note(|kind| kind.is_waiting = true);
        let sent = self.shared.outlet.send(parcel).await;
        self.note(|kind| kind.is_waiting = false);
        Ok(sent?)
    }

    async fn lose_track(&mut self, reason: String) {
        info!(watch = %self.name, cluster = self.shared.cluster.name(), reason, "listing again");
        self.position = None;
        let reason = self.gap.get_or_insert(reason).clone();
        self.note(|kind| kind.trouble = Some(reason));
        self.set(KindState::Listing);
        let pause = self.backoff.next(None);
        tokio::time::sleep(pause).await;
    }

    async fn rest(&mut self, error: Error) {
        let reason = error.to_string();
        self.gap.get_or_insert_with(|| reason.clone());
        let Error::Forbidden { .. } = error else {
            let asked = if let Error::Unavailable { retry_after, .. } = error { retry_after } else { None };
            return self.wait(reason, asked).await;
        };
        if !std::mem::replace(&mut self.is_warned, true) {
            warn!(watch = %self.name, cluster = self.shared.cluster.name(), error = %reason, "a kind is not watched");
        }
        let _ = self.tell_given_up(&reason).await;
        self.note(|kind| kind.trouble = Some(reason));
        self.set(KindState::Forbidden);
        let pause = self.shared.config.forbidden;
        let jitter = self.backoff.share(pause / 10);
        tokio::time::sleep(pause + jitter).await;
    }

    async fn wait(&mut self, reason: String, asked: Option<Duration>) {
        let before = self.shared.health.summary((self.shared.clock)());
        self.note(|kind| kind.trouble = Some(reason.clone()));
        self.set(KindState::Unknown { reason: reason.clone() });
        let after = self.shared.health.summary((self.shared.clock)());
        // A cluster that is lost is told once, not once a kind.
        if matches!(after, ClusterState::Unknown { .. }) && after != before {
            warn!(cluster = self.shared.cluster.name(), error = %reason, "nothing is known of the cluster now");
        }
        let pause = self.backoff.next(asked);
        tokio::time::sleep(pause).await;
    }

    pub(super) fn set(&self, state: KindState) {
        self.note(|kind| kind.state = state);
    }

    pub(super) fn note(&self, change: impl FnOnce(&mut super::KindHealth)) {
        self.shared.health.note(&self.name, change);
    }

    /// The API server said something.
    pub(super) fn hear(&mut self) -> Timestamp {
        let now = (self.shared.clock)();
        self.seen = Some(now);
        let objects = self.known.len() as u64;
        self.note(|kind| {
            kind.newest = Some(now);
            kind.objects = objects;
        });
        now
    }
}
