//! Training labels: how they are written from verified incidents, checked, split and exported. No I/O.

mod card;
mod check;
mod compose;
mod formats;
mod pseudonyms;
mod shards;
mod split;
mod words;

pub use check::{Verdict, check};
pub use compose::{Evidence, Versions, compose};
pub use formats::{Format, Row};
pub use shards::{DatasetFiles, build};
pub use split::split_of;
