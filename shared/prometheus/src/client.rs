//! Asks Prometheus, or whatever speaks its HTTP API: Thanos, Mimir, Cortex, `VictoriaMetrics`.
//!
//! Source: <https://prometheus.io/docs/prometheus/latest/querying/api/>

mod answer;
mod config;
mod error;
mod paging;
mod selectors;
mod span;
mod transport;

pub use answer::Answer;
pub use config::{Auth, ClientCertificate, ClientConfig, Secret};
pub use error::ClientError;
pub(crate) use selectors::Selectors;
pub use span::Span;

use crate::exposition::Syntax;
use answer::{Data, Envelope};
use chiron_model::{MetricSeries, SeriesId, Timestamp};
use paging::Paging;
use serde::de::DeserializeOwned;
use span::seconds;
use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt,
    sync::Arc,
    time::Duration,
};
use transport::{Method, Question, Reply, Transport};

/// The media type of the API.
const JSON: &str = "application/json";

/// For which times a query is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Instant { at: Timestamp },
    Range { span: Span, step: Duration },
}

/// Asks one server. Clones share its connections and its limit of requests under way at once.
#[derive(Clone)]
pub struct Client {
    transport: Arc<Transport>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("url", &self.url()).finish_non_exhaustive()
    }
}

impl Client {
    /// A client with these settings. Files are read when it first asks.
    ///
    /// # Errors
    /// When the address is no URL of HTTP.
    pub fn new(config: ClientConfig) -> Result<Self, ClientError> {
        Ok(Self { transport: Arc::new(Transport::new(config)?) })
    }

    /// The address of the server, without credentials.
    #[must_use]
    pub fn url(&self) -> &str {
        self.transport.shown()
    }

    /// The value of an expression at one time.
    ///
    /// # Errors
    /// When the server does not answer, does not let the client in or refuses the query, or when the answer is too large
    /// and cannot be asked for in parts.
    pub async fn instant(&self, query: &str, at: Timestamp) -> Result<Answer, ClientError> {
        Paging { client: self, shape: Shape::Instant { at } }.ask(query).await
    }

    /// The values of an expression from time to time, at `from`, `from + step` and so on, up to `until`. Long spans are
    /// asked for one after the other.
    ///
    /// # Errors
    /// As [`Client::instant`]; also when the span has more than 640,000 steps.
    pub async fn range(&self, query: &str, span: Span, step: Duration) -> Result<Answer, ClientError> {
        let mut series: BTreeMap<SeriesId, MetricSeries> = BTreeMap::new();
        let mut warnings = Vec::new();
        for span in span.pieces(step)? {
            let answer = Paging { client: self, shape: Shape::Range { span, step } }.ask(query).await?;
            warnings.extend(answer.warnings);
            for found in answer.series {
                match series.entry(found.id()) {
                    Entry::Vacant(place) => {
                        place.insert(found);
                    }
                    Entry::Occupied(mut known) => known.get_mut().samples.extend(found.samples),
                }
            }
        }
        Ok(Answer { series: series.into_values().collect(), warnings }.sorted())
    }

    /// The values that a label has in what any of the selectors finds, in order.
    ///
    /// # Errors
    /// As [`Client::instant`].
    pub async fn label_values(
        &self,
        label: &str,
        selectors: &[&str],
        span: Span,
    ) -> Result<Vec<String>, ClientError> {
        let path = format!("api/v1/label/{label}/values");
        let parameters = matching(selectors, span);
        let mut values: Vec<String> =
            self.data(Question { method: Method::Get, path: &path, parameters, accept: JSON }).await?.0;
        values.sort();
        Ok(values)
    }

    /// The labels of all series that any of the selectors finds, with their name as `__name__`.
    ///
    /// # Errors
    /// As [`Client::instant`].
    pub async fn series(
        &self,
        selectors: &[&str],
        span: Span,
    ) -> Result<Vec<BTreeMap<String, String>>, ClientError> {
        let parameters = matching(selectors, span);
        Ok(self
            .data(Question { method: Method::Post, path: "api/v1/series", parameters, accept: JSON })
            .await?
            .0)
    }

