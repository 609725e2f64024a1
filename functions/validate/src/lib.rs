//! Generated labels in, accepted and rejected labels out.

mod validate;

pub use validate::{Validate, Validated};
