//! Workloads as one running pod of each shows them, and the addresses that are written in it.

use super::backend::service;
use crate::{
    reach::Protocol,
    references::references,
    rules::is_over,
    tracked::Tracked,
    view::{at, containers, list, text, time},
    world::World,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Addresses that are kept of one workload.
const MAX_ADDRESSES: usize = 512;
/// Texts that are longer are not searched beyond this many bytes.
const MAX_TEXT: usize = 64 * 1024;
/// What stands before the name of a host in settings such as `host=db`.
const HINTS: &[&str] = &["host=", "server=", "address=", "addr=", "endpoint=", "hostname="];
/// Variables whose whole value may be a host have names that end so.
const HOST_NAMES: &[&str] =
    &["host", "hostname", "server", "address", "addr", "url", "uri", "endpoint", "upstream"];

/// A workload and its newest pod that runs.
#[derive(Clone, Copy)]
pub(crate) struct Crew<'a> {
    pub workload: &'a Tracked,
    pub pod: &'a Tracked,
}

/// A Service that a workload names as a host.
pub(crate) struct Call<'a> {
    pub service: &'a Tracked,
    /// The port that stands beside it.
    pub port: Option<u16>,
    /// Whether it stands in the pod itself, not in a `ConfigMap` that others may read too.
    pub is_own: bool,
}

/// Host and port as they are written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Address {
    host: String,
    port: Option<u16>,
}

/// All workloads with a pod that runs, by namespace and name.
pub(crate) fn crews(world: &World) -> Vec<Crew<'_>> {
    let made = |pod: &Tracked| time(&pod.body, &["metadata", "creationTimestamp"]);
    let mut found: BTreeMap<(&str, &str, &str), Crew<'_>> = BTreeMap::new();
    for pod in world.objects.of_kind("Pod").filter(|pod| !is_over(pod)) {
        let workload = world.workload(pod);
        let it = &workload.reference;
        let crew = found.entry((&it.namespace, &it.name, &it.kind)).or_insert(Crew { workload, pod });
        if made(pod) > made(crew.pod) {
            crew.pod = pod;
        }
    }
    found.into_values().collect()
}

impl<'a> Crew<'a> {
    pub(crate) fn namespace(&self) -> &'a str {
        &self.pod.reference.namespace
    }

    pub(crate) fn labels(&self) -> &'a Value {
        at(&self.pod.body, &["metadata", "labels"])
    }

    pub(crate) fn is(&self, other: &Crew<'_>) -> bool {
        self.workload.reference.uid == other.workload.reference.uid
    }

    /// The Services that it names, each once; what stands in the pod itself first.
    pub(crate) fn calls(&self, world: &'a World) -> Vec<Call<'a>> {
        let mut found: Vec<Call<'a>> = Vec::new();
        let sources = [(true, self.own_addresses(world)), (false, self.read_addresses(world))];
        for (is_own, addresses) in sources {
            for address in addresses {
                if let Some(service) = resolve(world, self.namespace(), &address.host)
                    && !found.iter().any(|it| it.service.reference.uid == service.reference.uid)
                {
                    found.push(Call { service, port: address.port, is_own });
                }
            }
        }
        found
    }

    /// Whether any host at all is written in it: such a workload has names to resolve.
    pub(crate) fn names_hosts(&self, world: &World) -> bool {
        let needs_name =
            |it: &Address| it.host.parse::<std::net::IpAddr>().is_err() && it.host != "localhost";
        self.own_addresses(world).iter().any(needs_name) || self.read_addresses(world).iter().any(needs_name)
    }

    fn own_addresses(&self, world: &World) -> BTreeSet<Address> {
        let mut found = BTreeSet::new();
        let texts = [&self.pod.body, world.template_of(self.pod)];
        for container in texts.into_iter().flat_map(|it| containers(at(it, &["spec"]))) {
            for variable in list(container, &["env"]) {
                search(text(variable, &["name"]), text(variable, &["value"]), &mut found);
            }
            let words = list(container, &["args"]).iter().chain(list(container, &["command"]));
            words.filter_map(Value::as_str).for_each(|word| search("", word, &mut found));
        }
        found
    }

    fn read_addresses(&self, world: &World) -> BTreeSet<Address> {
        let mut found = BTreeSet::new();
        for read in references(world.template_of(self.pod)).iter().filter(|it| it.kind == "ConfigMap") {
            let map = world.objects.named("ConfigMap", self.namespace(), &read.name);
            let data = map.and_then(|it| it.body.get("data")).and_then(Value::as_object);
            let wanted =
                data.into_iter().flatten().filter(|(key, _)| read.key.as_ref().is_none_or(|it| it == *key));
            for (key, value) in wanted {
                search(key, value.as_str().unwrap_or(""), &mut found);
            }
        }
        found
    }
}

