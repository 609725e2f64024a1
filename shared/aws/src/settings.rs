//! Where DynamoDB and S3 are, and what things are called there.

/// Keys of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Access key.
    pub access_key: String,
    /// Secret key.
    pub secret_key: String,
}

/// Where DynamoDB and S3 are, and what things are called there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Endpoint of S3; that of AWS when not given.
    pub s3_endpoint: Option<String>,
    /// Endpoint of DynamoDB; that of AWS when not given.
    pub dynamodb_endpoint: Option<String>,
    /// Keys; those of the environment or the machine when not given.
    pub credentials: Option<Credentials>,
    /// Region; that of the environment when not given.
    pub region: Option<String>,
    /// Bucket. Default `chiron`.
    pub bucket: String,
    /// Table of states. Default `chiron-state`.
    pub state_table: String,
    /// Table of records. Default `chiron-records`.
    pub records_table: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            s3_endpoint: None,
            dynamodb_endpoint: None,
            credentials: None,
            region: None,
            bucket: "chiron".to_owned(),
            state_table: "chiron-state".to_owned(),
            records_table: "chiron-records".to_owned(),
        }
    }
}

impl Settings {
    /// Whether no call is encrypted, so that no certificates are needed.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let is_http = |it: &Option<String>| it.as_ref().is_some_and(|url| url.starts_with("http://"));
        is_http(&self.s3_endpoint) && is_http(&self.dynamodb_endpoint)
    }
}
