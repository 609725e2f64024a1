//! From what was typed about metrics to what reads them.

use crate::args::ScrapeArgs;
use anyhow::bail;
use chiron_prometheus::{
    client::{Auth, ClientConfig, Secret},
    query_pack::QueryPack,
};
use chiron_scrape::{Config, Reader, Target};
use std::{sync::Arc, time::Duration};

impl ScrapeArgs {
    /// What reads the targets that were typed.
    ///
    /// # Errors
    /// When a target is none, credentials do not fit together, or the queries cannot be read.
    pub fn reader(&self, cluster: Option<&str>) -> anyhow::Result<Arc<Reader>> {
        let config = Config { default_cluster: cluster.map(str::to_owned), ..self.config()? };
        Ok(Arc::new(Reader::new(config)?))
    }

    /// Whether anything is to be read.
    #[must_use]
    pub fn is_some(&self) -> bool {
        self.prometheus.is_some() || !self.scrape.is_empty()
    }

    fn config(&self) -> anyhow::Result<Config> {
        let mut targets = Vec::new();
        if let Some(url) = &self.prometheus {
            targets.push(Target::Prometheus(self.client(url)?));
        }
        for target in &self.scrape {
            targets.push(Target::endpoint(target)?);
        }
        let mut config = Config::of(targets);
        if let Some(path) = &self.queries {
            config.pack = config.pack.with(QueryPack::load(path)?);
        }
        config.step = Duration::from_secs(self.scrape_step.max(1));
        config.rate_window = Duration::from_secs(self.rate_window.max(4));
        let look_back = Duration::from_secs(self.look_back);
        config.first_span = config.first_span.max(look_back);
        config.catch_up = config.catch_up.max(look_back);
        Ok(config)
    }

    fn client(&self, url: &str) -> anyhow::Result<ClientConfig> {
        let mut client = ClientConfig::at(url);
        client.ca_file.clone_from(&self.access.prometheus_ca);
        match (&self.access.prometheus_token, &self.access.prometheus_user, &self.access.prometheus_password)
        {
            (None, None, None) => {}
            (Some(token), None, None) => client.auth = Auth::Bearer(Secret::new(token)),
            (None, Some(user), Some(password)) => {
                client.auth = Auth::Basic { user: user.clone(), password: Secret::new(password) };
            }
            (Some(_), _, _) => bail!("expected a token or a user and a password for Prometheus, got both"),
            (None, _, _) => bail!(
                "expected a user and a password for Prometheus, got one of them: set --prometheus-user and --prometheus-password"
            ),
        }
        Ok(client)
    }
}
