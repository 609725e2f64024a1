//! The drill: breaks a small application on a throw-away cluster, waits until the fault and its cause are named, repairs
//! it, and waits until nothing is said any more.

mod choice;
mod course;
mod drill;
mod expect;
mod judge;
mod kubeconfig;
mod look;
mod outcome;
mod progress;
mod scenario;
mod seen;
mod shelf;
mod shell;

pub use choice::{Place, chosen, refused, why_not};
pub use drill::{Drill, Tools};
pub use expect::{Expect, Reach};
pub use kubeconfig::{Kubeconfig, is_of_lab, kubeconfig, may_be_broken};
pub use outcome::Outcome;
pub use scenario::{Scenario, ScenarioError, scenarios};
pub use shelf::unpack;
pub use shell::{Shell, ShellError, kubectl};
