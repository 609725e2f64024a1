//! The last lines that a container wrote. A log of any length costs no more than the lines asked for.

use crate::{Accept, Cluster, Error, path::value};
use futures::StreamExt;
use std::time::Duration;

/// How often fewer lines are asked for when the lines are longer than what may be read.
const NARROWER: u32 = 6;

/// Which part of which log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogQuery<'a> {
    /// Namespace of the pod.
    pub namespace: &'a str,
    /// Name of the pod.
    pub pod: &'a str,
    /// Name of the container, of any sort.
    pub container: &'a str,
    /// The log of the container that ran before this one, instead of this one's.
    pub previous: bool,
    /// The most lines.
    pub lines: u32,
    /// The most bytes.
    pub bytes: usize,
}

/// The end of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The last lines, in their order. Bytes that are no UTF-8 are replaced.
    pub text: String,
    /// Whether it is less than was asked for, since the lines are long.
    pub is_cut: bool,
}

impl Cluster {
    /// The last lines of a container's log; `None` when there is no such log: the container has not started or has not
    /// run before, or the pod is gone.
    pub async fn log(&self, query: &LogQuery<'_>) -> Result<Option<Log>, Error> {
        let mut lines = query.lines.max(1);
        let mut log = Log::default();
        for asked in 1..=NARROWER {
            let text = match self.tail(query, lines).await {
                Ok(text) => text,
                // 400: no such container, none that ran before, or none that has started.
                Err(Error::NotFound { .. } | Error::Refused { status: 400, .. }) => return Ok(None),
                Err(error) => return Err(error),
            };
            // The limit cuts the end off, and it is the end that matters: fewer lines come nearer to it.
            let full = text.len() >= query.bytes;
            log = Log {
                is_cut: full || lines < query.lines,
                text: String::from_utf8_lossy(&text).into_owned(),
            };
            if !full || lines == 1 {
                break;
            }
            // The last request is for one line, which always shows the end.
            lines = if asked + 1 == NARROWER { 1 } else { fewer(lines, &text) };
        }
        Ok(Some(log))
    }

    async fn tail(&self, query: &LogQuery<'_>, lines: u32) -> Result<Vec<u8>, Error> {
        let path = query.path(lines);
        let mut opened = self.open(&path, Accept::Any).await?;
        let mut all = Vec::new();
        let limit = self.limits.attempt;
        let reading = async {
            while let Some(piece) = opened.pieces.next().await {
                all.extend_from_slice(&piece?);
                if all.len() >= query.bytes {
                    break;
                }
            }
            all.truncate(query.bytes);
            Ok(all)
        };
        let timed_out = |_| Err(Error::TimedOut { path: path.clone(), limit });
        tokio::time::timeout(limit.max(Duration::from_millis(1)), reading).await.unwrap_or_else(timed_out)
    }
}

/// How many lines fit, by those that came.
fn fewer(lines: u32, text: &[u8]) -> u32 {
    let came = text.split(|byte| *byte == b'\n').count().saturating_sub(1);
    u32::try_from(came).unwrap_or(u32::MAX).min(lines / 2).max(1)
}

impl LogQuery<'_> {
    fn path(&self, lines: u32) -> String {
        format!(
            "/api/v1/namespaces/{}/pods/{}/log?container={}&previous={}&tailLines={lines}&limitBytes={}",
            value(self.namespace),
            value(self.pod),
            value(self.container),
            self.previous,
            self.bytes.max(1)
        )
    }
}
