//! One raw cluster change becomes one observation.

use crate::{
    event::normal_form,
    field::{optional, required, wrong},
    secret,
    writers::writers,
};
use chiron_events::{Context, ResourceChanged};
use chiron_model::{Category, Id, ObjectRef, Observation, Operation, Timestamp};
use chiron_redact::Redactor;
use serde_json::Value;
use std::time::Duration;

/// Nothing in Kubernetes is older.
const KUBERNETES_BORN: Timestamp = Timestamp::from_secs(1_400_000_000);
/// Longer names of clusters are not taken.
const MAX_CLUSTER: usize = 128;
/// Clocks are wrong by so much at most.
const CLOCK_SKEW: Duration = Duration::from_hours(24);
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Why a raw change is not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// A field is not what it must be.
    #[error("{field}: expected {expected}, got {found}")]
    Field {
        /// Path of the field.
        field: String,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// Nobody says which cluster it comes from.
    #[error(
        "attribute cluster: expected the name of the cluster, got nothing; set ceOverrides.extensions.cluster on the source"
    )]
    NoCluster,
    /// Nobody says when it happened.
    #[error("attribute time: expected an RFC 3339 time, got nothing, and the object has no time either")]
    NoTime,
    /// It says that it happened before Kubernetes, or in the future.
    #[error("attribute time: expected a time between 2014 and now, got {0}")]
    Time(Timestamp),
}

/// What is known from outside the object.
pub(crate) struct Surroundings<'a> {
    /// Attributes of the event.
    pub context: &'a Context,
    /// The cluster of events that do not say.
    pub default_cluster: Option<&'a str>,
    /// What time it is.
    pub now: Timestamp,
    /// Replaces credentials.
    pub redactor: &'a Redactor,
}

/// Makes an observation of an object that was read as it is, by nobody's event: from a file, or from a list.
///
/// `at` is when it was read.
///
/// # Errors
/// When a field that names the object is not what it must be.
pub fn observation(
    object: Value,
    cluster: &str,
    at: Timestamp,
    redactor: &Redactor,
) -> Result<Observation, Refusal> {
    let context = Context { cluster: cluster.to_owned(), time: Some(at), ..Context::default() };
    let around = Surroundings { context: &context, default_cluster: None, now: at, redactor };
    normalise(ResourceChanged { operation: Operation::Update, object }, &around)
}

/// Makes an observation of a raw change.
pub(crate) fn normalise(change: ResourceChanged, around: &Surroundings<'_>) -> Result<Observation, Refusal> {
    let ResourceChanged { operation, object: raw } = change;
    let object = reference(&raw, around)?;
    let version = version(&raw)?;
    let at = moment(&raw, around)?;
    let id = Id::of_version(&object.cluster, &object.uid, &version.to_string(), operation);
    let category = category(&object.kind, &raw);
    let writers = writers(&raw);
    let body = body(raw, &object.kind, around.redactor)?;
    Ok(Observation { id, operation, at, object, version, category, writers, body })
}

fn reference(raw: &Value, around: &Surroundings<'_>) -> Result<ObjectRef, Refusal> {
    let given = Some(around.context.cluster.as_str()).filter(|it| !it.is_empty());
    let cluster = given.or(around.default_cluster).ok_or(Refusal::NoCluster)?;
    check_cluster(cluster)?;
    Ok(ObjectRef {
        cluster: cluster.to_owned(),
        api_version: required(raw, &["apiVersion"])?.to_owned(),
        kind: required(raw, &["kind"])?.to_owned(),
        namespace: optional(raw, &["metadata", "namespace"])?.to_owned(),
        name: required(raw, &["metadata", "name"])?.to_owned(),
        uid: required(raw, &["metadata", "uid"])?.to_owned(),
    })
}

/// The name travels in attributes and in keys.
fn check_cluster(name: &str) -> Result<(), Refusal> {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '%' | '\'' | '#');
    if name.len() <= MAX_CLUSTER && name.chars().all(is_plain) {
        return Ok(());
    }
    Err(Refusal::Field {
        field: "attribute cluster".to_owned(),
        expected: "at most 128 printable ASCII characters without space, quote, percent or #",
        found: format!("{name:?}"),
    })
}

fn version(raw: &Value) -> Result<u64, Refusal> {
    let path = ["metadata", "resourceVersion"];
    let text = required(raw, &path)?;
    text.parse().map_err(|_| wrong(&path, "a whole number", Some(&Value::from(text))))
}

