//! Tokens of many issuers are replaced wherever they stand; ordinary cluster text is left alone.
//!
//! All credentials here were made up for this test. They are put together at run time, so that scanners of
//! repositories do not take them for real ones.

use chiron_redact::Redactor;

fn letters(count: usize) -> String {
    "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY".chars().cycle().take(count).collect()
}

fn hex(count: usize) -> String {
    "0f1e2d3c4b5a69788796a5b4c3d2e1f0".chars().cycle().take(count).collect()
}

fn tokens() -> Vec<String> {
    vec![
        format!("AKIA{}", "ABCDEFGH12345678"),
        format!("ghp_{}", letters(36)),
        format!("github_pat_{}", letters(40)),
        format!("glpat-{}", letters(20)),
        format!("xoxb-{}-{}", "123456789012", letters(24)),
        format!("sk_live_{}", letters(24)),
        format!("AIza{}", letters(35)),
        format!("ya29.{}", letters(40)),
        format!("npm_{}", letters(36)),
        format!("pypi-{}", letters(60)),
        format!("SG.{}.{}", letters(22), letters(43)),
        format!("SK{}", hex(32)),
        format!("key-{}", hex(32)),
        format!("sk-proj-{}", letters(40)),
        format!("sk-ant-api03-{}", letters(40)),
        format!("hf_{}", letters(34)),
        format!("dop_v1_{}", hex(64)),
        format!("hvs.{}", letters(30)),
        format!("shpat_{}", hex(32)),
        format!("dapi{}", hex(32)),
        format!("glsa_{}", letters(40)),
        format!("NRAK-{}", "ABCDEFGHJK1234567890ABCDEFG"),
        format!("ATATT3x{}", letters(60)),
        format!("dckr_pat_{}", letters(27)),
        format!("123456789:AA{}", letters(33)),
        format!("eyJ{}.eyJ{}.{}", letters(20), letters(40), letters(43)),
        format!("abcdef.{}", "0123456789abcdef"),
    ]
}

#[test]
fn replaces_tokens_in_running_text() {
    let redactor = Redactor::new(b"key");
    for token in tokens() {
        let text = format!("pull failed: credential {token} was refused by the registry");

        let cleaned = redactor.text(&text);

        assert!(!cleaned.contains(&token), "{token} is still in {cleaned}");
        assert!(cleaned.contains("was refused by the registry"), "{cleaned}");
    }
}

#[test]
fn replaces_tokens_encoded_in_base64() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let redactor = Redactor::new(b"key");
    for token in tokens() {
        let encoded = STANDARD.encode(format!("value={token}"));

        assert!(!redactor.text(&encoded).contains(&encoded), "{token}");
    }
}

#[test]
fn replaces_passwords_in_urls_and_keeps_the_rest() {
    let cleaned = Redactor::new(b"key").text("postgres://shop:s3cr3t@db.shop.svc:5432/orders").into_owned();

    assert!(cleaned.starts_with("postgres://shop:[redacted:url-password:"), "{cleaned}");
    assert!(cleaned.ends_with("@db.shop.svc:5432/orders"), "{cleaned}");
}

#[test]
fn replaces_headers_assignments_keys_and_docker_logins() {
    let redactor = Redactor::new(b"key");
    let secret = "Zx8Qw2Er5Ty7Ui9O";
    for text in [
        format!("Authorization: Bearer {secret}{secret}"),
        format!("authorization: Basic {secret}="),
        format!("db.password={secret}"),
        format!("api_key: \"{secret}\""),
        format!("{{\"auths\":{{\"r.io\":{{\"auth\":\"{secret}\"}}}}}}"),
        format!("-----BEGIN RSA PRIVATE KEY-----\n{secret}\n-----END RSA PRIVATE KEY-----"),
        format!("DefaultEndpointsProtocol=https;AccountName=x;AccountKey={secret}{secret}=="),
        format!("https://hooks.slack.com/services/T0000/B0000/{secret}"),
        format!("aws_secret_access_key = {secret}{secret}abcdefgh"),
        format!("--from-literal=client-secret={secret}"),
    ] {
        let cleaned = redactor.text(&text);
        assert!(!cleaned.contains(secret), "{cleaned}");
    }
}

#[test]
fn leaves_ordinary_cluster_text_alone() {
    let redactor = Redactor::new(b"key");
    for text in [
        "tcp://db:5432",
        "http://web.shop.svc.cluster.local:8080/healthz?x=1",
        "Successfully assigned shop-env/web-7b7b4c64f9-9rgp9 to node-a",
        "Back-off restarting failed container web in pod web-5764dd5597-5tzb2_shop-env(c4268fc3-746c-4f5a-8b2c-a8872b67)",
        "containerd://dd9846af5dce9a945ab54440bb99a32e60f0d4a1f296dd227fe63e74ca44f599",
        "sha256:16d4c82eebd1346ff07eba45cf800741cd7417c93e72323b7fa98ab6ea2a8663",
        "pods \"web-7b7b4c64f9-kv4b8\" is forbidden: exceeded quota: tight, requested: pods=1, used: pods=3, limited: pods=3",
        "MountVolume.SetUp failed for volume \"tls\" : secret \"web-tls\" not found",
        "couldn't find key password in Secret shop/db",
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints",
        "-----BEGIN CERTIFICATE-----\nMIIDAzCCAeugAwIBAgIUCfE7x\n-----END CERTIFICATE-----",
        "token authentication is required",
        "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available",
    ] {
        assert_eq!(redactor.text(text), text);
    }
}
