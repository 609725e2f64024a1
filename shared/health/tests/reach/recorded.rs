//! A shop of twelve pods, dumped from a cluster, with the connections that another solver found.

use chiron_health::reach::{Connection, Peer, Peers, Ports};
use serde::Deserialize;
use serde_json::Value;
use std::{fs, path::PathBuf};

/// The texts of the folder; nothing where it is absent.
struct Folder(PathBuf);

impl Folder {
    fn open() -> Option<Self> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../../../shared/data/k8s/13-network-policy-connectivity/onlineboutique");
        if folder.is_dir() {
            return Some(Self(folder));
        }
        println!("skipped: {} is not there", folder.display());
        None
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// The objects of a YAML file, lists taken apart.
    fn objects(&self, name: &str) -> Vec<Value> {
        let text = self.text(name);
        let documents = serde_yaml_ng::Deserializer::from_str(&text);
        let documents = documents.map(|document| Value::deserialize(document).unwrap());
        let lists = documents.map(|mut document| match document.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => items,
            _ => vec![document],
        });
        lists.flatten().collect()
    }
}

/// What the dump holds.
struct Dump {
    pods: Vec<Value>,
    namespaces: Vec<Value>,
    policies: Vec<Value>,
}

impl Dump {
    fn of(folder: &Folder) -> Self {
        Self {
            pods: folder.objects("pods.yaml"),
            namespaces: folder.objects("ns.yaml"),
            policies: folder.objects("netpols.yaml"),
        }
    }

    fn peers(&self) -> Peers<'_> {
        Peers::new(
            &self.pods.iter().collect::<Vec<_>>(),
            &self.namespaces.iter().collect::<Vec<_>>(),
            &self.policies.iter().collect::<Vec<_>>(),
        )
    }
}

/// A set of ports as the other solver writes it.
fn written(ports: &Ports) -> String {
    match (ports.is_all(), ports.is_none()) {
        (true, _) => "All Connections".into(),
        (_, true) => "No Connections".into(),
        (false, false) => ports.to_string(),
    }
}

#[test]
fn the_recorded_list_of_connections_is_found_exactly() {
    let Some(folder) = Folder::open() else { return };
    let dump = Dump::of(&folder);
    let expected: Vec<Value> = serde_json::from_str(&folder.text("connlist_output.json")).unwrap();
    let text = |line: &Value, field: &str| line[field].as_str().unwrap().to_owned();
    let mut expected: Vec<[String; 3]> =
        expected.iter().map(|line| ["src", "dst", "conn"].map(|field| text(line, field))).collect();

    let peers = dump.peers();
    let line = |found: &Connection<'_>| [found.from.to_string(), found.to.to_string(), written(&found.ports)];
    let mut found: Vec<[String; 3]> = peers.connections().iter().map(line).collect();

    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(expected.len(), 17);
    assert_eq!(found, expected);
}

#[test]
fn every_recorded_pair_of_pods_is_judged_alike() {
    let Some(folder) = Folder::open() else { return };
    let dump = Dump::of(&folder);
    let peers = dump.peers();
    let pod = |path: &str| {
        let name = path.trim_start_matches("default/");
        dump.pods.iter().find(|pod| pod["metadata"]["name"] == name).unwrap()
    };

    let text = folder.text("connections_map_output.txt");
    for line in text.lines() {
        let parts: Vec<&str> =
            line.splitn(3, ", ").filter_map(|part| Some(part.split_once(": ")?.1)).collect();
        let found = peers.allowed(&Peer::Pod(pod(parts[0])), &Peer::Pod(pod(parts[1])));
        assert_eq!(written(&found), parts[2], "{line}");
    }
    assert_eq!(text.lines().count(), 144);
}
