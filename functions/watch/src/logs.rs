//! Reads the last lines of containers that crashed, beside the watching, and tells them as objects.

use crate::{crashes::Crash, event, teller::Teller};
use chiron_cluster::{
    Body, Cluster, Error, LogQuery, Resource,
    watch::{Change, Clock, Told, pause},
};
use chiron_model::{ContainerLog, Operation, Timestamp};
use chiron_redact::Redactor;
use futures::{
    StreamExt,
    channel::mpsc::Receiver,
    future::{Either, select},
};
use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tracing::{debug, warn};

/// Lines that are asked for: one more than is kept tells whether there were more.
const LINES: u32 = 21;
/// Bytes that are asked for. Lines are cut after credentials were replaced, so that it is more than is kept.
const BYTES: usize = 16 << 10;

/// Reads logs.
pub(crate) struct Logs {
    cluster: Cluster,
    redactor: Arc<Redactor>,
    clock: Clock,
    resource: Arc<Resource>,
    said: Mutex<Said>,
}

/// What went wrong before.
#[derive(Default)]
struct Said {
    /// When the right was last found to be missing, by namespace.
    forbidden: BTreeMap<String, Timestamp>,
    /// Whether it was told.
    is_forbidden: bool,
    /// Whether another failure was told.
    is_failed: bool,
}

impl Logs {
    pub(crate) fn new(cluster: Cluster, redactor: Arc<Redactor>, clock: Clock) -> Self {
        let (group, version) = ContainerLog::API_VERSION.split_once('/').unwrap_or_default();
        let resource = Resource {
            group: group.to_owned(),
            version: version.to_owned(),
            plural: "containerlogs".to_owned(),
            kind: ContainerLog::KIND.to_owned(),
            namespaced: true,
            watchable: false,
            body: Body::Full,
        };
        Self { cluster, redactor, clock, resource: Arc::new(resource), said: Mutex::default() }
    }

    /// Tells the logs of the crashes until no more come. Each is asked for once: what fails is left out.
    pub(crate) async fn tell(&self, crashed: Receiver<Crash>, teller: &Teller) {
        let at_once = teller.config.logs_at_once.max(1);
        crashed.for_each_concurrent(at_once, |crash| self.tell_one(crash, teller)).await;
    }

    async fn tell_one(&self, crash: Crash, teller: &Teller) {
        if self.is_forbidden(&crash.namespace, teller.config.watch.forbidden) {
            return;
        }
        let log = match self.read(&crash, teller.config.log_patience).await {
            Ok(Some(log)) => log,
            Ok(None) => return,
            Err(error) => return self.note(&crash, &error),
        };
        let change = Change {
            operation: Operation::Update,
            resource: Arc::clone(&self.resource),
            object: log.object(),
            at: (self.clock)(),
            is_late: false,
        };
        match event(&teller.origin, Told::Changed(change)) {
            Ok(event) => teller.insist(vec![event]).await,
            Err(error) => warn!(error = %error, "a log cannot be told"),
        }
    }

    /// The end of a log; `None` when nothing is in it.
    async fn read(&self, crash: &Crash, patience: Duration) -> Result<Option<ContainerLog>, Error> {
        let query = LogQuery {
            namespace: &crash.namespace,
            pod: &crash.pod,
            container: &crash.container,
            previous: crash.previous,
            lines: LINES,
            bytes: BYTES,
        };
        let reading = pin!(self.cluster.log(&query));
        let found = match select(reading, pin!(pause(patience))).await {
            Either::Left((found, _)) => found?,
            Either::Right(_) => {
                let path = format!("log of {}/{}", crash.namespace, crash.pod);
                return Err(Error::TimedOut { path, limit: patience });
            }
        };
        let Some(found) = found else { return Ok(None) };
        let tail = self.redactor.tail(&found.text);
        let log = ContainerLog {
            namespace: crash.namespace.clone(),
            pod: crash.pod.clone(),
            pod_uid: crash.pod_uid.clone(),
            container: crash.container.clone(),
            restarts: crash.restarts,
            lines: tail.lines,
            is_cut: tail.is_cut || found.is_cut,
        };
        Ok(log.quote().is_some().then_some(log))
    }

    /// Whether the right was missing in that namespace, so recently that asking again is of no use.
    fn is_forbidden(&self, namespace: &str, pause: Duration) -> bool {
        let now = (self.clock)();
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.forbidden.retain(|_, at| at.plus(pause) > now && *at <= now);
        said.forbidden.contains_key(namespace)
    }

    /// Says what went wrong, once; the rest is for those who look closely.
    fn note(&self, crash: &Crash, error: &Error) {
        let now = (self.clock)();
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(error, Error::Forbidden { .. }) {
            said.forbidden.insert(crash.namespace.clone(), now);
            if !std::mem::replace(&mut said.is_forbidden, true) {
                warn!(
                    k8s.namespace.name = crash.namespace,
                    "no right to read the logs of containers that crash: chiron rbac print --logs"
                );
            }
        } else if !std::mem::replace(&mut said.is_failed, true) {
            warn!(error = %error, "a log was not read; what else cannot be read is told at the level debug");
        } else {
            debug!(error = %error, "a log was not read");
        }
    }
}
