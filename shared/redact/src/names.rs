//! Names under which credentials are kept.

use chiron_model::{Piece, pieces};

/// Parts of names that mean a credential.
const SENSITIVE: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "masterkey",
    "credential",
    "dockerconfigjson",
    "connectionstring",
    "sastoken",
    "authkey",
    "clientkeydata",
    "webhookurl",
    "licensekey",
    "sharedkey",
    "accountkey",
    "bearer",
    "htpasswd",
];

/// Ends of names that speak about a credential without being one.
const ABOUT: &[&str] = &[
    "name",
    "file",
    "path",
    "dir",
    "url",
    "uri",
    "ttl",
    "length",
    "timeout",
    "enabled",
    "type",
    "expiry",
    "expiration",
    "seconds",
    "header",
    "ref",
    "version",
    "rotation",
    "policy",
    "issuer",
    "audience",
    "endpoint",
    "count",
    "algorithm",
    "duration",
    "mount",
    "required",
    "disabled",
    "namespace",
    "provider",
    "store",
    "backend",
    "refresh",
    "max",
    "min",
    "limit",
    "age",
    "interval",
    "keyid",
];

/// Names of Kubernetes fields that look sensitive and are not.
const KUBERNETES: &[&str] = &[
    "automountserviceaccounttoken",
    "serviceaccounttoken",
    "imagepullsecrets",
    "secretkeyref",
    "secretref",
    "secret",
    "secrets",
    "secretname",
    "tokenrequests",
    "envfromsecret",
];

/// Whether what is stored under `name` is a credential by its name alone.
pub(crate) fn is_sensitive(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    !KUBERNETES.contains(&plain.as_str())
        && SENSITIVE.iter().any(|part| plain.contains(part))
        && (plain.ends_with("webhookurl") || !ABOUT.iter().any(|end| plain.ends_with(end)))
}

/// Whether a value stands for something else: a reference, a switch, a small number.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let is_reference = ["$(", "${", "{{", "<", "%("].iter().any(|start| value.starts_with(start));
    let is_word = [
        "",
        "true",
        "false",
        "null",
        "none",
        "yes",
        "no",
        "on",
        "off",
        "-",
        "*",
        "***",
        "redacted",
        "changeme-placeholder",
    ]
    .contains(&value.to_ascii_lowercase().as_str());
    let is_small_number = value.len() <= 6 && value.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let is_duration = value.len() <= 6
        && value.ends_with(['s', 'm', 'h', 'd'])
        && value[..value.len() - 1].bytes().all(|b| b.is_ascii_digit());
    let has_mark = pieces(value).iter().any(|it| matches!(it, Piece::Mark { .. }));
    is_reference || is_word || is_small_number || is_duration || has_mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_names_of_credentials() {
        for name in
            ["DB_PASSWORD", "api-key", "stripe.secret", "AWS_SECRET_ACCESS_KEY", "authToken", "pgpassword"]
        {
            assert!(is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn leaves_names_that_speak_about_credentials() {
        for name in
            ["PASSWORD_FILE", "secretName", "TOKEN_TTL", "tokenExpirationSeconds", "DATABASE_URL", "MODE"]
        {
            assert!(!is_sensitive(name), "{name}");
        }
    }
}
