//! Every byte in a data folder, also what is packed in it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test support")]

use super::files;
use crate::support::http::client;
use chiron_aws::{DataFolder, DynamoRecords, Embedded, Endpoints, Settings};
use chiron_store::{Query, Record, RecordStore};
use serde_json::{Value, json};
use std::{io::Read, path::Path};

const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const GZIP: [u8; 3] = [0x1f, 0x8b, 0x08];
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A file or an item, or what is packed in one.
pub(crate) struct Part {
    /// Where it lies.
    pub(crate) place: String,
    pub(crate) bytes: Vec<u8>,
}

/// All files of a data folder, all items of its tables, and what is packed in them.
pub(crate) fn everything(data: &Path) -> Vec<Part> {
    let mut parts: Vec<Part> = files(data).into_iter().map(|(place, bytes)| Part { place, bytes }).collect();
    parts.extend(wait(items(data)));
    let unpacked: Vec<Part> = parts.iter().filter_map(unpacked).collect();
    parts.extend(unpacked);
    parts
}

/// All records of a kind.
pub(crate) fn records(data: &Path, kind: &str) -> Vec<Record> {
    wait(async {
        let embedded = Embedded::start(DataFolder::take(data).unwrap()).await.unwrap();
        DynamoRecords::new(embedded.clients()).query(Query::of(kind)).await.unwrap()
    })
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// The items of both tables: each as JSON, and each binary attribute as it is.
async fn items(data: &Path) -> Vec<Part> {
    let _embedded = Embedded::start(DataFolder::take(data).unwrap()).await.unwrap();
    let url = Endpoints::read(data).unwrap().dynamodb;
    let settings = Settings::default();
    let mut parts = Vec::new();
    for table in [settings.state_table, settings.records_table] {
        for item in scan(&url, &table).await {
            parts.push(Part { place: table.clone(), bytes: item.to_string().into_bytes() });
            let values = item.as_object().unwrap().values().filter_map(|value| value["B"].as_str());
            parts.extend(values.map(|text| Part { place: table.clone(), bytes: decoded(text) }));
        }
    }
    parts
}

async fn scan(url: &str, table: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut request = json!({"TableName": table});
    loop {
        let answer = call(url, &request).await;
        let page = answer["Items"].as_array().unwrap_or_else(|| panic!("{table}: {answer}"));
        items.extend(page.iter().cloned());
        if answer["LastEvaluatedKey"].is_null() {
            return items;
        }
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"].clone();
    }
}

/// Calls the embedded table service, which looks for a signature but at none.
async fn call(url: &str, request: &Value) -> Value {
    let signature =
        "AWS4-HMAC-SHA256 Credential=a/20261121/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
    let request = client()
        .post(url)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", "DynamoDB_20120810.Scan")
        .header("x-amz-date", "20261121T000000Z")
        .header("authorization", signature)
        .body(request.to_string());
    request.send().await.unwrap().json().await.unwrap()
}

/// What is packed in a part, wherever in it that begins.
fn unpacked(part: &Part) -> Option<Part> {
    let bytes = &part.bytes;
    let of_zstd = after(bytes, &ZSTD).and_then(|packed| zstd::stream::decode_all(packed).ok());
    let found = of_zstd.or_else(|| after(bytes, &GZIP).and_then(gunzipped))?;
    Some(Part { place: format!("{}, unpacked", part.place), bytes: found })
}

/// The bytes from the first place on at which they begin so.
fn after<'a>(bytes: &'a [u8], magic: &[u8]) -> Option<&'a [u8]> {
    (0..bytes.len()).map(|at| &bytes[at..]).find(|rest| rest.starts_with(magic))
}

fn gunzipped(packed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(packed).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Bytes in base64.
pub(crate) fn encoded(bytes: &[u8]) -> String {
    bytes.chunks(3).flat_map(digits).collect()
}

fn digits(group: &[u8]) -> [char; 4] {
    let joined = group.iter().fold(0_usize, |number, byte| (number << 8) | usize::from(*byte));
    let number = joined << (8 * (3 - group.len()));
    [0, 1, 2, 3].map(|place| {
        if place <= group.len() { char::from(DIGITS[(number >> (18 - 6 * place)) & 63]) } else { '=' }
    })
}

/// The bytes of a text in base64.
fn decoded(text: &str) -> Vec<u8> {
    let digit = |byte: &u8| DIGITS.iter().zip(0_u32..).find(|(known, _)| *known == byte).unwrap().1;
    let groups = text.trim_end_matches('=').as_bytes().chunks(4);
    let bytes = groups.map(|group| {
        let joined = group.iter().fold(0_u32, |number, byte| (number << 6) | digit(byte));
        let number = joined << (6 * (4 - group.len()));
        number.to_be_bytes()[1..group.len()].to_vec()
    });
    bytes.flatten().collect()
}
