//! States, and the memory of what was handled, in DynamoDB.

use crate::{
    Clients,
    items::{
        BODY, COUNT, EXPIRES, HASH, Item, KEY, OUTPUTS, VERSION, binary, get_binary, get_number, get_text,
        number, seen_again, text, unavailable,
    },
    records::record_item,
    transaction::{MAX_ITEMS, Write, WriteKind, parts, refusal},
};
use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue, DeleteRequest, KeysAndAttributes, Put, ReturnValue,
        ReturnValuesOnConditionCheckFailure, TransactWriteItem, WriteRequest,
    },
};
use bytes::Bytes;
use chiron_model::Timestamp;
use chiron_store::{
    Commit, CommitError, Pending, Seen, SeenAgain, StateStore, StateWrite, StoreError, Versioned,
};
use std::collections::HashMap;

/// Keys of one batch of deletes, by DynamoDB's limit.
const MAX_DELETES: usize = 25;

/// States in DynamoDB.
#[derive(Clone, Debug)]
pub struct DynamoStates {
    clients: Clients,
}

impl DynamoStates {
    /// States in the table that the clients' settings name.
    #[must_use]
    pub fn new(clients: Clients) -> Self {
        Self { clients }
    }

    fn table(&self) -> &str {
        &self.clients.settings().state_table
    }

    /// Items under `keys`, in any order.
    async fn items(&self, keys: &[String]) -> Result<HashMap<String, Item>, StoreError> {
        let mut found = HashMap::with_capacity(keys.len());
        for chunk in keys.chunks(MAX_ITEMS) {
            let mut wanted = Some(Self::request(chunk)?);
            while let Some(request) = wanted.take() {
                let answer = self
                    .clients
                    .dynamodb()
                    .await
                    .batch_get_item()
                    .request_items(self.table(), request)
                    .send()
                    .await
                    .map_err(unavailable)?;
                for item in answer.responses.into_iter().flatten().flat_map(|(_, items)| items) {
                    found.insert(get_text(&item, KEY).to_owned(), item);
                }
                wanted = answer.unprocessed_keys.and_then(|mut it| it.remove(self.table()));
            }
        }
        Ok(found)
    }

    fn request(keys: &[String]) -> Result<KeysAndAttributes, StoreError> {
        let mut distinct: Vec<&String> = keys.iter().collect();
        distinct.sort();
        distinct.dedup();
        let keys = distinct.into_iter().map(|key| HashMap::from([(KEY.to_owned(), text(key.clone()))]));
        KeysAndAttributes::builder()
            .set_keys(Some(keys.collect()))
            .consistent_read(true)
            .build()
            .map_err(|error| StoreError::unavailable("DynamoDB", error))
    }

    fn state(&self, write: &StateWrite) -> Result<Write, StoreError> {
        let mut put = Put::builder()
            .table_name(self.table())
            .item(KEY, text(write.key.clone()))
            .item(VERSION, number(write.expected.unwrap_or(0) + 1))
            .item(BODY, binary(&write.body));
        if let Some(at) = write.expires_at {
            put = put.item(EXPIRES, number(at.secs()));
        }
        put = match write.expected {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(version) => put
                .condition_expression("#v = :v")
                .expression_attribute_names("#v", VERSION)
                .expression_attribute_values(":v", number(version)),
        };
        Ok(Write {
            put: build(put)?,
            kind: WriteKind::State(write.key.clone()),
            bytes: write.body.len() + write.key.len() + 64,
            is_joined: write.is_joined,
        })
    }

    fn seen_item(&self, seen: &Seen) -> Result<Write, StoreError> {
        let put = Put::builder()
            .table_name(self.table())
            .item(KEY, text(seen.key.clone()))
            .item(HASH, text(seen.hash.clone()))
            .item(OUTPUTS, binary(&seen.outputs))
            .item(EXPIRES, number(seen.expires_at.secs()))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let bytes = seen.outputs.len() + seen.key.len() + 128;
        Ok(Write { put: build(put)?, kind: WriteKind::Seen, bytes, is_joined: false })
    }

    /// All writes of a commit: records first, so that no state is ahead of what people are told of it.
    fn writes(&self, commit: &Commit) -> Result<Vec<Write>, StoreError> {
        let mut writes = self.record_writes(commit)?;
        for write in &commit.states {
            writes.push(self.state(write)?);
        }
        for (index, seen) in commit.seen.iter().enumerate() {
            // The first input holds what the whole batch led to: it is known if and only if the state has changed.
            let is_joined = index == 0 && !commit.states.is_empty();
            writes.push(Write { is_joined, ..self.seen_item(seen)? });
        }
        Ok(writes)
    }

