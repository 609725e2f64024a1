//! Settings of the client.

use std::{fmt, path::PathBuf, time::Duration};

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` to itself.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// What the client shows to be let in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// Nothing.
    #[default]
    None,
    /// A bearer token.
    Bearer(Secret),
    /// A file with a bearer token, read anew for each request: the tokens of service accounts change every hour.
    BearerFile(PathBuf),
    /// A user and a password.
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: Secret,
    },
}

/// A certificate that the client shows, and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The certificate and those between it and its authority, in PEM.
    pub cert_file: PathBuf,
    /// Its private key, in PEM.
    pub key_file: PathBuf,
}

/// Settings of the client.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientConfig {
    /// Address of Prometheus, such as `https://prometheus.example:9090/prefix`, or of an endpoint that exposes metrics. A
    /// user and a password in it are used as if given as [`Auth::Basic`], and never shown.
    pub url: String,
    /// What it shows to be let in. Default nothing.
    pub auth: Auth,
    /// Certificates of the authorities that the server is trusted by, in PEM. Default those of the machine.
    pub ca_file: Option<PathBuf>,
    /// A certificate that the client shows. Default none.
    pub certificate: Option<ClientCertificate>,
    /// Whether any certificate of the server will do. Default false.
    pub insecure: bool,
    /// Time that one request may take. Default 10 s.
    pub timeout: Duration,
    /// Series that one answer may hold; a query with more is asked in parts. Default 20,000.
    pub max_series: usize,
    /// Bytes that one answer may have, before and after decompression. Default 64 MiB.
    pub max_bytes: usize,
    /// Requests under way at once. Default 4.
    pub concurrency: usize,
}

impl ClientConfig {
    /// The defaults, for the server at `url`.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            auth: Auth::None,
            ca_file: None,
            certificate: None,
            insecure: false,
            timeout: Duration::from_secs(10),
            max_series: 20_000,
            max_bytes: 64 << 20,
            concurrency: 4,
        }
    }
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("url", &without_credentials(&self.url))
            .field("auth", &self.auth)
            .field("ca_file", &self.ca_file)
            .field("certificate", &self.certificate)
            .field("insecure", &self.insecure)
            .field("timeout", &self.timeout)
            .field("max_series", &self.max_series)
            .field("max_bytes", &self.max_bytes)
            .field("concurrency", &self.concurrency)
            .finish()
    }
}

/// A URL without the user and the password that it may hold.
pub(super) fn without_credentials(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if scheme.is_empty() { format!("{host}{path}") } else { format!("{scheme}://{host}{path}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lets_in_is_never_printed() {
        let mut config = ClientConfig::at("https://reader:sesame@prometheus.example/p?x=@1");
        for auth in [
            Auth::None,
            Auth::Bearer(Secret::new("sesame")),
            Auth::Basic { user: "reader".to_owned(), password: Secret::new("sesame") },
        ] {
            config.auth = auth;

            let printed = format!("{config:?}");

            assert!(!printed.contains("sesame"), "{printed}");
            assert!(printed.contains("https://prometheus.example/p?x=@1"), "{printed}");
        }
    }
}
