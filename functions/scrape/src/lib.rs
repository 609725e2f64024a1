//! A tick in, samples out: reads Prometheus, endpoints that expose metrics, and files, and records what they say.

mod batch;
mod config;
mod files;
mod ping;
mod poll;
mod progress;
mod reader;
mod reading;
mod record;
mod scrape;

pub use config::{Config, InvalidTarget, Target};
pub use ping::Ping;
pub use poll::{Fetched, fetch, next_ping, ping};
pub use reader::{Reader, Unusable};
pub use reading::Problem;
pub use record::record;
pub use scrape::Scrape;
