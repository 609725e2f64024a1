//! Keeps the watermark: once it has passed, the observations of a span of time are put in their true order, once each.

mod around;
mod config;
mod emitted;
mod heard;
mod lake;
mod order;
mod seal;
mod watermark;

pub use config::Config;
pub use emitted::Emitted;
pub use heard::Heard;
pub use seal::Seal;
