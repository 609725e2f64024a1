//! Records in DynamoDB, listed by three indexes.

use crate::{
    Clients,
    items::{BODY, Item, KEY, get_binary, get_number, get_text, number, text, unavailable},
};
use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use chiron_model::{Lane, Timestamp};
use chiron_store::{Order, Pending, Query, Record, RecordStore, StoreError, pack, unpack};

/// Index by kind and time.
pub(crate) const BY_KIND: &str = "by-kind";
/// Index by kind with status, and time.
pub(crate) const BY_STATUS: &str = "by-status";
/// Index by object and time.
pub(crate) const BY_OBJECT: &str = "by-object";
pub(crate) const KIND: &str = "kind";
pub(crate) const KIND_STATUS: &str = "kind_status";
pub(crate) const OBJECT: &str = "object";
/// Time and name: what lists are ordered by.
pub(crate) const AT: &str = "at";
const ID: &str = "id";
const STATUS: &str = "status";
const LANE: &str = "lane";
const SCHEMA: &str = "schema_version";

/// Records in DynamoDB.
#[derive(Clone, Debug)]
pub struct DynamoRecords {
    clients: Clients,
}

impl DynamoRecords {
    /// Records in the table that the clients' settings name.
    #[must_use]
    pub fn new(clients: Clients) -> Self {
        Self { clients }
    }

    fn table(&self) -> &str {
        &self.clients.settings().records_table
    }
}

fn key(kind: &str, id: &str) -> String {
    format!("{kind}#{id}")
}

/// The item of a record.
pub(crate) fn record_item(record: &Record) -> Result<Item, StoreError> {
    // DynamoDB refuses empty keys of indexes.
    let object = if record.object.is_empty() { "-" } else { &record.object };
    Ok(Item::from([
        (KEY.to_owned(), text(key(&record.kind, &record.id))),
        (KIND.to_owned(), text(record.kind.clone())),
        (ID.to_owned(), text(record.id.clone())),
        (STATUS.to_owned(), text(record.status.clone())),
        (KIND_STATUS.to_owned(), text(format!("{}#{}", record.kind, record.status))),
        (OBJECT.to_owned(), text(object)),
        (AT.to_owned(), text(format!("{:020}#{}", record.at.nanos(), record.id))),
        (LANE.to_owned(), text(record.lane.as_str())),
        (SCHEMA.to_owned(), number(record.schema_version)),
        (BODY.to_owned(), AttributeValue::B(Blob::new(pack(&record.body)?.to_vec()))),
    ]))
}

fn record(item: &Item) -> Result<Record, StoreError> {
    let name = get_text(item, KEY);
    let at = get_text(item, AT).split('#').next().and_then(|it| it.parse().ok()).unwrap_or(0);
    Ok(Record {
        kind: get_text(item, KIND).to_owned(),
        id: get_text(item, ID).to_owned(),
        schema_version: get_number(item, SCHEMA).unwrap_or(1),
        status: get_text(item, STATUS).to_owned(),
        at: Timestamp::from_nanos(at),
        object: get_text(item, OBJECT).to_owned(),
        lane: Lane::named(get_text(item, LANE)),
        body: unpack(name, get_binary(item, BODY))?,
    })
}

impl RecordStore for DynamoRecords {
    fn get<'a>(&'a self, kind: &'a str, id: &'a str) -> Pending<'a, Result<Option<Record>, StoreError>> {
        Box::pin(async move {
            let answer = self
                .clients
                .dynamodb()
                .await
                .get_item()
                .table_name(self.table())
                .key(KEY, text(key(kind, id)))
                .send()
                .await
                .map_err(unavailable)?;
            answer.item().map(record).transpose()
        })
    }

    fn query(&self, query: Query) -> Pending<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(async move {
            let (index, name, value) = match &query.status {
                Some(status) => (BY_STATUS, KIND_STATUS, format!("{}#{status}", query.kind)),
                None => (BY_KIND, KIND, query.kind.clone()),
            };
            let limit = query.limit.unwrap_or(usize::MAX);
            let mut found = Vec::new();
            let mut next = None;
            loop {
                let mut request = self
                    .clients
                    .dynamodb()
                    .await
                    .query()
                    .table_name(self.table())
                    .index_name(index)
                    .key_condition_expression("#k = :k")
                    .expression_attribute_names("#k", name)
                    .expression_attribute_values(":k", text(value.clone()))
                    .scan_index_forward(query.order == Order::OldestFirst)
                    .set_exclusive_start_key(next);
                if let Some(lane) = &query.lane {
                    request = request
                        .filter_expression("#l = :l")
                        .expression_attribute_names("#l", LANE)
                        .expression_attribute_values(":l", text(lane.as_str()));
                }
                let answer = request.send().await.map_err(unavailable)?;
                for item in answer.items() {
                    found.push(record(item)?);
                }
                next = answer.last_evaluated_key;
                if next.is_none() || found.len() >= limit {
                    break;
                }
            }
            found.truncate(limit);
            Ok(found)
        })
    }
}