/// The ports of `to` that the call means: the one that is written, or else all of the Service.
pub(crate) fn ports(call: &Call<'_>, to: &Crew<'_>) -> Vec<(Protocol, u16)> {
    let ports = list(&call.service.body, &["spec", "ports"]);
    let is_meant = |port: &&Value| call.port.is_some() && number(at(port, &["port"])) == call.port;
    let meant: Vec<&Value> = match ports.iter().filter(is_meant).collect::<Vec<_>>() {
        meant if meant.is_empty() => ports.iter().collect(),
        meant => meant,
    };
    let spec = at(&to.pod.body, &["spec"]);
    let numbers = meant
        .into_iter()
        .filter_map(|port| Some((Protocol::of(text(port, &["protocol"]))?, target(spec, port)?)));
    numbers.collect()
}

fn number(value: &Value) -> Option<u16> {
    value.as_u64().and_then(|it| u16::try_from(it).ok())
}

/// The number of a port of a Service on a pod.
fn target(pod_spec: &Value, port: &Value) -> Option<u16> {
    match at(port, &["targetPort"]) {
        Value::Null => number(at(port, &["port"])),
        Value::String(name) => containers(pod_spec)
            .flat_map(|container| list(container, &["ports"]))
            .find(|it| text(it, &["name"]) == name)
            .and_then(|it| number(at(it, &["containerPort"]))),
        target @ (Value::Number(_) | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => number(target),
    }
}

/// The Service that a host means for a pod of `home`: `name`, `name.namespace`, `name.namespace.svc...`, or one pod of
/// a Service in front of these.
fn resolve<'a>(world: &'a World, home: &str, host: &str) -> Option<&'a Tracked> {
    let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
    let find = |namespace: &str, name: &str| service(world, namespace, name);
    match labels.as_slice() {
        [name] => find(home, name),
        [first, second] => find(second, first).or_else(|| find(home, second)),
        [name, namespace, "svc", ..] | [_, name, namespace] | [_, name, namespace, "svc", ..] => {
            find(namespace, name)
        }
        _ => None,
    }
}

/// Finds addresses in the value of a setting: `tcp://db:5432`, `user@db/x`, `db.shop:80`, `host=db`, or a lone `db` in
/// a variable that is named after a host.
fn search(name: &str, value: &str, found: &mut BTreeSet<Address>) {
    let mut end = value.len().min(MAX_TEXT);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    let value = &value[..end];
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let mut from = 0;
    while let Some(start) = value[from..].find(is_host).map(|at| from + at) {
        let end = value[start..].find(|c| !is_host(c)).map_or(value.len(), |at| start + at);
        let (before, after) = (&value[..start], &value[end..]);
        let port = after.strip_prefix(':').and_then(leading_number);
        // What stands before the host of an address is who asks, not whom.
        let is_user = after.starts_with('@');
        let is_lone = start == 0 && end == value.len() && is_host_variable(name);
        let lower = before.get(before.len().saturating_sub(9)..).unwrap_or("").to_ascii_lowercase();
        let is_hinted = HINTS.iter().any(|hint| lower.ends_with(hint));
        if !is_user
            && (port.is_some() || before.ends_with("//") || before.ends_with('@') || is_lone || is_hinted)
            && found.len() < MAX_ADDRESSES
        {
            found.insert(Address { host: value[start..end].to_owned(), port });
        }
        from = end;
    }
}

fn leading_number(text: &str) -> Option<u16> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok().filter(|port| *port > 0)
}

fn is_host_variable(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    HOST_NAMES.iter().any(|ending| {
        name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with(['_', '-', '.']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(name: &str, value: &str) -> Vec<String> {
        let mut found = BTreeSet::new();
        search(name, value, &mut found);
        found.into_iter().map(|it| format!("{} {:?}", it.host, it.port)).collect()
    }

    #[test]
    fn addresses_are_found_in_settings() {
        assert_eq!(hosts("", "tcp://db:5432"), ["db Some(5432)"]);
        assert_eq!(hosts("", "postgres://me@db.shop.svc/x"), ["db.shop.svc None"]);
        assert_eq!(hosts("", "user=me host=db sslmode=off"), ["db None"]);
        assert_eq!(hosts("DB_HOST", "db"), ["db None"]);
        assert_eq!(hosts("", "a:1,b:2"), ["a Some(1)", "b Some(2)"]);
    }

    #[test]
    fn words_are_no_addresses() {
        assert!(hosts("MODE", "db").is_empty());
        assert!(hosts("", "web: true\ndb: off").is_empty());
        assert!(hosts("", "/var/lib/db/data").is_empty());
        assert!(hosts("", "").is_empty());
        assert!(hosts("", "äöü:ß").is_empty());
    }
}
