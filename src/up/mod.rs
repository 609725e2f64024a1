//! The local platform: every function on a broker in this process, behind an HTTP endpoint that takes CloudEvents like
//! the ingress of a Knative broker.

mod ingress;
mod platform;
mod remote_write;
mod scraping;
mod watching;
mod worker;

pub use platform::{Platform, PlatformError, Scraping};
