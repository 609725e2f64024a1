//! Clients of both services, made when they are first needed: making them takes longer than a cold start may.

use crate::{CallCounter, Settings};
use aws_config::{BehaviorVersion, Region, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb as dynamodb;
use aws_sdk_s3 as s3;
use aws_smithy_http_client::{
    Builder,
    tls::{self, rustls_provider::CryptoMode},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::OnceCell;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(20);

/// Clients of S3 and DynamoDB. Clones share them.
#[derive(Clone, Debug)]
pub struct Clients {
    settings: Arc<Settings>,
    made: Arc<OnceCell<(s3::Client, dynamodb::Client)>>,
    calls: CallCounter,
}

impl Clients {
    /// Clients that will be made with the given settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings), made: Arc::default(), calls: CallCounter::default() }
    }

    /// What they are made with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Calls so far.
    #[must_use]
    pub fn calls(&self) -> &CallCounter {
        &self.calls
    }

    pub(crate) async fn s3(&self) -> &s3::Client {
        &self.made().await.0
    }

    pub(crate) async fn dynamodb(&self) -> &dynamodb::Client {
        &self.made().await.1
    }

    async fn made(&self) -> &(s3::Client, dynamodb::Client) {
        self.made.get_or_init(|| self.make()).await
    }

    async fn make(&self) -> (s3::Client, dynamodb::Client) {
        let settings = &self.settings;
        let http = if settings.is_plain() {
            Builder::new().build_http()
        } else {
            Builder::new().tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).build_https()
        };
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(4));
        if let Some(region) = &settings.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(keys) = &settings.credentials {
            loader = loader.credentials_provider(s3::config::Credentials::new(
                keys.access_key.clone(),
                keys.secret_key.clone(),
                None,
                None,
                "chiron",
            ));
        }
        let shared = loader.load().await;
        (self.make_s3(&shared), self.make_dynamodb(&shared))
    }

    fn make_s3(&self, shared: &aws_config::SdkConfig) -> s3::Client {
        let mut config = s3::config::Builder::from(shared).interceptor(self.calls.clone());
        if let Some(endpoint) = &self.settings.s3_endpoint {
            config = config.endpoint_url(endpoint).force_path_style(true);
        }
        s3::Client::from_conf(config.build())
    }

    fn make_dynamodb(&self, shared: &aws_config::SdkConfig) -> dynamodb::Client {
        let mut config = dynamodb::config::Builder::from(shared).interceptor(self.calls.clone());
        if let Some(endpoint) = &self.settings.dynamodb_endpoint {
            config = config.endpoint_url(endpoint);
        }
        dynamodb::Client::from_conf(config.build())
    }
}
