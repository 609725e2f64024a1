//! One look at a live cluster, or at what was recorded of one: what is wrong with it, and why.

mod causes;
mod examine;
mod files;
mod grouped;
mod health;
mod live;
mod logs;
mod row;
mod sarif;
mod taken;
mod words;

pub use examine::examine;
pub use files::from_files;
pub use grouped::print_groups;
pub use health::{HealthRow, health_rows, print_health};
pub use live::{LiveError, from_cluster};
pub use logs::{Logs, quote_logs};
pub use row::{CauseRow, EvidenceRow, ObjectRow, Row};
pub use sarif::sarif;
pub use taken::{Note, Taken, Wanted};