    /// The text of an endpoint that exposes metrics, at the address itself, and its media type.
    ///
    /// # Errors
    /// As [`Client::instant`], and when the text is not UTF-8.
    pub async fn exposition(&self) -> Result<(String, String), ClientError> {
        let question =
            Question { method: Method::Get, path: "", parameters: Vec::new(), accept: Syntax::ACCEPT };
        let reply = self.transport.ask(&question).await?;
        self.check_access(&reply)?;
        if reply.status != 200 {
            return Err(self.unexpected_status(&reply));
        }
        let content_type = reply.content_type.clone();
        match String::from_utf8(reply.body) {
            Ok(text) => Ok((text, content_type)),
            Err(error) => Err(ClientError::NotPrometheus {
                url: self.url().to_owned(),
                content_type,
                reason: error.to_string(),
                start: String::new(),
            }),
        }
    }

    fn max_series(&self) -> usize {
        self.transport.max_series()
    }

    /// Asks a query as it is.
    async fn ask_once(&self, query: &str, shape: Shape) -> Result<Answer, ClientError> {
        let mut parameters = vec![("query", query.to_owned())];
        let path = match shape {
            Shape::Instant { at } => {
                parameters.push(("time", seconds(at)));
                "api/v1/query"
            }
            Shape::Range { span, step } => {
                parameters.push(("start", seconds(span.from)));
                parameters.push(("end", seconds(span.until)));
                parameters.push(("step", step.as_secs_f64().to_string()));
                "api/v1/query_range"
            }
        };
        let (data, warnings): (Data, _) =
            self.data(Question { method: Method::Post, path, parameters, accept: JSON }).await?;
        let Some(series) = data.series() else {
            return Err(ClientError::NotPromql {
                query: query.to_owned(),
                reason: "it gives a text, not numbers".to_owned(),
            });
        };
        let limit = self.max_series();
        if series.len() > limit {
            let why = "it was not asked in parts".to_owned();
            return Err(ClientError::TooManySeries { query: query.to_owned(), limit, why });
        }
        Ok(Answer { series, warnings })
    }

    /// The `data` and the `warnings` of an answer.
    async fn data<T: DeserializeOwned>(
        &self,
        question: Question<'_>,
    ) -> Result<(T, Vec<String>), ClientError> {
        let reply = self.transport.ask(&question).await?;
        self.check_access(&reply)?;
        let mut envelope: Envelope<T> = match serde_json::from_slice(&reply.body) {
            Ok(envelope) => envelope,
            Err(_) if reply.status != 200 => return Err(self.unexpected_status(&reply)),
            Err(error) => return Err(self.not_prometheus(&reply, error.to_string())),
        };
        let url = self.url().to_owned();
        if !envelope.error_type.is_empty() || envelope.status == "error" {
            let (kind, reason) = (envelope.error_type, envelope.error);
            return Err(ClientError::Query { url, status: reply.status, kind, reason });
        }
        match envelope.data.take() {
            Some(data) if reply.status == 200 => Ok((data, envelope.warnings())),
            _ if reply.status != 200 => Err(self.unexpected_status(&reply)),
            _ => Err(self.not_prometheus(&reply, "it has no data".to_owned())),
        }
    }

    fn check_access(&self, reply: &Reply) -> Result<(), ClientError> {
        let advice = match reply.status {
            401 => {
                "it wants to know who asks: give a bearer token (--prometheus-token) or a user and a password \
                 (--prometheus-user, --prometheus-password); what was given, if anything, is not known there"
            }
            403 => {
                "whoever asks may not read metrics: give another bearer token (--prometheus-token) or user \
                 (--prometheus-user), or grant the right to read"
            }
            _ => return Ok(()),
        };
        Err(ClientError::Refused { url: self.url().to_owned(), status: reply.status, advice })
    }

    fn unexpected_status(&self, reply: &Reply) -> ClientError {
        ClientError::Status { url: self.url().to_owned(), status: reply.status, start: reply.start() }
    }

    fn not_prometheus(&self, reply: &Reply, reason: String) -> ClientError {
        ClientError::NotPrometheus {
            url: self.url().to_owned(),
            content_type: reply.content_type.clone(),
            reason,
            start: reply.start(),
        }
    }
}

fn matching<'a>(selectors: &[&str], span: Span) -> Vec<(&'a str, String)> {
    let mut parameters: Vec<(&str, String)> =
        selectors.iter().map(|it| ("match[]", (*it).to_owned())).collect();
    parameters.push(("start", seconds(span.from)));
    parameters.push(("end", seconds(span.until)));
    parameters
}
