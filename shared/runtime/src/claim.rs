//! Large data travels beside its event: it lies in the bucket, and the event says where (CloudEvents extension
//! `dataref`), with its fingerprint and size.

use bytes::Bytes;
use chiron_events::extension;
use chiron_function::Failure;
use chiron_model::Digest;
use chiron_store::{ObjectStore, StoreError};
use cloudevents::{AttributesReader, Data, Event};

/// Larger data lies in the bucket: intermediaries need not pass on more.
pub const MAX_DATA_BYTES: usize = 64 * 1024;
/// The largest data that is fetched.
const MAX_FETCHED: u64 = 64 << 20;

const REFERENCE: &str = "dataref";
const SHA256: &str = "datasha256";
const SIZE: &str = "datasize";

/// Puts the data of events that are too large into the bucket, under its fingerprint.
pub(crate) async fn check_in(events: &mut [Event], objects: &dyn ObjectStore) -> Result<(), StoreError> {
    for event in events {
        let Some(bytes) = too_large(event) else { continue };
        let digest = Digest::of(&bytes);
        let key = format!("payloads/{digest}");
        let size = bytes.len();
        objects.put(&key, bytes).await?;
        event.take_data();
        event.set_extension(REFERENCE, key);
        event.set_extension(SHA256, digest.to_string());
        event.set_extension(SIZE, size.to_string());
    }
    Ok(())
}

fn too_large(event: &Event) -> Option<Bytes> {
    let bytes: Bytes = match event.data()? {
        Data::Json(value) => serde_json::to_vec(value).ok()?.into(),
        Data::String(text) => text.clone().into(),
        Data::Binary(bytes) => bytes.clone().into(),
    };
    (bytes.len() > MAX_DATA_BYTES).then_some(bytes)
}

/// Whether the data of an event lies in the bucket.
pub(crate) fn is_elsewhere(event: &Event) -> bool {
    event.data().is_none() && event.extension(REFERENCE).is_some()
}

/// The event with its data, when that lies in the bucket and is what the event says.
pub(crate) async fn redeem(mut event: Event, objects: &dyn ObjectStore) -> Result<Event, Failure> {
    if !is_elsewhere(&event) {
        return Ok(event);
    }
    let key = extension(&event, REFERENCE).unwrap_or_default();
    if !key.starts_with("payloads/") {
        return Err(Failure::rejected(format!(
            "attribute {REFERENCE}: expected an object under payloads/, got {key:?}"
        )));
    }
    let size = extension(&event, SIZE).and_then(|it| it.parse::<u64>().ok()).filter(|it| *it <= MAX_FETCHED);
    let Some(size) = size else {
        return Err(Failure::rejected(format!("attribute {SIZE}: expected bytes, at most {MAX_FETCHED}")));
    };
    let bytes = objects.get(&key, None).await?;
    let expected = extension(&event, SHA256).unwrap_or_default();
    if bytes.len() as u64 != size || Digest::of(&bytes).as_str() != expected {
        return Err(Failure::rejected(format!(
            "{key} is not what event {} says: damaged or replaced",
            event.id()
        )));
    }
    let value: serde_json::Value = serde_json::from_slice(&bytes)
        .map_err(|error| Failure::rejected(format!("{key} is not JSON: {error}")))?;
    let kind = event.datacontenttype().unwrap_or("application/json").to_owned();
    event.set_data(kind, value);
    Ok(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chiron_store::MemoryStore;
    use cloudevents::{EventBuilder, EventBuilderV10};
    use serde_json::json;

    fn event(bytes: usize) -> Event {
        let data = json!({"text": "x".repeat(bytes)});
        EventBuilderV10::new().id("1").source("/s").ty("t").data("application/json", data).build().unwrap()
    }

    #[tokio::test]
    async fn large_data_is_found_again_by_its_reference() {
        let store = MemoryStore::default();
        let mut events = vec![event(MAX_DATA_BYTES), event(10)];

        check_in(&mut events, &store).await.unwrap();

        assert!(events[0].data().is_none());
        assert_eq!(events[1], event(10));
        let redeemed = redeem(events[0].clone(), &store).await.unwrap();
        assert_eq!(redeemed.data(), event(MAX_DATA_BYTES).data());
    }

    #[tokio::test]
    async fn data_that_was_replaced_is_refused() {
        let store = MemoryStore::default();
        let mut events = vec![event(MAX_DATA_BYTES)];
        check_in(&mut events, &store).await.unwrap();
        store.damage(store.objects().keys().next().unwrap());

        let failure = redeem(events.remove(0), &store).await.unwrap_err();

        assert!(failure.is_final());
    }

    #[tokio::test]
    async fn nothing_but_payloads_can_be_fetched() {
        let mut event = EventBuilderV10::new().id("1").source("/s").ty("t").build().unwrap();
        event.set_extension(REFERENCE, "states/secret".to_owned());

        assert!(redeem(event, &MemoryStore::default()).await.unwrap_err().is_final());
    }
}
