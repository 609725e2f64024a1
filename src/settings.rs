//! Settings from the environment, read once.

use crate::args::ClusterArgs;
use chiron_aws::{Credentials, Settings as AwsSettings};
use chiron_cluster::Access;
use chiron_runtime::SinkSettings;
use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

/// Variables that say that AWS, or a stand-in for it, is to be used. Credentials and regions alone do not: many machines
/// have them for other work.
const AWS_VARIABLES: &[&str] = &[
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_LAMBDA_RUNTIME_API",
    "CHIRON_BUCKET",
    "CHIRON_STATE_TABLE",
    "CHIRON_RECORDS_TABLE",
];

/// A variable is not what it must be.
#[derive(Debug, thiserror::Error)]
#[error("{name}: expected {expected}, got {found:?}")]
pub struct InvalidVariable {
    name: &'static str,
    expected: &'static str,
    found: String,
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where the way to a cluster is written, as the environment says.
#[must_use]
pub fn cluster_access() -> Access {
    Access {
        environment: std::env::var_os("KUBECONFIG"),
        home: std::env::var_os("HOME").map(PathBuf::from),
        ..Access::default()
    }
}

/// The ways to the clusters that are named: one for each context.
#[must_use]
pub fn accesses(args: &ClusterArgs) -> Vec<Access> {
    let access = |context| Access { kubeconfig: args.kubeconfig.clone(), context, ..cluster_access() };
    if args.context.is_empty() {
        return vec![access(None)];
    }
    args.context.iter().cloned().map(|context| access(Some(context))).collect()
}

/// Where AWS is, when the environment says so; the local platform is used otherwise.
#[must_use]
pub fn aws() -> Option<AwsSettings> {
    AWS_VARIABLES.iter().any(|name| variable(name).is_some()).then(|| {
        let shared = variable("AWS_ENDPOINT_URL");
        let default = AwsSettings::default();
        let credentials = match (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
            // Temporary keys come with a session token; those are left to the SDK.
            (Some(access_key), Some(secret_key)) if variable("AWS_SESSION_TOKEN").is_none() => {
                Some(Credentials { access_key, secret_key })
            }
            _ => None,
        };
        let s3_endpoint = variable("AWS_ENDPOINT_URL_S3").or_else(|| shared.clone());
        let is_stand_in = s3_endpoint.is_some();
        AwsSettings {
            dynamodb_endpoint: variable("AWS_ENDPOINT_URL_DYNAMODB").or(shared),
            // Stand-ins take any keys and any region, but the SDK wants some.
            credentials: credentials.or_else(|| is_stand_in.then(stand_in_credentials)),
            region: variable("AWS_REGION")
                .or_else(|| variable("AWS_DEFAULT_REGION"))
                .or_else(|| is_stand_in.then(|| "us-east-1".to_owned())),
            s3_endpoint,
            bucket: variable("CHIRON_BUCKET").unwrap_or(default.bucket),
            state_table: variable("CHIRON_STATE_TABLE").unwrap_or(default.state_table),
            records_table: variable("CHIRON_RECORDS_TABLE").unwrap_or(default.records_table),
        }
    })
}

fn stand_in_credentials() -> Credentials {
    Credentials { access_key: "local".to_owned(), secret_key: "local".to_owned() }
}

/// The key of the redaction, when the environment gives one.
#[must_use]
pub fn redaction_key() -> Option<Vec<u8>> {
    variable("CHIRON_REDACTION_KEY").map(String::into_bytes)
}

/// Whether AWS Lambda started this process.
#[must_use]
pub fn is_lambda() -> bool {
    variable("AWS_LAMBDA_RUNTIME_API").is_some()
}

/// The address that Knative wants to be listened on.
///
/// # Errors
/// When `PORT` is not a port.
pub fn knative_address() -> Result<SocketAddr, InvalidVariable> {
    let port = variable("PORT").unwrap_or_else(|| "8080".to_owned());
    let invalid = |found: String| InvalidVariable { name: "PORT", expected: "a port from 1 to 65535", found };
    let port: u16 = port.parse().map_err(|_| invalid(port))?;
    Ok(SocketAddr::from(([0, 0, 0, 0], port)))
}

/// Where functions send their outputs.
///
/// # Errors
/// When `K_CE_OVERRIDES` is not what Knative writes there.
pub fn sink() -> Result<Option<SinkSettings>, InvalidVariable> {
    let Some(url) = variable("K_SINK").or_else(|| variable("CHIRON_SINK")) else { return Ok(None) };
    let mut settings = SinkSettings::at(&url);
    settings.ca_certs = variable("K_CA_CERTS");
    if let Some(text) = variable("K_CE_OVERRIDES") {
        settings.overrides = overrides(&text).ok_or(InvalidVariable {
            name: "K_CE_OVERRIDES",
            expected: "{\"extensions\": {name: text}}",
            found: text,
        })?;
    }
    Ok(Some(settings))
}

fn overrides(text: &str) -> Option<BTreeMap<String, String>> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    match value.get("extensions") {
        None => Some(BTreeMap::new()),
        Some(extensions) => serde_json::from_value(extensions.clone()).ok(),
    }
}

/// Name of the dataset that demos and replays publish.
#[must_use]
pub fn dataset_name() -> String {
    variable("CHIRON_DATASET").unwrap_or_else(|| "chiron-incidents".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_overrides_that_knative_writes() {
        assert_eq!(
            overrides(r#"{"extensions":{"cluster":"a"}}"#),
            Some([("cluster".to_owned(), "a".to_owned())].into())
        );
        assert_eq!(overrides("{}"), Some(BTreeMap::new()));
        assert_eq!(overrides("x"), None);
    }
}
