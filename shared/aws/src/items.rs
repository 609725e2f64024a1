//! Items of DynamoDB: attributes of the tables, and errors in our words.

use aws_sdk_dynamodb::{
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    primitives::Blob,
    types::AttributeValue,
};
use bytes::Bytes;
use chiron_store::{SeenAgain, StoreError};
use std::collections::HashMap;

pub(crate) type Item = HashMap<String, AttributeValue>;

/// Key of both tables.
pub(crate) const KEY: &str = "pk";
/// Version of a state.
pub(crate) const VERSION: &str = "version";
/// Body of a state or a record.
pub(crate) const BODY: &str = "body";
/// Seconds since the epoch after which an item may go.
pub(crate) const EXPIRES: &str = "expires_at";
/// Fingerprint of an input that was handled.
pub(crate) const HASH: &str = "hash";
/// What the input led to.
pub(crate) const OUTPUTS: &str = "outputs";
/// A number that is counted.
pub(crate) const COUNT: &str = "count";

pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn number(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(crate) fn binary(value: &[u8]) -> AttributeValue {
    AttributeValue::B(Blob::new(value))
}

pub(crate) fn get_text<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}

pub(crate) fn get_number<T: std::str::FromStr>(item: &Item, name: &str) -> Option<T> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

pub(crate) fn get_binary<'a>(item: &'a Item, name: &str) -> &'a [u8] {
    item.get(name).and_then(|value| value.as_b().ok()).map_or(&[], |blob| blob.as_ref())
}

/// What is remembered of an input that was handled.
pub(crate) fn seen_again(item: &Item) -> SeenAgain {
    SeenAgain {
        key: get_text(item, KEY).to_owned(),
        hash: get_text(item, HASH).to_owned(),
        outputs: Bytes::copy_from_slice(get_binary(item, OUTPUTS)),
    }
}

/// An error of DynamoDB, with what it says; final when it will never take what it was given.
pub(crate) fn unavailable<E, R>(error: SdkError<E, R>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let reason = match error.as_service_error().map(ProvideErrorMetadata::meta) {
        Some(meta) => {
            let code = meta.code().unwrap_or("an error");
            let reason = format!("{code}: {}", meta.message().unwrap_or("no message"));
            if code == "ValidationException" {
                return StoreError::Refused { store: "DynamoDB", reason };
            }
            reason
        }
        None => DisplayErrorContext(&error).to_string().chars().take(300).collect(),
    };
    StoreError::Unavailable { store: "DynamoDB", reason, source: Some(Box::new(error)) }
}
