//! What can be typed about where metrics come from.

use clap::Args as ClapArgs;
use std::path::PathBuf;

/// What Prometheus wants to see before it answers, and what it shows itself.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct AccessArgs {
    /// Bearer token for Prometheus
    #[arg(long, env = "CHIRON_PROMETHEUS_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub prometheus_token: Option<String>,

    /// User for Prometheus
    #[arg(long, env = "CHIRON_PROMETHEUS_USER", value_name = "NAME")]
    pub prometheus_user: Option<String>,

    /// Password for Prometheus
    #[arg(long, env = "CHIRON_PROMETHEUS_PASSWORD", hide_env_values = true, value_name = "PASSWORD")]
    pub prometheus_password: Option<String>,

    /// Certificates of the authority that Prometheus' certificate is signed by, as PEM
    #[arg(long, env = "CHIRON_PROMETHEUS_CA", value_name = "FILE")]
    pub prometheus_ca: Option<PathBuf>,
}

/// Where metrics are read from, and how.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct ScrapeArgs {
    /// Prometheus to read metrics from, such as `http://prometheus:9090`
    #[arg(long, env = "CHIRON_PROMETHEUS", value_name = "URL")]
    pub prometheus: Option<String>,

    /// What Prometheus wants to see.
    #[command(flatten)]
    pub access: AccessArgs,

    /// Exporters, files of OpenMetrics text and CSV tables to read as well, separated by commas
    #[arg(long, env = "CHIRON_SCRAPE", value_delimiter = ',', value_name = "TARGET")]
    pub scrape: Vec<String>,

    /// Own queries beside the default ones, as YAML; one of the same name replaces a default one
    #[arg(long, env = "CHIRON_QUERIES", value_name = "FILE")]
    pub queries: Option<PathBuf>,

    /// Seconds between two samples of a series; best the interval in which Prometheus scrapes
    #[arg(long, env = "CHIRON_SCRAPE_STEP", default_value_t = 15, value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub scrape_step: u64,

    /// Seconds that rates are computed over; at least four times the interval in which Prometheus scrapes
    #[arg(long, env = "CHIRON_RATE_WINDOW", default_value_t = 60, value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(4..=3600))]
    pub rate_window: u64,

    /// Seconds of the past that are read at the first start, so that the detectors know what is usual
    #[arg(long, env = "CHIRON_LOOK_BACK", default_value_t = 7200, value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(0..=604_800))]
    pub look_back: u64,
}
