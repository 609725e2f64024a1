//! Credentials are never stored, wherever they come in: in Secrets, configuration, environment, messages, annotations,
//! URLs, arguments, and in events that are refused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test support")]

mod support;

use serde_json::Value;
use std::{borrow::Cow, collections::BTreeSet, fs, sync::LazyLock};
use support::{
    raw::event,
    recordings::{
        Replayed, json_lines, lines, replay_into,
        stored::{Part, encoded, everything},
        vault::{NAMED, PASSWORD, SHAPED, carriers, named_carriers},
    },
};

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// One replay of everything, and all that it left behind.
struct Run {
    replayed: Replayed,
    stored: Vec<Part>,
}

static RUN: LazyLock<Run> = LazyLock::new(|| replay("one key"));

fn replay(key: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("postgres://shop:{}@db:5432/orders", *PASSWORD);
    let mut input: Vec<String> =
        lines("shop-env").iter().map(|line| line.replace("tcp://db:5432", &address)).collect();
    let objects = SHAPED.iter().flat_map(carriers).chain(NAMED.iter().flat_map(named_carriers));
    for (number, object) in (0..).zip(objects) {
        input.push(event(&format!("secret-{number}"), "add", number, &object).to_string());
    }
    let file = folder.path().join("secrets.ndjson");
    fs::write(&file, input.join("\n")).unwrap();
    let replayed = replay_into(folder.path(), &file, |command| {
        command.env("CHIRON_REDACTION_KEY", key);
    });
    Run { replayed, stored: everything(&folder.path().join("data")) }
}

impl Run {
    /// The stored body of an object of the own namespace.
    fn body(&self, kind: &str, name: &str) -> Value {
        let raw = self
            .stored
            .iter()
            .filter(|part| part.place.contains("/raw/") && part.place.ends_with("unpacked"));
        let found = raw.flat_map(|part| json_lines(&part.bytes)).map(|it| it["body"].clone()).find(|body| {
            let metadata = &body["metadata"];
            body["kind"] == kind && metadata["name"] == name && metadata["namespace"] == "vault"
        });
        found.unwrap_or_else(|| panic!("{kind} {name} is not stored"))
    }
}

/// What stands in a text in place of a credential: the hash alone.
fn stand_in(text: &Value) -> String {
    let text = text.as_str().unwrap();
    let (_, mark) = text.split_once("[redacted:").unwrap_or_else(|| panic!("{text} holds no stand-in"));
    let mark = mark.split(']').next().unwrap();
    mark.rsplit(':').next().unwrap().to_owned()
}

/// The places in which a text stands.
fn places(text: &str) -> Vec<&'static str> {
    static ALL: LazyLock<Vec<(&str, Cow<'static, str>)>> = LazyLock::new(|| {
        let report = [("report", Cow::from(RUN.replayed.text.as_str()))];
        let dataset =
            RUN.replayed.dataset.iter().map(|(path, it)| (path.as_str(), String::from_utf8_lossy(it)));
        let stored =
            RUN.stored.iter().map(|part| (part.place.as_str(), String::from_utf8_lossy(&part.bytes)));
        report.into_iter().chain(dataset).chain(stored).collect()
    });
    ALL.iter().filter(|(_, it)| it.contains(text)).map(|(place, _)| *place).collect()
}

#[test]
fn no_credential_is_stored_or_printed() {
    for sample in SHAPED.iter().chain(NAMED.iter()) {
        for secret in [&sample.secret, &encoded(sample.text.as_bytes())] {
            let found = places(secret);

            assert!(found.is_empty(), "{}: {secret} is in {found:?}", sample.name);
        }
    }
    assert_eq!(places(&PASSWORD), Vec::<&str>::new());
}

#[test]
fn the_search_sees_files_and_tables() {
    let harmless = places("host.test");

    assert!(harmless.iter().any(|place| place.contains("/raw/")), "{harmless:?}");
    assert!(harmless.iter().any(|place| place.contains("/observations/")), "{harmless:?}");
    assert!(harmless.contains(&"chiron-state, unpacked"), "{harmless:?}");
    // Refused events are kept too.
    assert!(places("nameless-jwt").contains(&"chiron-records, unpacked"));
}

#[test]
fn a_secret_keeps_the_names_of_its_keys_only() {
    for sample in SHAPED.iter() {
        let body = RUN.body("Secret", sample.name);

        assert!(body["data"]["value"].as_str().unwrap().starts_with("[redacted:secret:"), "{body}");
        assert!(body["stringData"]["value"].as_str().unwrap().starts_with("[redacted:secret:"), "{body}");
        assert!(body["metadata"]["annotations"][LAST_APPLIED].is_null(), "{body}");
    }
}

/// What stands in a run for the value that is known by its name, in every place where it came in.
fn stand_ins(run: &Run, name: &str) -> BTreeSet<String> {
    let data = &run.body("ConfigMap", name)["data"];
    let deployment = run.body("Deployment", name);
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    let (arguments, annotations) = (&container["args"], &deployment["metadata"]["annotations"]);
    let told = [
        &data["DB_PASSWORD"],
        &data["app.properties"],
        &container["env"][0]["value"],
        &container["command"][2],
    ];
    let given = [
        &arguments[1],
        &arguments[2],
        &annotations["example.test/api-token"],
        &annotations["example.test/url"],
    ];
    told.into_iter().chain(given).map(stand_in).collect()
}

#[test]
fn equal_credentials_get_equal_stand_ins() {
    let (words, entropy) = (stand_ins(&RUN, "named-words"), stand_ins(&RUN, "named-entropy"));

    assert_eq!((words.len(), entropy.len()), (1, 1), "{words:?} {entropy:?}");
    assert_ne!(words, entropy);
}

#[test]
fn another_key_gives_other_stand_ins() {
    let other = replay("another key");

    for name in ["named-words", "named-entropy"] {
        assert_ne!(stand_ins(&other, name), stand_ins(&RUN, name), "{name}");
    }
}

#[test]
fn a_plan_that_would_restore_one_is_declined() {
    let incidents = RUN.replayed.incidents();

    let incident = incidents.iter().find(|it| it["namespace"] == "shop-env").unwrap();

    let cause = &incident["root_cause"];
    assert_eq!(cause["field"], "data.DATABASE_URL");
    assert!(cause["to"].is_null() && !stand_in(&cause["from"]).is_empty(), "{cause}");
    assert!(incident["plan"].get("actions").is_none(), "{}", incident["plan"]);
    let declined = incident["plan"]["declined"].as_str().unwrap();
    assert!(declined.contains("data.DATABASE_URL") && declined.contains("ConfigMap/settings"), "{declined}");
    assert!(declined.contains("credential"), "{declined}");
}
