//! Finds credentials in texts and JSON and puts a keyed hash in their place.
//!
//! Three ways lead to a credential: its shape (a token of a known issuer, a private key, a password in a URL), the name
//! it is stored under (`DB_PASSWORD`), and its randomness. Base64 is looked into, one level deep.

mod entropy;
mod names;
mod redactor;
mod shapes;
mod tail;
mod value;

pub use redactor::Redactor;
pub use tail::Tail;

/// Version of the rules; part of the provenance of labels.
pub const REDACTION_VERSION: &str = "2026.11.1";
