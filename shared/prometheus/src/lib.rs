//! Metrics from the world of Prometheus, as series of the domain.
//!
//! The formats are pure: bytes in, [`MetricSeries`](chiron_model::MetricSeries) out. They are the text formats of
//! exporters ([`exposition`]), remote write ([`remote_write`]) and tables ([`table`]). What a series belongs to comes from
//! its labels ([`owner`]), and [`shards`] makes events of series. Only [`client`] knows a network.

pub mod client;
pub mod exposition;
mod family;
mod moment;
pub mod owner;
pub mod query_pack;
pub mod remote_write;
mod series;
pub mod shards;
pub mod table;

pub use family::{Families, Family, FamilyType};
pub use series::describe;
