//! Objects that carry credentials in every place where there may be one. All of them are made up here, at run time.
#![allow(clippy::unwrap_used, reason = "test support")]

use super::stored::encoded;
use chiron_model::Digest;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// A credential, and a text that it stands in as itself.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) text: String,
    pub(crate) secret: String,
}

/// What is known by its shape, in any place.
pub(crate) static SHAPED: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let sample = |name: &'static str, before: &str, length: usize, after: &str| {
        let secret = random(name, length);
        Sample { name, text: format!("{before}{secret}{after}"), secret }
    };
    let id = random("aws-id", 16).to_ascii_uppercase();
    let packed = encoded(format!("password={}", random("base64", 20)).as_bytes());
    vec![
        Sample { name: "aws-id", text: format!("AKIA{id}"), secret: format!("AKIA{id}") },
        sample("aws-secret", "aws_secret_access_key=", 40, ""),
        sample("github", "ghp_", 36, ""),
        sample("github-fine", "github_pat_", 40, ""),
        sample("gitlab", "glpat-", 20, ""),
        sample("jwt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaG9wIn0.", 43, ""),
        sample("pem", "-----BEGIN RSA PRIVATE KEY-----\n", 64, "\n-----END RSA PRIVATE KEY-----"),
        sample("slack", "xoxb-123456789012-", 24, ""),
        sample("slack-hook", "https://hooks.slack.com/services/T01/B02/", 24, ""),
        sample("basic-auth", "https://shop:", 12, "@repo.test/x"),
        sample("postgres", "postgres://shop:", 14, "@db.shop.svc:5432/orders"),
        sample("redis", "redis://:", 14, "@cache:6379/0"),
        sample("libpq", "host=db user=shop password=", 14, " dbname=orders"),
        sample("ado", "Server=db.test;User Id=sa;Password=", 12, ";Encrypt=true"),
        sample("azure", "AccountName=shop;AccountKey=", 44, "=="),
        sample("bearer", "Authorization: Bearer ", 28, ""),
        Sample { name: "base64", text: packed.clone(), secret: packed },
    ]
});

/// What is known only by the name it is stored under.
pub(crate) static NAMED: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let sample = |name, secret: String| Sample { name, text: secret.clone(), secret };
    vec![sample("words", "correct-horse-battery".to_owned()), sample("entropy", random("entropy", 32))]
});

/// The credential in the recording of a removed setting.
pub(crate) static PASSWORD: LazyLock<String> = LazyLock::new(|| random("settings", 14));

/// Letters and digits in no order, others for every name.
fn random(name: &str, length: usize) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let letter = |place: usize| {
        let digest = Digest::of(format!("{name} {place}").as_bytes());
        let number = usize::from_str_radix(&digest.as_str()[..6], 16).unwrap();
        char::from(LETTERS[number % LETTERS.len()])
    };
    (0..length).map(letter).collect()
}

/// An object of a namespace of its own.
fn object(kind: &str, name: &str, rest: &Value) -> Value {
    let api_version = if kind == "Deployment" { "apps/v1" } else { "v1" };
    let uid = format!("uid-{kind}-{name}");
    let metadata = json!({"name": name, "namespace": "vault", "uid": uid, "resourceVersion": "7",
        "creationTimestamp": "2026-11-21T04:00:00Z"});
    let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": metadata});
    for (key, value) in rest.as_object().unwrap() {
        let place = if key == "annotations" { &mut object["metadata"][key] } else { &mut object[key] };
        *place = value.clone();
    }
    object
}

/// A Deployment whose pods get these as environment, command, arguments and annotations.
fn deployment(name: &str, variable: &Value, command: &str, arguments: &Value, annotations: &Value) -> Value {
    let container = json!({"name": "web", "image": "web:1", "env": [variable], "command": ["sh", "-c", command],
        "args": arguments});
    let template = json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}});
    let spec = json!({"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template});
    object("Deployment", name, &json!({"annotations": annotations, "spec": spec}))
}

fn warning(name: &str, message: &str, count: i64) -> Value {
    let pod = json!({"kind": "Pod", "namespace": "vault", "name": "web-1"});
    let rest = json!({"type": "Warning", "reason": "Failed", "message": message, "count": count,
        "involvedObject": pod, "lastTimestamp": "2026-11-21T04:30:00Z"});
    object("Event", name, &rest)
}

/// Objects that carry a text in every place where there may be one.
pub(crate) fn carriers(sample: &Sample) -> Vec<Value> {
    let Sample { name, text, .. } = sample;
    let packed = encoded(text.as_bytes());
    let applied = json!({"data": {"value": packed}, "stringData": {"value": text}}).to_string();
    let secret = json!({"data": {"value": packed}, "stringData": {"value": text},
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": applied}});
    let mut nameless = object("Secret", &format!("nameless-{name}"), &secret);
    nameless["metadata"]["uid"] = Value::Null;
    let waiting = json!({"waiting": {"reason": "CrashLoopBackOff", "message": format!("died: {text}")}});
    let last = json!({"terminated": {"exitCode": 1, "reason": "Error", "message": text}});
    let status = json!({"phase": "Running", "containerStatuses": [{"name": "web", "ready": false, "image": "web:1",
        "restartCount": 1, "state": waiting, "lastState": last}]});
    vec![
        object("Secret", name, &secret),
        nameless,
        object(
            "ConfigMap",
            name,
            &json!({"data": {"note": text, "app.conf": format!("a line\n{text}\na line")}}),
        ),
        deployment(
            name,
            &json!({"name": "EXTRA", "value": text}),
            &format!("run {text}"),
            &json!(["--with", text, format!("--x={text}")]),
            &json!({"example.test/note": text, "example.test/url": format!("https://host.test/?q={text}")}),
        ),
        warning(name, &format!("pull failed: {text} was refused"), 1),
        warning(&format!("refused-{name}"), &format!("pull failed: {text} was refused"), -1),
        object(
            "Pod",
            name,
            &json!({"status": status, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}),
        ),
    ]
}

/// Objects that carry a value under names that tell what it is.
pub(crate) fn named_carriers(sample: &Sample) -> Vec<Value> {
    let Sample { name, secret, .. } = sample;
    let name = &format!("named-{name}");
    let file = format!("db.password={secret}\napi_key: {secret}");
    vec![
        object("ConfigMap", name, &json!({"data": {"DB_PASSWORD": secret, "app.properties": file}})),
        deployment(
            name,
            &json!({"name": "API_KEY", "value": secret}),
            &format!("run --password={secret}"),
            &json!(["--password", secret, format!("--api-key={secret}")]),
            &json!({"example.test/api-token": secret, "example.test/url": format!("https://host.test/?token={secret}")}),
        ),
        warning(name, &format!("login with password={secret} was refused"), 1),
    ]
}
