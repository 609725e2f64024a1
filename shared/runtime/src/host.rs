//! Chooses the host and runs functions on it.

use crate::{courier::Courier, knative, lambda, metrics::Metrics, sink::Sink};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::net::TcpListener;
use tracing::info;

/// What is in flight may take so long after the process is asked to end.
const GRACE: Duration = Duration::from_secs(25);

/// Where functions run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// An HTTP server that takes CloudEvents on `/`.
    Knative {
        /// Address to listen on.
        address: SocketAddr,
    },
    /// The AWS Lambda runtime API.
    Lambda,
}

/// Functions cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// A function emits several events, and there is nowhere to send them.
    #[error("{0} emits several events for one: set K_SINK (or CHIRON_SINK) to the URL they are sent to")]
    NoSink(&'static str),
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The cause.
        source: std::io::Error,
    },
    /// The host stopped.
    #[error("the host stopped")]
    Stopped(#[source] anyhow::Error),
}

/// Runs functions until the process is asked to stop; what is in flight is finished.
///
/// # Errors
/// When a function needs a sink that is not there, or the host cannot be reached.
pub async fn serve(
    host: Host,
    couriers: Vec<Courier>,
    sink: Option<Sink>,
    metrics: Arc<Metrics>,
) -> Result<(), HostError> {
    let needs_sink = couriers.iter().map(|it| it.service().descriptor().about).find(|about| about.emits_many);
    if let (Some(about), None) = (needs_sink, &sink) {
        return Err(HostError::NoSink(about.name));
    }
    let names: Vec<&str> = couriers.iter().map(|it| it.service().descriptor().about.name).collect();
    match host {
        Host::Lambda => lambda::serve(couriers, sink).await.map_err(HostError::Stopped),
        Host::Knative { address } => {
            let ready = Arc::new(AtomicBool::new(true));
            let listener =
                TcpListener::bind(address).await.map_err(|source| HostError::Bind { address, source })?;
            info!(functions = names.join(","), %address, "serving");
            let app = knative::router(couriers, sink, metrics, Arc::clone(&ready));
            run(listener, app, ready).await.map_err(HostError::Stopped)
        }
    }
}

/// Serves until SIGTERM or SIGINT; then readiness goes off first.
async fn run(listener: TcpListener, app: axum::Router, ready: Arc<AtomicBool>) -> anyhow::Result<()> {
    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        asked_to_stop().await;
        ready.store(false, Ordering::Relaxed);
        let _ = stop.send(true);
    });
    tokio::select! {
        result = server => result?,
        () = async {
            let _ = stopped.wait_for(|it| *it).await;
            tokio::time::sleep(GRACE).await;
        } => info!("stopped with requests in flight"),
    }
    Ok(())
}

/// Waits for SIGTERM or SIGINT.
pub async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let wait = |kind| async move {
        match signal(kind) {
            Ok(mut stream) => {
                stream.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::interrupt()) => {}
    }
}
