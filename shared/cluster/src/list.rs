//! Lists, page by page and object by object: only the bytes of one page and one parsed object are held at a time.

use crate::{Accept, Body, Cluster, Error, Resource, path::value};
use chiron_model::Timestamp;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;
use std::fmt;

/// The largest content of a `ConfigMap` that is handed over, in bytes. Of a larger one only the keys are.
pub const LARGE: usize = 256 << 10;
/// The smallest page that is asked for when pages are too large.
const SMALLEST: u32 = 1;

/// Which page of which list.
#[derive(Clone, Copy, Debug)]
pub struct PageQuery<'a> {
    /// What to list.
    pub resource: &'a Resource,
    /// Of which namespace; `None` for all, and for kinds of the cluster.
    pub namespace: Option<&'a str>,
    /// The most objects of a page.
    pub limit: u32,
    /// The token of the page before; `None` for the first.
    pub after: Option<&'a str>,
}

/// The end of one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The API server's own time.
    pub at: Option<Timestamp>,
    /// The version of the list, from which a watch can go on.
    pub resource_version: String,
    /// The token of the next page; `None` when this was the last.
    pub next: Option<String>,
    /// How many objects it held.
    pub objects: usize,
    /// The most objects the page was asked for, less than wanted where pages were too large.
    pub limit: u32,
}

impl Cluster {
    /// One page of a list. `each` gets the objects in the order of the list, with `apiVersion` and `kind` filled in;
    /// of kinds read as [`Body::Metadata`] they hold only `metadata`. A page that is too large for
    /// [`crate::Limits::body`] is asked for again with fewer objects. On an error some objects may have been handed over.
    pub async fn page<F>(&self, query: &PageQuery<'_>, mut each: F) -> Result<Page, Error>
    where
        F: FnMut(Value) + Send,
    {
        let accept = match query.resource.body {
            Body::Full => Accept::Json,
            Body::Metadata => Accept::MetadataList,
        };
        let mut limit = query.limit.max(SMALLEST);
        loop {
            let path = query.path(limit);
            match self.fetch(&path, accept).await {
                Ok(answer) => {
                    let mut page = read(query.resource, &path, &answer.body, &mut each)?;
                    page.at = answer.at;
                    page.limit = limit;
                    return Ok(page);
                }
                Err(Error::TooLarge { .. }) if limit > SMALLEST => limit = (limit / 8).max(SMALLEST),
                Err(error) => return Err(error),
            }
        }
    }
}

impl PageQuery<'_> {
    fn path(&self, limit: u32) -> String {
        let path = self.resource.path(self.namespace);
        match self.after {
            Some(token) => format!("{path}?limit={limit}&continue={}", value(token)),
            None => format!("{path}?limit={limit}"),
        }
    }
}

fn read(resource: &Resource, path: &str, body: &[u8], each: &mut dyn FnMut(Value)) -> Result<Page, Error> {
    let api_version = resource.api_version();
    let mut objects = 0;
    let mut named = |mut object: Value| {
        if let Value::Object(fields) = &mut object {
            fields.insert("apiVersion".to_owned(), Value::String(api_version.clone()));
            fields.insert("kind".to_owned(), Value::String(resource.kind.clone()));
            if resource.is_core("ConfigMap") {
                shorten(fields);
            }
            objects += 1;
            each(object);
        }
    };
    let mut text = serde_json::Deserializer::from_slice(body);
    let meta = List { each: &mut named }.deserialize(&mut text).map_err(|error| Error::Malformed {
        path: path.to_owned(),
        expected: "a list of objects in JSON",
        got: error.to_string(),
    })?;
    let next = meta.next.filter(|token| !token.is_empty());
    Ok(Page {
        at: None,
        resource_version: meta.resource_version.unwrap_or_default(),
        next,
        objects,
        limit: 0,
    })
}

/// Takes the values out of a very large `ConfigMap`: the keys say enough for references to it.
fn shorten(fields: &mut serde_json::Map<String, Value>) {
    let size = |data: Option<&Value>| -> usize {
        let values = data.and_then(Value::as_object).into_iter().flatten();
        values.map(|(_, value)| value.as_str().map_or(0, str::len)).sum()
    };
    if size(fields.get("data")).saturating_add(size(fields.get("binaryData"))) <= LARGE {
        return;
    }
    for part in ["data", "binaryData"] {
        for value in
            fields.get_mut(part).and_then(Value::as_object_mut).into_iter().flat_map(|data| data.values_mut())
        {
            *value = Value::Null;
        }
    }
}

#[derive(Default, Deserialize)]
struct ListMeta {
    #[serde(default, rename = "resourceVersion")]
    resource_version: Option<String>,
    #[serde(default, rename = "continue")]
    next: Option<String>,
}

/// A list whose objects are handed over as they are parsed.
struct List<'a> {
    each: &'a mut dyn FnMut(Value),
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ListMeta;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ListMeta, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ListMeta;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list with metadata and items")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ListMeta, A::Error> {
        let mut meta = ListMeta::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "metadata" => meta = map.next_value::<Option<ListMeta>>()?.unwrap_or_default(),
                "items" => map.next_value_seed(Items { each: &mut *self.each })?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(meta)
    }
}

struct Items<'a> {
    each: &'a mut dyn FnMut(Value),
}

impl<'de> DeserializeSeed<'de> for Items<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<Value>()? {
            (self.each)(item);
        }
        Ok(())
    }

    /// An empty list of some servers.
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn config_maps() -> Resource {
        Resource {
            group: String::new(),
            version: "v1".to_owned(),
            plural: "configmaps".to_owned(),
            kind: "ConfigMap".to_owned(),
            namespaced: true,
            watchable: true,
            body: Body::Full,
        }
    }

    fn listed(body: &Value) -> (Result<Page, Error>, Vec<Value>) {
        let mut objects = Vec::new();
        let page =
            read(&config_maps(), "/x", body.to_string().as_bytes(), &mut |object| objects.push(object));
        (page, objects)
    }

    #[test]
    fn objects_of_a_list_say_what_they_are() {
        let body = json!({"kind": "ConfigMapList", "metadata": {"resourceVersion": "7", "continue": ""},
            "items": [{"metadata": {"name": "a"}}]});

        let (page, objects) = listed(&body);

        assert_eq!(objects, [json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}})]);
        assert_eq!(page.map(|page| (page.resource_version, page.next)), Ok(("7".to_owned(), None)));
    }

    #[test]
    fn a_very_large_config_map_keeps_its_keys_only() {
        let body = json!({"items": [{"metadata": {"name": "a"}, "data": {"blob": "x".repeat(LARGE + 1), "k": "v"}}]});

        let (_, objects) = listed(&body);

        assert_eq!(objects[0]["data"], json!({"blob": null, "k": null}));
    }

    #[test]
    fn items_that_are_null_or_no_objects_are_passed_over() {
        assert_eq!(listed(&json!({"items": null})).0.map(|page| page.objects), Ok(0));
        assert_eq!(listed(&json!({"items": [1, "a"]})).0.map(|page| page.objects), Ok(0));
        assert!(listed(&json!({"items": 3})).0.is_err());
    }
}
