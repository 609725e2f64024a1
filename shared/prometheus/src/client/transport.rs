//! One request after the other: credentials, certificates, limits, and tries.

use super::{
    config::{Auth, ClientConfig, without_credentials},
    error::ClientError,
};
use flate2::read::MultiGzDecoder;
use reqwest::{Certificate, Client, Identity, RequestBuilder, Response, Url, header};
use std::{error::Error as _, fs, io::Read, path::Path, sync::OnceLock, time::Duration};
use tokio::sync::Semaphore;

/// Tries before giving up.
const TRIES: u32 = 4;
/// Pause after the first try; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The server may ask for a longer pause, up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Bytes of an unexpected answer that are shown.
const SHOWN: usize = 120;

/// How a question is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// With the parameters in the address.
    Get,
    /// With the parameters in the body, which may be long.
    Post,
}

/// A question.
pub(super) struct Question<'a> {
    pub method: Method,
    /// Path below the address of the server; empty for the address itself.
    pub path: &'a str,
    pub parameters: Vec<(&'a str, String)>,
    /// Media types that are taken.
    pub accept: &'static str,
}

/// An answer.
pub(super) struct Reply {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
    retry_after: Option<Duration>,
}

impl Reply {
    /// How it begins, for messages.
    pub(super) fn start(&self) -> String {
        let bytes = &self.body[..self.body.len().min(SHOWN)];
        String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether it says to come again soon. A question that took Prometheus too long would take too long again.
    fn is_busy(&self) -> bool {
        let is_slow = || self.body.windows(b"\"timeout\"".len()).any(|it| it == b"\"timeout\"");
        matches!(self.status, 429 | 502 | 503) && !is_slow()
    }
}

/// Sends questions to one server.
pub(super) struct Transport {
    config: ClientConfig,
    base: Url,
    shown: String,
    permits: Semaphore,
    /// Made when it is first needed: loading certificates takes longer than a cold start may.
    http: OnceLock<Client>,
}

impl Transport {
    pub(super) fn new(config: ClientConfig) -> Result<Self, ClientError> {
        let wrong = |found: &str| ClientError::Setting {
            setting: "the address of Prometheus",
            expected: "a URL such as http://prometheus.example:9090",
            found: found.to_owned(),
        };
        let shown = without_credentials(&config.url).trim_end_matches('/').to_owned();
        let mut base = Url::parse(&config.url).map_err(|_| wrong(&shown))?;
        if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
            return Err(wrong(&shown));
        }
        if config.auth != Auth::None {
            // Otherwise the HTTP client makes basic authentication of them. It cannot fail for an address with a host.
            let _ = base.set_password(None);
            let _ = base.set_username("");
        }
        let permits = Semaphore::new(config.concurrency.max(1));
        Ok(Self { config, base, shown, permits, http: OnceLock::new() })
    }

