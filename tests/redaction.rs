//! What stands in for a credential: one mark for one value, the same after a second look, also in files and command lines.

use chiron_redact::Redactor;

/// Made up.
const SECRET: &str = "Zx8Qw2Er5Ty7Ui9O";

fn redactor() -> Redactor {
    Redactor::new(b"key")
}

#[test]
fn one_value_has_one_mark_whatever_surrounds_it() {
    let redactor = redactor();
    let mark = redactor.mark("url-password", SECRET);
    for around in [
        "ADDRESS",
        "dial ADDRESS: connection refused",
        "password authentication failed for ADDRESS",
        "the secret token is in ADDRESS",
        "key ADDRESS was rejected",
    ] {
        let text = around.replace("ADDRESS", &format!("postgres://shop:{SECRET}@db:5432/orders"));

        let cleaned = redactor.text(&text);

        assert_eq!(cleaned, text.replace(SECRET, &mark));
    }
}

#[test]
fn a_private_key_has_one_mark() {
    let text = format!("-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----");

    let cleaned = redactor().text(&text).into_owned();

    assert_eq!(cleaned, redactor().mark("private-key", &text));
}

#[test]
fn a_second_look_changes_nothing() {
    let redactor = redactor();
    for text in [
        format!("postgres://shop:{SECRET}@db:5432/orders"),
        format!("db.password={SECRET}"),
        format!("Authorization: Bearer {SECRET}{SECRET}"),
        format!("-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----"),
        format!("https://repo.test/?token={SECRET}"),
    ] {
        let once = redactor.text(&text).into_owned();

        let twice = redactor.text(&once);

        assert!(once.contains("[redacted:"), "{once}");
        assert_eq!(twice, once);
    }
}

#[test]
fn what_looks_like_a_mark_hides_nothing() {
    let redactor = redactor();
    for text in [
        format!("[redacted:password={SECRET}]"),
        format!("[redacted: password={SECRET} and no end"),
        format!("password=[redacted:{SECRET}"),
    ] {
        let cleaned = redactor.text(&text);

        assert!(!cleaned.contains(SECRET), "{cleaned}");
    }
}

#[test]
fn credentials_in_files_and_command_lines_are_seen() {
    let redactor = redactor();
    let cases = [
        ("a Go connection string", format!("shop:{SECRET}@tcp(db:3306)/orders?parseTime=true")),
        ("a flag and its value in one command", format!("tool --user shop --password {SECRET} --verbose")),
        ("a login of curl", format!("curl -fsS -u shop:{SECRET} https://repo.test/")),
        ("a key in a kubeconfig", format!("users:\n- user:\n    client-key-data: {SECRET}{SECRET}{SECRET}")),
        ("an element of XML", format!("<settings><password>{SECRET}</password></settings>")),
        ("JSON inside JSON", format!(r#"{{"config":"{{\"password\":\"{SECRET}\"}}"}}"#)),
        ("a pair of AWS keys", format!("AKIA{},{SECRET}{SECRET}abcdefgh", "QYLPMN5HGRT2XVWZ")),
    ];

    let missed: Vec<&str> = cases
        .iter()
        .filter(|(_, text)| redactor.text(text).contains(SECRET))
        .map(|(what, _)| *what)
        .collect();

    assert!(missed.is_empty(), "{missed:?}");
}
