//! From events to calls: decode, fetch what lies in the bucket, put in order.

use crate::claim::redeem;
use bytes::Bytes;
use chiron_events::{Context, Section};
use chiron_function::{Call, Failure, Inbound};
use chiron_model::{Digest, Timestamp};
use chiron_store::ObjectStore;
use cloudevents::{AttributesReader, Data, Event};

/// Compressed frames from this size on are large, in bytes.
const LARGE: usize = 32 << 10;

/// An event that was read, and its fingerprint.
pub(crate) struct Taken<I> {
    pub call: Call<I>,
    pub hash: String,
}

/// Reads events as inputs of a function, with what they point to, which are fetched at the same time.
pub(crate) async fn take_all<I: Inbound>(
    events: Vec<Event>,
    objects: &dyn ObjectStore,
) -> Vec<Result<Taken<I>, Failure>> {
    futures::future::join_all(events.into_iter().map(|event| take(event, objects))).await
}

async fn take<I: Inbound>(event: Event, objects: &dyn ObjectStore) -> Result<Taken<I>, Failure> {
    let event = redeem(event, objects).await?;
    let context = Context::of(&event);
    let hash = fingerprint(&event);
    let mut input = I::decode(event)?;
    if let Some(section) = input.section().cloned() {
        let bytes = fetch(&section, objects).await?;
        input = fill(input, bytes).await?;
    }
    Ok(Taken { call: Call { context, input }, hash })
}

/// Large frames are read on other cores, small ones here: a thread costs more than they do.
async fn fill<I: Inbound>(mut input: I, bytes: Bytes) -> Result<I, Failure> {
    if bytes.len() < LARGE {
        input.fill(&bytes)?;
        return Ok(input);
    }
    let reading = tokio::task::spawn_blocking(move || input.fill(&bytes).map(|()| input));
    Ok(reading.await.map_err(|error| Failure::transient(error.to_string()))??)
}

async fn fetch(section: &Section, objects: &dyn ObjectStore) -> Result<Bytes, Failure> {
    let range = section.offset..section.offset.saturating_add(section.length);
    Ok(objects.get(&section.key, Some(range)).await?)
}

/// The fingerprint of the type and the data: the same name with another fingerprint is another event.
pub(crate) fn fingerprint(event: &Event) -> String {
    let data = match event.data() {
        None => Vec::new(),
        Some(Data::Json(value)) => serde_json::to_vec(value).unwrap_or_default(),
        Some(Data::String(text)) => text.as_bytes().to_vec(),
        Some(Data::Binary(bytes)) => canonical(bytes),
    };
    let mut text = event.ty().as_bytes().to_vec();
    text.push(0);
    text.extend_from_slice(&data);
    Digest::of(&text).as_str()[..32].to_owned()
}

/// JSON with the same content has the same fingerprint, however it was sent.
fn canonical(bytes: &[u8]) -> Vec<u8> {
    serde_json::from_slice::<serde_json::Value>(bytes)
        .ok()
        .and_then(|value| serde_json::to_vec(&value).ok())
        .unwrap_or_else(|| bytes.to_vec())
}

/// The order in which events that wait together are handled: by time, then by the order of the types, then by name.
pub(crate) fn order(types: &[&str], context: &Context) -> (Timestamp, usize, String) {
    let place = types.iter().position(|ty| *ty == context.ty).unwrap_or(usize::MAX);
    (context.at(), place, context.id.clone())
}
