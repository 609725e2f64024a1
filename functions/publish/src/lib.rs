//! A request in, a sealed dataset in the bucket out.

mod publish;

pub use publish::{MANIFEST, Publish};
