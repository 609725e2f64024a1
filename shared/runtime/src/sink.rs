//! Where a function sends its outputs: `K_SINK` on Knative, `CHIRON_SINK` elsewhere.

use cloudevents::{AttributesReader, Event};
use reqwest::{Client, StatusCode};
use std::{collections::BTreeMap, path::PathBuf, sync::OnceLock, time::Duration};

/// Tries before giving up; the sender of the input then delivers it again.
const TRIES: u32 = 5;
const TIMEOUT: Duration = Duration::from_secs(10);
/// Knative puts the token of the service account here when OIDC is on.
const TOKEN_FILE: &str = "/oidc/token";

/// Settings of a sink.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SinkSettings {
    /// Its URL.
    pub url: String,
    /// Extension attributes to set on every event, from `K_CE_OVERRIDES`.
    pub overrides: BTreeMap<String, String>,
    /// Certificates of the authorities it is trusted by, in PEM, from `K_CA_CERTS`.
    pub ca_certs: Option<String>,
    /// File with a bearer token, read anew for each request.
    pub token_file: Option<PathBuf>,
}

impl SinkSettings {
    /// A sink at that URL, with the token that Knative mounts, if it does.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self { url: url.to_owned(), token_file: Some(PathBuf::from(TOKEN_FILE)), ..Self::default() }
    }
}

/// Events could not be sent.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// The client could not be made.
    #[error("no HTTP client for the sink")]
    Client(#[source] reqwest::Error),
    /// The sink did not answer.
    #[error("sink {url} does not answer")]
    Unreachable {
        /// Its URL.
        url: String,
        /// The cause.
        source: reqwest::Error,
    },
    /// The sink refused an event.
    #[error("sink {url} answered {status} to event {id}")]
    Refused {
        /// Its URL.
        url: String,
        /// The status.
        status: u16,
        /// The event.
        id: String,
    },
}

/// Sends events, one after the other, in structured mode.
pub struct Sink {
    settings: SinkSettings,
    /// Made when it is first needed: loading certificates takes longer than a cold start may.
    client: OnceLock<Client>,
}

impl Sink {
    /// A sink with the given settings.
    #[must_use]
    pub fn new(settings: SinkSettings) -> Self {
        Self { settings, client: OnceLock::new() }
    }

    /// Sends events in their order.
    ///
    /// # Errors
    /// At the first event that the sink does not take; those before it were taken.
    pub async fn send(&self, events: &[Event]) -> Result<(), SinkError> {
        for event in events {
            self.send_one(event).await?;
        }
        Ok(())
    }

    async fn send_one(&self, event: &Event) -> Result<(), SinkError> {
        let mut event = event.clone();
        for (name, value) in &self.settings.overrides {
            event.set_extension(name, value.clone());
        }
        let body = serde_json::to_vec(&event).unwrap_or_default();
        let mut pause = Duration::from_millis(50);
        let mut tried = 0;
        loop {
            tried += 1;
            let answer = self.post(body.clone()).await?;
            match answer {
                Ok(status) if status.is_success() => return Ok(()),
                Ok(status) if tried >= TRIES || !is_passing(status) => {
                    return Err(SinkError::Refused {
                        url: self.settings.url.clone(),
                        status: status.as_u16(),
                        id: event.id().to_owned(),
                    });
                }
                Err(source) if tried >= TRIES => {
                    return Err(SinkError::Unreachable { url: self.settings.url.clone(), source });
                }
                Ok(_) | Err(_) => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
            }
        }
    }

    async fn post(&self, body: Vec<u8>) -> Result<Result<StatusCode, reqwest::Error>, SinkError> {
        let mut request = self
            .client()?
            .post(&self.settings.url)
            .header("content-type", "application/cloudevents+json; charset=utf-8")
            .body(body);
        if let Some(token) = self.token().await {
            request = request.bearer_auth(token);
        }
        Ok(request.send().await.map(|answer| answer.status()))
    }

    async fn token(&self) -> Option<String> {
        let file = self.settings.token_file.as_ref()?;
        let token = tokio::fs::read_to_string(file).await.ok()?;
        Some(token.trim().to_owned())
    }

    fn client(&self) -> Result<&Client, SinkError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        // A second provider cannot be installed, and need not be.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none());
        if self.settings.url.starts_with("http://") {
            // Nothing to verify: spares loading the certificates of the system.
            builder = builder.tls_certs_only(Vec::new());
        }
        if let Some(pem) = &self.settings.ca_certs {
            for certificate in
                reqwest::Certificate::from_pem_bundle(pem.as_bytes()).map_err(SinkError::Client)?
            {
                builder = builder.add_root_certificate(certificate);
            }
        }
        let client = builder.build().map_err(SinkError::Client)?;
        Ok(self.client.get_or_init(|| client))
    }
}

/// Whether trying again may help.
fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 404 | 408 | 409 | 425 | 429 | 500..=599)
}
