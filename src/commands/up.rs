//! `chiron up`

use super::Answer;
use crate::{
    args::UpArgs,
    data::Data,
    up::{Platform, Scraping},
};
use anyhow::bail;
use std::{path::Path, time::Duration};

pub(super) async fn run(args: UpArgs, data_dir: &Path) -> anyhow::Result<Answer> {
    let UpArgs { listen, token, cluster, scrape } = args;
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
    let data = Data::open(data_dir).await?;
    let platform = Platform::start(data.ports.clone(), &cluster, scraping).await?;
    platform.serve(listen, token).await?;
    Ok(Answer::Yes)
}
