//! Objects in S3.

use crate::Clients;
use aws_sdk_s3::{
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    primitives::ByteStream,
};
use bytes::Bytes;
use chiron_store::{ObjectMeta, ObjectStore, Pending, StoreError};
use std::ops::Range;

/// Objects in the bucket that the clients' settings name.
#[derive(Clone, Debug)]
pub struct S3Objects {
    clients: Clients,
}

impl S3Objects {
    /// Objects in the bucket that the clients' settings name.
    #[must_use]
    pub fn new(clients: Clients) -> Self {
        Self { clients }
    }

    pub(crate) fn bucket(&self) -> &str {
        &self.clients.settings().bucket
    }
}

pub(crate) fn unavailable<E, R>(error: SdkError<E, R>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let reason = match error.as_service_error().map(ProvideErrorMetadata::meta) {
        Some(meta) => {
            let code = meta.code().unwrap_or("an error");
            format!("{code}: {}", meta.message().unwrap_or("no message"))
        }
        None => DisplayErrorContext(&error).to_string().chars().take(300).collect(),
    };
    StoreError::Unavailable { store: "S3", reason, source: Some(Box::new(error)) }
}

impl ObjectStore for S3Objects {
    fn put<'a>(&'a self, key: &'a str, bytes: Bytes) -> Pending<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let client = self.clients.s3().await;
            let body = ByteStream::from(bytes);
            client
                .put_object()
                .bucket(self.bucket())
                .key(key)
                .body(body)
                .send()
                .await
                .map_err(unavailable)?;
            Ok(())
        })
    }

    fn get<'a>(&'a self, key: &'a str, range: Option<Range<u64>>) -> Pending<'a, Result<Bytes, StoreError>> {
        Box::pin(async move {
            let client = self.clients.s3().await;
            let range = range.map(|it| format!("bytes={}-{}", it.start, it.end.saturating_sub(1)));
            let answer = client.get_object().bucket(self.bucket()).key(key).set_range(range).send().await;
            let answer = answer.map_err(|error| {
                let is_missing = error
                    .as_service_error()
                    .is_some_and(aws_sdk_s3::operation::get_object::GetObjectError::is_no_such_key);
                if is_missing {
                    StoreError::Missing { store: "S3", key: key.to_owned() }
                } else {
                    unavailable(error)
                }
            })?;
            let body = answer.body.collect().await.map_err(|error| {
                let told = DisplayErrorContext(&error).to_string();
                if told.contains("checksum mismatch") {
                    let reason = "its content does not match its checksum".to_owned();
                    StoreError::Corrupt { store: "S3", key: key.to_owned(), reason }
                } else {
                    StoreError::unavailable("S3", error)
                }
            })?;
            Ok(body.into_bytes())
        })
    }

    fn list<'a>(&'a self, prefix: &'a str) -> Pending<'a, Result<Vec<ObjectMeta>, StoreError>> {
        Box::pin(async move {
            let client = self.clients.s3().await;
            let mut found = Vec::new();
            let mut next = None;
            loop {
                let answer = client
                    .list_objects_v2()
                    .bucket(self.bucket())
                    .prefix(prefix)
                    .set_continuation_token(next)
                    .send()
                    .await
                    .map_err(unavailable)?;
                found.extend(answer.contents().iter().filter_map(|object| {
                    let bytes = object.size().and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
                    Some(ObjectMeta { key: object.key()?.to_owned(), bytes })
                }));
                next = answer.next_continuation_token;
                if next.is_none() {
                    return Ok(found);
                }
            }
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> Pending<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let client = self.clients.s3().await;
            client.delete_object().bucket(self.bucket()).key(key).send().await.map_err(unavailable)?;
            Ok(())
        })
    }
}
