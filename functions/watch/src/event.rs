//! What is told, as CloudEvents.

use crate::SOURCE;
use chiron_cluster::watch::{Change, Lapse, Told};
use chiron_events::{Context, EncodeError, ObservationLapsed, RESOURCE_TYPES, encode, printable};
use chiron_model::{Id, Operation, Timestamp};
use cloudevents::{Event, EventBuilder, EventBuilderV10};

/// Which cluster the events are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Our name of the cluster.
    pub cluster: String,
    /// Address of the API server: the `source`, as ApiServerSource has it.
    pub server: String,
}

/// Writes what is told as an event. The same change has the same id, whoever tells it and however often.
///
/// # Errors
/// When the name of the cluster or the address cannot be an attribute.
pub fn event(origin: &Origin, told: Told) -> Result<Event, EncodeError> {
    match told {
        Told::Changed(change) => changed(origin, change),
        Told::Lapsed(lapse) => lapsed(origin, lapse),
    }
}

/// Shape as measured from ApiServerSource: all kinds are under `/apis`, and those of the cluster have an empty namespace.
fn changed(origin: &Origin, change: Change) -> Result<Event, EncodeError> {
    let Change { operation, resource, object, at, is_late } = change;
    let ty = type_of(operation);
    let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
    // Names of roles may hold what attributes must not; the object itself has the true name.
    let (namespace, name) = (printable(text("namespace")), printable(text("name")));
    let id = Id::of_version(&origin.cluster, text("uid"), text("resourceVersion"), operation);
    let api_version = resource.api_version();
    let mut builder = EventBuilderV10::new()
        .id(id.to_string())
        .source(origin.server.clone())
        .ty(ty)
        .subject(format!("/apis/{api_version}/namespaces/{namespace}/{}/{name}", resource.plural))
        .time(at.utc())
        .extension("apiversion", api_version)
        .extension("kind", resource.kind.clone())
        .extension("namespace", namespace)
        .extension("name", name)
        .extension("cluster", origin.cluster.clone());
    if is_late {
        builder = builder.extension("late", "true");
    }
    let event = builder.data("application/json", object).build();
    event.map_err(|error| EncodeError::Attributes(ty, error.to_string()))
}

fn lapsed(origin: &Origin, lapse: Lapse) -> Result<Event, EncodeError> {
    let Lapse { resource, namespace, from, until, at, is_known, reason, late } = lapse;
    let cluster = &origin.cluster;
    let when = |time: Option<Timestamp>| time.map_or_else(String::new, |it| it.to_string());
    let parts = [cluster, &resource.to_string(), &namespace, &when(from), &when(until), &at.to_string()];
    let parts = parts.map(String::as_str);
    let cause = Context {
        id: Id::derive(&parts).to_string(),
        source: SOURCE.to_owned(),
        cluster: cluster.clone(),
        ..Context::default()
    };
    let payload = ObservationLapsed {
        cluster: cluster.clone(),
        api_version: resource.api_version(),
        kind: resource.kind.clone(),
        namespace,
        from,
        until,
        at,
        is_known,
        reason,
        late,
    };
    encode(SOURCE, &cause, 0, &payload)
}

const fn type_of(operation: Operation) -> &'static str {
    match operation {
        Operation::Add => RESOURCE_TYPES[0],
        Operation::Update => RESOURCE_TYPES[1],
        Operation::Delete => RESOURCE_TYPES[2],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chiron_cluster::{Body, Resource};
    use chiron_events::{ResourceChanged, decode, extension};
    use cloudevents::AttributesReader;
    use serde_json::json;
    use std::sync::Arc;

    fn origin() -> Origin {
        Origin { cluster: "prod".to_owned(), server: "https://10.96.0.1:443".to_owned() }
    }

    fn resource(group: &str, plural: &str, kind: &str) -> Arc<Resource> {
        Arc::new(Resource {
            group: group.to_owned(),
            version: "v1".to_owned(),
            plural: plural.to_owned(),
            kind: kind.to_owned(),
            namespaced: true,
            watchable: true,
            body: Body::Full,
        })
    }

    fn pod(operation: Operation) -> Change {
        let metadata = json!({"name": "web-1", "namespace": "shop", "uid": "u-1", "resourceVersion": "7"});
        Change {
            operation,
            resource: resource("", "pods", "Pod"),
            object: json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata}),
            at: Timestamp::from_secs(1_800_000_000),
            is_late: false,
        }
    }

    #[test]
    fn a_change_has_the_shape_of_the_api_server_source() {
        let event = changed(&origin(), pod(Operation::Update)).unwrap();

        assert_eq!(event.ty(), "dev.knative.apiserver.resource.update");
        assert_eq!(event.subject(), Some("/apis/v1/namespaces/shop/pods/web-1"));
        assert_eq!(event.source(), "https://10.96.0.1:443");
        let extensions = ["apiversion", "kind", "namespace", "name", "cluster", "late"];
        let found = extensions.map(|name| extension(&event, name).unwrap_or_default());
        assert_eq!(found, ["v1", "Pod", "shop", "web-1", "prod", ""]);
        assert_eq!(ResourceChanged::decode(event).unwrap().operation, Operation::Update);
    }

    #[test]
    fn the_same_version_has_one_id_and_its_deletion_another() {
        let id = |change: Change| changed(&origin(), change).unwrap().id().to_owned();

        assert_eq!(id(pod(Operation::Add)), id(pod(Operation::Update)));
        assert_ne!(id(pod(Operation::Update)), id(pod(Operation::Delete)));
        assert_eq!(id(pod(Operation::Delete)), Id::derive(&["prod", "u-1", "7", "delete"]).to_string());
    }

    #[test]
    fn an_odd_name_is_still_an_attribute() {
        let mut change = pod(Operation::Add);
        change.object["metadata"]["name"] = "a \"b\" ü:c".into();

        let event = changed(&origin(), change).unwrap();

        assert_eq!(extension(&event, "name").unwrap(), "a__b___:c");
    }

    #[test]
    fn a_lapse_says_from_when_to_when() {
        let lapse = Lapse {
            resource: resource("apps", "deployments", "Deployment"),
            namespace: String::new(),
            from: Some(Timestamp::from_secs(100)),
            until: Some(Timestamp::from_secs(160)),
            at: Timestamp::from_secs(160),
            is_known: true,
            reason: "gone".to_owned(),
            late: 3,
        };

        let event = lapsed(&origin(), lapse.clone()).unwrap();

        assert_eq!(event.id(), lapsed(&origin(), lapse).unwrap().id());
        let found: ObservationLapsed = decode(event).unwrap();
        assert_eq!(
            (found.api_version.as_str(), found.kind.as_str(), found.late),
            ("apps/v1", "Deployment", 3)
        );
    }
}
