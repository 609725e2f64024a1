//! Watches clusters: one watch a kind, lists after every gap, and tells each change once it is known.
//!
//! ```text
//!  Engine ── Stream (one a kind: list, then watch) ──┐
//!     └───── Stream ──── bounded Outlet ─────────────┴─> Feed ──> consumer ── taken ──> Memory
//! ```
//! - A watch that breaks goes on from its last version. When that is too old (410, our own restart, a restored cluster),
//!   all is listed and compared with what was known: what changed is told late, what is missing is told as deleted, and a
//!   [`Lapse`] says from when to when nothing was seen.
//! - Only a complete list says what is gone. An expired credential or a refused connection says nothing.
//! - What waits for the consumer is bounded in bytes; then the watches wait.
//! - What is remembered is only what the consumer took, so that after a crash nothing is missing.

mod backoff;
mod config;
mod engine;
mod feed;
mod following;
mod frame;
mod health;
mod identity;
mod kind_health;
mod known;
mod lapsing;
mod lines;
mod listing;
mod memory;
mod outlet;
mod quiet;
mod stream;
mod tell;
mod told;

pub use config::WatchConfig;
pub use engine::{Engine, EngineParts};
pub use feed::Feed;
pub use health::{ClusterState, Health, KindState};
pub use kind_health::KindHealth;
pub use memory::{Memory, MemoryError, Remembered};
pub use quiet::QuietRule;
pub use told::{Change, Lapse, Told};

use engine::Shared;
use outlet::Mark;

/// Tells the time of the wall clock.
pub type Clock = fn() -> chiron_model::Timestamp;

/// Waits, for consumers that have no timer of their own.
pub async fn pause(wait: std::time::Duration) {
    tokio::time::sleep(wait).await;
}
