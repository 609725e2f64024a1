//! Makes the bucket and the tables where they are missing.

use crate::{
    Clients,
    items::{EXPIRES, KEY},
    records::{AT, BY_KIND, BY_OBJECT, BY_STATUS, KIND, KIND_STATUS, OBJECT},
};
use aws_sdk_dynamodb::{
    error::{DisplayErrorContext, ProvideErrorMetadata},
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
        ProjectionType, ScalarAttributeType, TableStatus, TimeToLiveSpecification,
    },
};
use std::time::Duration;

/// The bucket or a table is missing and cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The service refuses.
    #[error("{what} cannot be made ready: {reason}")]
    Refused {
        /// What.
        what: String,
        /// What the service said.
        reason: String,
    },
    /// A table does not become active.
    #[error("table {0} does not become active")]
    NotActive(String),
}

fn refused<E>(what: &str, error: &E) -> SetupError
where
    E: std::error::Error + ProvideErrorMetadata,
{
    let reason = match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        _ => DisplayErrorContext(error).to_string().chars().take(300).collect(),
    };
    SetupError::Refused { what: what.to_owned(), reason }
}

/// Makes the bucket and the tables that the clients' settings name, where they are missing.
///
/// # Errors
/// When a service refuses.
pub async fn ensure(clients: &Clients) -> Result<(), SetupError> {
    ensure_bucket(clients).await?;
    let settings = clients.settings();
    ensure_table(clients, &settings.state_table, &[]).await?;
    let indexes = [(BY_KIND, KIND), (BY_STATUS, KIND_STATUS), (BY_OBJECT, OBJECT)];
    ensure_table(clients, &settings.records_table, &indexes).await
}

async fn ensure_bucket(clients: &Clients) -> Result<(), SetupError> {
    let bucket = &clients.settings().bucket;
    let client = clients.s3().await;
    let Err(error) = client.head_bucket().bucket(bucket).send().await else { return Ok(()) };
    let what = format!("bucket {bucket}");
    if !error
        .as_service_error()
        .is_some_and(aws_sdk_s3::operation::head_bucket::HeadBucketError::is_not_found)
    {
        return Err(refused(&what, &error));
    }
    client.create_bucket().bucket(bucket).send().await.map(|_| ()).map_err(|error| refused(&what, &error))
}

async fn ensure_table(clients: &Clients, table: &str, indexes: &[(&str, &str)]) -> Result<(), SetupError> {
    let what = format!("table {table}");
    let client = clients.dynamodb().await;
    match client.describe_table().table_name(table).send().await {
        Ok(_) => return Ok(()),
        Err(error) => {
            let is_missing = error.as_service_error().is_some_and(aws_sdk_dynamodb::operation::describe_table::DescribeTableError::is_resource_not_found_exception);
            if !is_missing {
                return Err(refused(&what, &error));
            }
        }
    }
    let wrong = |error: aws_sdk_dynamodb::error::BuildError| SetupError::Refused {
        what: what.clone(),
        reason: error.to_string(),
    };
    let mut request = client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(attribute(KEY).map_err(wrong)?)
        .key_schema(part(KEY, KeyType::Hash).map_err(wrong)?);
    if !indexes.is_empty() {
        request = request.attribute_definitions(attribute(AT).map_err(wrong)?);
    }
    for (index, hash) in indexes {
        request = request
            .attribute_definitions(attribute(hash).map_err(wrong)?)
            .global_secondary_indexes(secondary(index, hash).map_err(wrong)?);
    }
    request.send().await.map_err(|error| refused(&what, &error))?;
    wait(clients, table).await?;
    expire(clients, table).await
}

fn attribute(name: &str) -> Result<AttributeDefinition, aws_sdk_dynamodb::error::BuildError> {
    AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build()
}

fn part(name: &str, kind: KeyType) -> Result<KeySchemaElement, aws_sdk_dynamodb::error::BuildError> {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build()
}

fn secondary(index: &str, hash: &str) -> Result<GlobalSecondaryIndex, aws_sdk_dynamodb::error::BuildError> {
    GlobalSecondaryIndex::builder()
        .index_name(index)
        .key_schema(part(hash, KeyType::Hash)?)
        .key_schema(part(AT, KeyType::Range)?)
        .projection(Projection::builder().projection_type(ProjectionType::All).build())
        .build()
}

async fn wait(clients: &Clients, table: &str) -> Result<(), SetupError> {
    for _ in 0..120 {
        let answer = clients.dynamodb().await.describe_table().table_name(table).send().await;
        let status = answer.ok().and_then(|it| it.table.and_then(|table| table.table_status));
        if status == Some(TableStatus::Active) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    Err(SetupError::NotActive(table.to_owned()))
}

async fn expire(clients: &Clients, table: &str) -> Result<(), SetupError> {
    let what = format!("expiry of table {table}");
    let specification = TimeToLiveSpecification::builder()
        .enabled(true)
        .attribute_name(EXPIRES)
        .build()
        .map_err(|error| SetupError::Refused { what: what.clone(), reason: error.to_string() })?;
    let client = clients.dynamodb().await;
    let request = client.update_time_to_live().table_name(table).time_to_live_specification(specification);
    request.send().await.map(|_| ()).map_err(|error| refused(&what, &error))
}
