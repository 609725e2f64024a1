//! Settings of the scrape function.

use chiron_prometheus::{client::ClientConfig, query_pack::QueryPack};
use std::{path::PathBuf, time::Duration};

/// Settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The cluster of events that do not say where they come from. Default: none, such events are refused.
    pub default_cluster: Option<String>,
    /// What is read. Default nothing.
    pub targets: Vec<Target>,
    /// What Prometheus is asked. Default the standard pack.
    pub pack: QueryPack,
    /// Time between two samples that Prometheus is asked for; best the interval in which it scrapes. Default 30 s.
    pub step: Duration,
    /// Span that rates are computed over; at least four times the interval in which Prometheus scrapes. Default 5 min.
    pub rate_window: Duration,
    /// How long samples may take to be there: that much of the newest past is left for the next time. Default 5 s.
    pub settling: Duration,
    /// How far the first scrape looks back. Default 2 min.
    pub first_span: Duration,
    /// How far a scrape looks back at most, however long ago the last one was. Default 1 h.
    pub catch_up: Duration,
    /// The longest span that is read at once; what is left is read with the next tick. Default 10 min.
    pub at_once: Duration,
}

/// What is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A server that speaks the HTTP API of Prometheus.
    Prometheus(ClientConfig),
    /// An address that exposes metrics as text.
    Endpoint(ClientConfig),
    /// A file with metrics as text, as the textfile collector of node-exporter reads it.
    File(PathBuf),
    /// A table of samples as CSV, long or wide.
    Table(PathBuf),
}

/// A text names nothing that can be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected http://.., https://.., file:///.. or the path of a .csv file, got {0:?}")]
pub struct InvalidTarget(String);

impl Config {
    /// The defaults, for these targets.
    #[must_use]
    pub fn of(targets: Vec<Target>) -> Self {
        Self { targets, ..Self::default() }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            default_cluster: None,
            targets: Vec::new(),
            pack: QueryPack::standard(),
            step: Duration::from_secs(30),
            rate_window: Duration::from_mins(5),
            settling: Duration::from_secs(5),
            first_span: Duration::from_mins(2),
            catch_up: Duration::from_hours(1),
            at_once: Duration::from_mins(10),
        }
    }
}

impl Target {
    /// What exposes metrics itself: an address, or a file by its `file://` address or its path. A file whose name ends in
    /// `.csv` is a table.
    ///
    /// # Errors
    /// When the text is an address of another kind.
    pub fn endpoint(text: &str) -> Result<Self, InvalidTarget> {
        if text.starts_with("http://") || text.starts_with("https://") {
            return Ok(Self::Endpoint(ClientConfig::at(text)));
        }
        let path = match text.split_once("://") {
            None => text,
            // An address of a file may name this host.
            Some(("file", rest)) => rest.strip_prefix("localhost").unwrap_or(rest),
            Some(_) => return Err(InvalidTarget(text.to_owned())),
        };
        if path.is_empty() || (path != text && !path.starts_with('/')) {
            return Err(InvalidTarget(text.to_owned()));
        }
        let path = PathBuf::from(path);
        let is_table = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("csv"));
        Ok(if is_table { Self::Table(path) } else { Self::File(path) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths_are_told_apart() {
        let file = |path: &str| Ok(Target::File(PathBuf::from(path)));

        assert_eq!(Target::endpoint("file:///var/metrics.prom"), file("/var/metrics.prom"));
        assert_eq!(Target::endpoint("metrics.prom"), file("metrics.prom"));
        assert_eq!(Target::endpoint("a/b.CSV"), Ok(Target::Table(PathBuf::from("a/b.CSV"))));
        assert!(matches!(Target::endpoint("http://h:1/metrics"), Ok(Target::Endpoint(_))));
        for wrong in ["ftp://h/x", "file://h/x", "file://", ""] {
            assert!(Target::endpoint(wrong).is_err(), "{wrong}");
        }
    }
}