    fn record_writes(&self, commit: &Commit) -> Result<Vec<Write>, StoreError> {
        let mut records: HashMap<(&str, &str), usize> = HashMap::new();
        for (index, record) in commit.records.iter().enumerate() {
            records.insert((&record.kind, &record.id), index);
        }
        // A transaction takes an item once: of several versions of a record the last one counts.
        let mut last: Vec<usize> = records.into_values().collect();
        last.sort_unstable();
        let mut writes = Vec::with_capacity(last.len());
        for index in last {
            let item = record_item(&commit.records[index])?;
            let bytes = get_binary(&item, BODY).len() + 512;
            let put = Put::builder().table_name(&self.clients.settings().records_table).set_item(Some(item));
            writes.push(Write { put: build(put)?, kind: WriteKind::Record, bytes, is_joined: false });
        }
        Ok(writes)
    }

    async fn transact(&self, writes: Vec<Write>) -> Result<(), CommitError> {
        let kinds: Vec<WriteKind> = writes.iter().map(|it| it.kind.clone()).collect();
        let items = writes.into_iter().map(|it| TransactWriteItem::builder().put(it.put).build()).collect();
        let client = self.clients.dynamodb().await;
        let result = client.transact_write_items().set_transact_items(Some(items)).send().await;
        let Err(error) = result else { return Ok(()) };
        match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                Err(refusal(cancelled.cancellation_reasons(), &kinds, cancelled.message().unwrap_or("")))
            }
            _ => Err(unavailable(error).into()),
        }
    }
}

fn build(put: aws_sdk_dynamodb::types::builders::PutBuilder) -> Result<Put, StoreError> {
    put.build().map_err(|error| StoreError::unavailable("DynamoDB", error))
}

impl StateStore for DynamoStates {
    fn load<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<Vec<Option<Versioned>>, StoreError>> {
        Box::pin(async move {
            let items = self.items(keys).await?;
            Ok(keys
                .iter()
                .map(|key| {
                    let item = items.get(key)?;
                    let version = get_number(item, VERSION)?;
                    Some(Versioned { body: Bytes::copy_from_slice(get_binary(item, BODY)), version })
                })
                .collect())
        })
    }

    fn seen<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<Vec<SeenAgain>, StoreError>> {
        Box::pin(async move { Ok(self.items(keys).await?.values().map(seen_again).collect()) })
    }

    fn commit(&self, commit: Commit) -> Pending<'_, Result<(), CommitError>> {
        Box::pin(async move {
            for part in parts(self.writes(&commit)?) {
                self.transact(part).await?;
            }
            Ok(())
        })
    }

    fn count<'a>(&'a self, key: &'a str, expires_at: Timestamp) -> Pending<'a, Result<u64, StoreError>> {
        Box::pin(async move {
            let answer = self
                .clients
                .dynamodb()
                .await
                .update_item()
                .table_name(self.table())
                .key(KEY, text(key))
                .update_expression("ADD #c :one SET #e = :at")
                .expression_attribute_names("#c", COUNT)
                .expression_attribute_names("#e", EXPIRES)
                .expression_attribute_values(":one", number(1))
                .expression_attribute_values(":at", number(expires_at.secs()))
                .return_values(ReturnValue::UpdatedNew)
                .send()
                .await
                .map_err(unavailable)?;
            Ok(answer.attributes().and_then(|item| get_number(item, COUNT)).unwrap_or(1))
        })
    }

    fn forget<'a>(&'a self, keys: &'a [String]) -> Pending<'a, Result<(), StoreError>> {
        Box::pin(async move {
            for chunk in keys.chunks(MAX_DELETES) {
                let mut wanted: Vec<WriteRequest> = Vec::new();
                for key in chunk {
                    let delete = DeleteRequest::builder()
                        .key(KEY, AttributeValue::S(key.clone()))
                        .build()
                        .map_err(|error| StoreError::unavailable("DynamoDB", error))?;
                    wanted.push(WriteRequest::builder().delete_request(delete).build());
                }
                self.clients
                    .dynamodb()
                    .await
                    .batch_write_item()
                    .request_items(self.table(), wanted)
                    .send()
                    .await
                    .map_err(unavailable)?;
            }
            Ok(())
        })
    }
}
