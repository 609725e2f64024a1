//! A cluster in, raw changes out: watches what a cluster serves and gives each change to a sink, at least once.
//!
//! The events have the shape of Knative's ApiServerSource, so that `observe` takes both. Unlike it, what exists at the
//! start is told, what happened in a gap is found, and an id names the same change each time.
//!
//! The last lines of containers that crashed are told too, as objects of the kind `ContainerLog`: without credentials,
//! bounded, and only where the rights reach that far.

mod config;
mod crashes;
mod event;
mod logs;
mod memory;
mod pulse;
mod sink;
mod teller;
mod watch;

pub use config::Config;
pub use event::{Origin, event};
pub use memory::Kept;
pub use sink::Sink;
pub use watch::{Ports, SOURCE, Watch};