    /// The address, without credentials.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    pub(super) fn max_series(&self) -> usize {
        self.config.max_series.max(1)
    }

    /// Asks until there is an answer, whatever its status, or it makes no sense to go on.
    pub(super) async fn ask(&self, question: &Question<'_>) -> Result<Reply, ClientError> {
        let mut pause = FIRST_PAUSE;
        let mut tried = 0;
        loop {
            tried += 1;
            let asked = match self.ask_once(question).await {
                Ok(reply) if reply.is_busy() && tried < TRIES => reply.retry_after,
                Err(ClientError::Unreachable { source, .. }) if is_reset(&source) && tried < TRIES => None,
                result => return result,
            };
            tokio::time::sleep(asked.unwrap_or(pause).min(LONGEST_PAUSE)).await;
            pause *= 2;
        }
    }

    async fn ask_once(&self, question: &Question<'_>) -> Result<Reply, ClientError> {
        // The semaphore is never closed; without a permit there would only be more requests at once.
        let _permit = self.permits.acquire().await;
        let request = self.authorised(self.request(question)?).await?.header(header::ACCEPT, question.accept);
        let answer = request.send().await.map_err(|error| self.failed(error))?;
        let text = |name| answer.headers().get(name).and_then(|it| it.to_str().ok()).map(str::to_owned);
        let content_type = text(header::CONTENT_TYPE).unwrap_or_else(|| "no media type".to_owned());
        let is_compressed = text(header::CONTENT_ENCODING).is_some_and(|it| it.eq_ignore_ascii_case("gzip"));
        let seconds = text(header::RETRY_AFTER).and_then(|it| it.trim().parse().ok());
        let (status, retry_after) = (answer.status().as_u16(), seconds.map(Duration::from_secs));
        let body = self.body(answer).await?;
        let body = if is_compressed { self.decompressed(&body)? } else { body };
        Ok(Reply { status, content_type, body, retry_after })
    }

    fn request(&self, question: &Question<'_>) -> Result<RequestBuilder, ClientError> {
        let mut url = self.base.clone();
        if !question.path.is_empty() {
            url.set_path(&format!("{}/{}", self.base.path().trim_end_matches('/'), question.path));
        }
        if question.parameters.is_empty() {
            return Ok(self.http()?.get(url));
        }
        Ok(match question.method {
            Method::Get => {
                url.query_pairs_mut().extend_pairs(&question.parameters);
                self.http()?.get(url)
            }
            Method::Post => {
                let mut form = url.clone();
                form.set_query(None);
                form.query_pairs_mut().extend_pairs(&question.parameters);
                self.http()?
                    .post(url)
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(form.query().unwrap_or_default().to_owned())
            }
        })
    }

    async fn authorised(&self, request: RequestBuilder) -> Result<RequestBuilder, ClientError> {
        Ok(match &self.config.auth {
            Auth::None => request,
            Auth::Bearer(token) => request.bearer_auth(token.reveal()),
            Auth::BearerFile(path) => {
                let token = tokio::fs::read_to_string(path).await;
                let token = token.map_err(|error| unusable(path, "bearer token", &error))?;
                request.bearer_auth(token.trim())
            }
            Auth::Basic { user, password } => request.basic_auth(user, Some(password.reveal())),
        })
    }

    /// The body, as long as it is not too long.
    async fn body(&self, mut answer: Response) -> Result<Vec<u8>, ClientError> {
        let limit = self.config.max_bytes;
        let announced = answer.content_length().unwrap_or(0);
        if usize::try_from(announced).unwrap_or(usize::MAX) > limit {
            return Err(self.too_large());
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| self.failed(error))? {
            if body.len() + piece.len() > limit {
                return Err(self.too_large());
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    fn decompressed(&self, body: &[u8]) -> Result<Vec<u8>, ClientError> {
        let limit = self.config.max_bytes;
        let mut whole = Vec::new();
        let read = MultiGzDecoder::new(body).take(limit as u64 + 1).read_to_end(&mut whole);
        match read {
            Ok(_) if whole.len() > limit => Err(self.too_large()),
            Ok(_) => Ok(whole),
            Err(error) => Err(ClientError::NotPrometheus {
                url: self.shown.clone(),
                content_type: "bytes said to be gzip".to_owned(),
                reason: error.to_string(),
                start: String::new(),
            }),
        }
    }

    fn too_large(&self) -> ClientError {
        ClientError::TooLarge { url: self.shown.clone(), limit: self.config.max_bytes }
    }

    fn failed(&self, error: reqwest::Error) -> ClientError {
        let url = self.shown.clone();
        if error.is_timeout() {
            return ClientError::Timeout { url, after: self.config.timeout };
        }
        let source = error.without_url();
        ClientError::Unreachable { url, reason: innermost(&source), source }
    }

    fn http(&self) -> Result<&Client, ClientError> {
        if let Some(http) = self.http.get() {
            return Ok(http);
        }
        // A second provider cannot be installed, and need not be.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let config = &self.config;
        let mut builder = Client::builder()
            .timeout(config.timeout)
            .user_agent(concat!("chiron/", env!("CARGO_PKG_VERSION")))
            .default_headers(
                [(header::ACCEPT_ENCODING, header::HeaderValue::from_static("gzip"))].into_iter().collect(),
            )
            // What redirects is a login page, and credentials must not follow.
            .redirect(reqwest::redirect::Policy::none())
            .tls_danger_accept_invalid_certs(config.insecure);
        if let Some(path) = &config.ca_file {
            let pem = fs::read(path).map_err(|error| unusable(path, "CA certificates", &error))?;
            let found = Certificate::from_pem_bundle(&pem)
                .map_err(|error| unusable(path, "CA certificates", &error))?;
            builder = builder.tls_certs_only(found);
        } else if self.base.scheme() == "http" || config.insecure {
            // Nothing to verify: spares loading the certificates of the system.
            builder = builder.tls_certs_only(Vec::new());
        }
        if let Some(own) = &config.certificate {
            let (cert, key) = (&own.cert_file, &own.key_file);
            let mut pem = fs::read(key).map_err(|error| unusable(key, "client key", &error))?;
            pem.push(b'\n');
            pem.extend(fs::read(cert).map_err(|error| unusable(cert, "client certificate", &error))?);
            let identity =
                Identity::from_pem(&pem).map_err(|error| unusable(cert, "client certificate", &error))?;
            builder = builder.identity(identity);
        }
        let http = builder.build().map_err(|error| self.failed(error))?;
        Ok(self.http.get_or_init(|| http))
    }
}

fn unusable(path: &Path, purpose: &'static str, error: &dyn std::error::Error) -> ClientError {
    ClientError::File { path: path.to_owned(), purpose, reason: error.to_string() }
}

/// What says most: a refused connection, an unknown name, a certificate that is not trusted.
fn innermost(error: &reqwest::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said = error.to_string();
        cause = error.source();
    }
    said
}

/// Whether the connection broke under way, so that another one may hold.
fn is_reset(error: &reqwest::Error) -> bool {
    use std::io::ErrorKind;
    let mut cause = error.source();
    while let Some(error) = cause {
        let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let is_broken = matches!(
            kind,
            Some(
                ErrorKind::ConnectionReset
                    | ErrorKind::ConnectionAborted
                    | ErrorKind::BrokenPipe
                    | ErrorKind::UnexpectedEof
            )
        );
        // The HTTP library has words of its own for an end in the middle.
        if is_broken || error.to_string().contains("connection closed before message completed") {
            return true;
        }
        cause = error.source();
    }
    false
}
