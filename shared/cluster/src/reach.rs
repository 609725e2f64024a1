//! The client of a cluster, and what a broken way to it means in words a user can act on.
#![expect(clippy::wildcard_enum_match_arm, reason = "other errors speak for themselves")]

use crate::{AccessError, Cluster, Error};
use kube::{Client, Config, client::AuthError};
use rustls::{AlertDescription, CertificateError, Error as TlsError};
use std::{error::Error as StdError, io, time::Duration};

const LOG_IN: &str = "log in again (the command of your cluster's provider), or choose another --context";

/// Builds the client. A credential program runs here, and it may hang: it gets a thread of its own and a time limit.
pub(crate) async fn client(context: &str, config: Config, limit: Duration) -> Result<Client, AccessError> {
    let plugin = |why: String| AccessError::Plugin { context: context.to_owned(), why };
    let built = tokio::task::spawn_blocking(move || Client::try_from(config));
    match tokio::time::timeout(limit, built).await {
        Ok(Ok(Ok(client))) => Ok(client),
        Ok(Ok(Err(kube::Error::Auth(error)))) => Err(plugin(credential(&error))),
        Ok(Ok(Err(error))) => {
            Err(AccessError::Unusable { path: format!("with context {context}"), why: unusable(&error) })
        }
        Ok(Err(stopped)) => Err(plugin(stopped.to_string())),
        Err(_) => Err(plugin(format!("no answer within {limit:?}"))),
    }
}

/// Why no client can be made of a kubeconfig.
fn unusable(error: &(dyn StdError + 'static)) -> String {
    let said = deepest(error);
    if said.contains("UnsupportedCertVersion") {
        return "its client certificate, or that of its authority, is of X.509 version 1; make it anew with version 3 \
                (openssl x509 -req -extfile ... writes version 3)"
            .to_owned();
    }
    said
}

/// What a request that got no answer means.
pub(crate) fn unanswered(cluster: &Cluster, error: &(dyn StdError + 'static)) -> Error {
    let server = cluster.server.clone();
    if let Some(auth) = found::<AuthError>(error) {
        return Error::Unauthorized { server, why: format!("{}; {LOG_IN}", credential(auth)) };
    }
    if let Some(tls) = found::<TlsError>(error) {
        return of_tls(server, tls);
    }
    let why = match found::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => {
            "connection refused: nothing listens there; is the cluster running, and is this its address?"
                .to_owned()
        }
        Some(io::ErrorKind::TimedOut) => "no connection in time; is a VPN or a proxy needed?".to_owned(),
        _ => format!("{}; check the address and the network", deepest(error)),
    };
    Error::Unreachable { server, why }
}

fn of_tls(server: String, error: &TlsError) -> Error {
    let why = match error {
        TlsError::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "its certificate is signed by an authority that the kubeconfig does not name; \
             correct certificate-authority-data, or fetch a new kubeconfig"
        }
        TlsError::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            "its certificate has expired; renew the certificates of the control plane, and check this machine's clock"
        }
        TlsError::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => "its certificate is for another name; correct the server address, or set tls-server-name",
        TlsError::AlertReceived(
            AlertDescription::CertificateExpired
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateRequired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA,
        ) => {
            return Error::Unauthorized {
                server,
                why: format!("it refuses the client certificate: {error}; {LOG_IN}"),
            };
        }
        other => {
            return Error::Untrusted {
                server,
                why: format!("{other}; check the address and the certificates"),
            };
        }
    };
    Error::Untrusted { server, why: why.to_owned() }
}

/// What is known about a 401.
pub(crate) fn unaccepted(cluster: &Cluster, at: Option<chiron_model::Timestamp>) -> Error {
    let why = match (cluster.certificate_ends, at) {
        (Some(end), Some(now)) if end < now => format!("the client certificate expired at {end}; {LOG_IN}"),
        _ => format!("the token or certificate is unknown or has expired (401); {LOG_IN}"),
    };
    Error::Unauthorized { server: cluster.server.clone(), why }
}

/// What a credential program did. Its output is not shown: it may hold the credential.
fn credential(error: &AuthError) -> String {
    match error {
        AuthError::AuthExecStart(source) => {
            format!("the credential program cannot be started ({source}); is it installed?")
        }
        // What it was called with may hold a credential itself.
        AuthError::AuthExecRun { out, .. } => {
            let said = String::from_utf8_lossy(&out.stderr);
            let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("nothing on stderr");
            let last: String = last.trim().chars().take(200).collect();
            format!("it ended with {}: {last}", out.status)
        }
        other => other.to_string(),
    }
}

/// The first error of this kind in the chain, also inside I/O errors, which hide their content from the chain.
fn found<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(current) = next {
        if let Some(wanted) = current.downcast_ref::<E>() {
            // An I/O error that only wraps another one says less than that one.
            return inner(current).and_then(found).or(Some(wanted));
        }
        next = inner(current).or_else(|| current.source());
    }
    None
}

fn inner<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let wrapped = error.downcast_ref::<io::Error>()?.get_ref()?;
    Some(wrapped)
}

fn deepest(error: &(dyn StdError + 'static)) -> String {
    let mut last = error;
    while let Some(next) = inner(last).or_else(|| last.source()) {
        last = next;
    }
    last.to_string()
}