/// When the change was sent; when the sender does not say, the newest time in the object.
fn moment(raw: &Value, around: &Surroundings<'_>) -> Result<Timestamp, Refusal> {
    let at = around.context.time.or_else(|| newest_time(raw)).ok_or(Refusal::NoTime)?;
    let is_possible = at >= KUBERNETES_BORN && at <= around.now.plus(CLOCK_SKEW);
    if is_possible { Ok(at) } else { Err(Refusal::Time(at)) }
}

fn newest_time(raw: &Value) -> Option<Timestamp> {
    let managed = raw["metadata"]["managedFields"].as_array().into_iter().flatten();
    let times = managed.map(|it| &it["time"]).chain([
        &raw["metadata"]["creationTimestamp"],
        &raw["metadata"]["deletionTimestamp"],
        &raw["lastTimestamp"],
        &raw["eventTime"],
    ]);
    times.filter_map(|it| it.as_str()?.parse().ok()).max()
}

fn category(kind: &str, raw: &Value) -> Category {
    let about = if kind == "Event" {
        raw["regarding"]["kind"].as_str().or_else(|| raw["involvedObject"]["kind"].as_str()).unwrap_or(kind)
    } else {
        kind
    };
    Category::of_kind(about)
}

fn body(mut raw: Value, kind: &str, redactor: &Redactor) -> Result<Value, Refusal> {
    if kind == "Event" {
        let mut body = normal_form(&raw)?;
        redactor.json(&mut body);
        return Ok(body);
    }
    if kind == "Secret" {
        secret::hide(&mut raw, redactor);
        secret::name_keys(&mut raw);
    }
    if let Some(metadata) = raw.get_mut("metadata").and_then(Value::as_object_mut) {
        for noise in ["managedFields", "resourceVersion", "selfLink"] {
            metadata.remove(noise);
        }
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.remove(LAST_APPLIED);
        }
    }
    if kind == "Node"
        && let Some(status) = raw.get_mut("status").and_then(Value::as_object_mut)
    {
        status.remove("images");
    }
    redactor.json(&mut raw);
    Ok(raw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn take(raw: Value) -> Result<Observation, Refusal> {
        let context = Context {
            cluster: "c".to_owned(),
            time: "2026-11-21T04:17:29Z".parse().ok(),
            ..Context::default()
        };
        take_in(raw, &context)
    }

    fn take_in(raw: Value, context: &Context) -> Result<Observation, Refusal> {
        let redactor = Redactor::new(b"key");
        let now = "2026-11-22T00:00:00Z".parse().unwrap();
        let around = Surroundings { context, default_cluster: None, now, redactor: &redactor };
        normalise(ResourceChanged { operation: Operation::Update, object: raw }, &around)
    }

    fn object(kind: &str) -> Value {
        json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": "a", "namespace": "n", "uid": "u", "resourceVersion": "7"}})
    }

    #[test]
    fn one_change_has_one_id_whatever_its_event_is_called() {
        let first = Context { id: "1".to_owned(), cluster: "c".to_owned(), ..Context::default() };
        let second = Context { id: "2".to_owned(), ..first.clone() };
        let at = |context: &Context| Context { time: "2026-11-21T04:17:29Z".parse().ok(), ..context.clone() };

        let ids = [first, second].map(|context| take_in(object("Pod"), &at(&context)).unwrap().id);

        assert_eq!(ids[0], ids[1]);
    }

    #[test]
    fn data_of_a_secret_is_never_kept() {
        let mut secret = object("Secret");
        secret["data"] = json!({"password": "aHVudGVyMg=="});
        secret["metadata"]["annotations"] =
            json!({LAST_APPLIED: "{\"data\":{\"password\":\"aHVudGVyMg==\"}}"});

        let text = take(secret).unwrap().body.to_string();

        assert!(!text.contains("aHVudGVyMg"), "{text}");
        assert!(text.contains("password"), "the name of the key stays: {text}");
    }

    #[test]
    fn an_object_without_a_uid_is_refused_by_the_name_of_the_field() {
        let mut pod = object("Pod");
        pod["metadata"]["uid"] = Value::Null;

        let error = take(pod).unwrap_err().to_string();

        assert_eq!(error, "data.metadata.uid: expected a text, got nothing");
    }

    #[test]
    fn a_clock_in_the_future_is_refused() {
        let context = Context {
            cluster: "c".to_owned(),
            time: "2031-01-01T00:00:00Z".parse().ok(),
            ..Context::default()
        };

        assert!(matches!(take_in(object("Pod"), &context), Err(Refusal::Time(_))));
    }

    #[test]
    fn a_change_from_nowhere_is_refused() {
        let context = Context { time: "2026-11-21T04:17:29Z".parse().ok(), ..Context::default() };

        assert_eq!(take_in(object("Pod"), &context), Err(Refusal::NoCluster));
    }
}
