//! Settings of the observe function.

/// Settings.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Config {
    /// The cluster of events that do not say where they come from. Default: none, such events are refused.
    pub default_cluster: Option<String>,
}
