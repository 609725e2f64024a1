//! Reads targets.

use crate::{
    Config, Target, files,
    progress::{Done, is_due, next_span},
    reading::Reading,
};
use chiron_model::Timestamp;
use chiron_prometheus::{
    client::{Client, ClientError, Span},
    exposition::{Settings, Syntax, parse},
    query_pack::NamedQuery,
};
use futures::future::join_all;
use std::{collections::BTreeSet, path::PathBuf, time::Duration};

/// Queries that are put at once; how many of them are under way is up to the client.
const AT_ONCE: usize = 8;
/// Queries that may take too long before the server is given up for this time.
const PATIENCE: usize = 3;

/// Reads the targets of a configuration.
pub struct Reader {
    config: Config,
    sources: Vec<Source>,
}

/// A target, ready to be read.
struct Source {
    /// Its address without credentials, or its path.
    name: String,
    from: From,
}

enum From {
    Prometheus(Client),
    Endpoint(Client),
    File(PathBuf),
    Table(PathBuf),
}

/// A configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// An address is none.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A target is named twice.
    #[error("expected each target once, got {0} twice")]
    Twice(String),
    /// The step is too short.
    #[error("expected a step of at least 1 s, got {0:?}")]
    Step(Duration),
}

impl Reader {
    /// Reads the targets of `config`.
    ///
    /// # Errors
    /// When an address is no URL, a target is named twice, or the step is below a second.
    pub fn new(config: Config) -> Result<Self, Unusable> {
        if config.step < Duration::from_secs(1) {
            return Err(Unusable::Step(config.step));
        }
        let mut names = BTreeSet::new();
        let mut sources = Vec::new();
        for target in &config.targets {
            let source = Source::of(target)?;
            if !names.insert(source.name.clone()) {
                return Err(Unusable::Twice(source.name));
            }
            sources.push(source);
        }
        Ok(Self { config, sources })
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Names of the targets.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|it| it.name.as_str())
    }

    /// Reads a span of time of all targets; endpoints and files only know the present, which is taken for its end.
    pub(crate) async fn read_span(&self, span: Span) -> Vec<Reading> {
        join_all(self.sources.iter().map(|source| self.read(source, span))).await
    }

    /// Reads what came since the last time, of those targets that have anything new, and tells how far they were read.
    pub(crate) async fn read_new(&self, at: Timestamp, done: impl Fn(&str) -> Done) -> Vec<(Reading, Done)> {
        let due = self.sources.iter().filter_map(|source| {
            let done = done(&source.name);
            self.due(source, &done, at).map(|span| (source, span, done))
        });
        join_all(due.map(async |(source, span, done)| self.read_on(source, span, done).await)).await
    }

    /// What of a target is to be read at `at`.
    fn due(&self, source: &Source, done: &Done, at: Timestamp) -> Option<Span> {
        match &source.from {
            From::Prometheus(_) => next_span(done.until, at, &self.config),
            From::Endpoint(_) | From::File(_) => {
                is_due(done.until, at, &self.config).then_some(Span { from: at, until: at })
            }
            From::Table(_) => {
                // A table holds its past: all of it is new at first.
                let last = done.until.filter(|last| *last < at);
                let from = last.map_or(Timestamp::MIN, |last| last.plus(Duration::from_nanos(1)));
                is_due(done.until, at, &self.config).then_some(Span { from, until: at })
            }
        }
    }

    async fn read_on(&self, source: &Source, span: Span, mut done: Done) -> (Reading, Done) {
        let mut reading = self.read(source, span).await;
        if reading.is_reached {
            done.until = Some(span.until);
            if matches!(source.from, From::Endpoint(_) | From::File(_)) {
                // Buckets only count; quantiles and means come of what they counted since the last time.
                let histograms = done.histograms.get_or_insert_default();
                reading.series = histograms.condense(reading.series);
            }
        }
        (reading, done)
    }

    async fn read(&self, source: &Source, span: Span) -> Reading {
        match &source.from {
            From::Prometheus(client) => self.prometheus(client, &source.name, span).await,
            From::Endpoint(client) => endpoint(client, &source.name, span.until).await,
            From::File(path) => files::exposition(path, &source.name, span.until),
            From::Table(path) => files::table(path, &source.name, span),
        }
    }

    async fn prometheus(&self, client: &Client, name: &str, span: Span) -> Reading {
        let mut reading = Reading::of(name);
        let mut slow = 0;
        for queries in self.config.pack.queries.chunks(AT_ONCE) {
            let answers = join_all(queries.iter().map(|query| self.ask(client, query, span))).await;
            for (query, answer) in queries.iter().zip(answers) {
                match answer {
                    Ok(answer) => {
                        reading.series.extend(query.own(answer.series));
                        for warning in answer.warnings {
                            reading.trouble(Some(&query.name), warning);
                        }
                    }
                    Err(error) => {
                        slow += usize::from(matches!(error, ClientError::Timeout { .. }));
                        if error.is_of_server() {
                            reading.trouble(None, error);
                            return reading.lost();
                        }
                        reading.trouble(Some(&query.name), error);
                    }
                }
            }
            if slow >= PATIENCE {
                return reading.lost();
            }
        }
        reading
    }

    async fn ask(
        &self,
        client: &Client,
        query: &NamedQuery,
        span: Span,
    ) -> Result<chiron_prometheus::client::Answer, ClientError> {
        client.range(&query.over(self.config.rate_window), span, self.config.step).await
    }
}

impl Source {
    fn of(target: &Target) -> Result<Self, ClientError> {
        let of_path = |path: &PathBuf| path.display().to_string();
        Ok(match target {
            Target::Prometheus(config) => {
                let client = Client::new(config.clone())?;
                Self { name: client.url().to_owned(), from: From::Prometheus(client) }
            }
            Target::Endpoint(config) => {
                let client = Client::new(config.clone())?;
                Self { name: client.url().to_owned(), from: From::Endpoint(client) }
            }
            Target::File(path) => Self { name: of_path(path), from: From::File(path.clone()) },
            Target::Table(path) => Self { name: of_path(path), from: From::Table(path.clone()) },
        })
    }
}

async fn endpoint(client: &Client, name: &str, at: Timestamp) -> Reading {
    let mut reading = Reading::of(name);
    let (text, content_type) = match client.exposition().await {
        Ok(found) => found,
        Err(error) => {
            reading.trouble(None, error);
            return reading.lost();
        }
    };
    let mut settings = Settings::new(Syntax::of_content_type(&content_type), at);
    settings.labels.insert("instance".to_owned(), instance(name).to_owned());
    files::take(&mut reading, parse(text.as_bytes(), &settings));
    reading
}

/// Host and port of an address, which Prometheus has as the label `instance`.
fn instance(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}
