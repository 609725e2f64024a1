//! `chiron up`

use super::Answer;
use crate::{
    args::{ClusterArgs, UpArgs},
    data::Data,
    rules::{load, log},
    up::{Platform, Scraping},
    watching,
};
use anyhow::bail;
use chiron_cluster::Cluster;
use std::{path::Path, time::Duration};

pub(super) async fn run(args: UpArgs, data_dir: &Path) -> anyhow::Result<Answer> {
    let UpArgs { listen, token, cluster, scrape, watch, rules } = args;
    let token = token.filter(|token| !token.is_empty());
    if !listen.ip().is_loopback() && token.is_none() {
        bail!(
            "{listen} can be reached by others: set a token with --token or CHIRON_TOKEN, or listen on 127.0.0.1"
        );
    }
    let scraping = if scrape.is_some() {
        let interval = Duration::from_secs(scrape.scrape_step.max(1));
        Some(Scraping { reader: scrape.reader(Some(&cluster))?, interval })
    } else {
        None
    };
    let rules = load(&rules.rules, log)?;
    // A wrong kubeconfig is told before anything is written.
    let clusters = clusters(&watch).await?;
    let data = Data::open(data_dir).await?;
    let platform = Platform::start(data.ports.clone(), &cluster, scraping, rules).await?.watching(clusters);
    platform.serve(listen, token).await?;
    Ok(Answer::Yes)
}

/// The clusters to watch: none unless a kubeconfig or a context is named.
async fn clusters(args: &ClusterArgs) -> anyhow::Result<Vec<Cluster>> {
    if args.kubeconfig.is_none() && args.context.is_empty() {
        return Ok(Vec::new());
    }
    Ok(watching::connect(args, None).await?)
}
