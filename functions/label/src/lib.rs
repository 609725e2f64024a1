//! Verified incidents in, training labels out.

mod label;

pub use label::{Judged, Label, Memory};
