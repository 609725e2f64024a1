//! Reads Kubernetes objects out of what people have on disk: lists of kubectl, manifests, support bundles, sonobuoy and
//! must-gather archives, kubectl text.
//!
//! Nothing is unpacked to disk, links are not followed, and what is read is bounded by [`Limits`]. What cannot be read
//! becomes a [`Problem`] that names the file; the rest is read all the same.

mod bounded;
mod captured;
mod contents;
mod document;
mod encoding;
mod ends;
mod folder;
mod guard;
mod infer;
mod intake;
mod json;
mod kinds;
mod limits;
mod logs;
mod names;
mod preamble;
mod reader;
mod sift;
mod sink;
mod tarball;
mod text;
mod unfold;
mod yaml;
mod zipped;

pub use contents::{BundleError, Contents, Found, Log, Origin, Problem, Source};
pub use ends::read_ends;
pub use limits::Limits;
pub use reader::{read, read_bytes};
pub use text::{AGE, FIRST_SEEN, LAST_RESTART, LAST_SEEN, STATUS};
