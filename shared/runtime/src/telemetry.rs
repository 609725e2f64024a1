//! Logs: text on a terminal, JSON lines elsewhere; always on standard error, which is nobody's data.

use std::io::IsTerminal;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter::LevelFilter, layer::SubscriberExt, util::SubscriberInitExt,
};

/// The embedded services tell of every condition that does not hold; to us that is an answer, not a warning.
const QUIET: &[&str] = &["dynoxide=error", "s3s=error", "s3s_fs=error"];

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// Text for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// Starts logging. Levels come from `RUST_LOG`; without it from `default`.
///
/// # Errors
/// When `RUST_LOG` cannot be read, or logging was started before.
pub fn init(format: LogFormat, default: LevelFilter) -> anyhow::Result<()> {
    let mut filter = EnvFilter::builder().with_default_directive(default.into()).from_env()?;
    for noise in QUIET {
        filter = filter.add_directive(noise.parse()?);
    }
    let is_text = match format {
        LogFormat::Auto => std::io::stderr().is_terminal(),
        LogFormat::Text => true,
        LogFormat::Json => false,
    };
    let base = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let layer: Box<dyn Layer<Registry> + Send + Sync> = if is_text {
        Box::new(base.with_target(false).compact())
    } else {
        Box::new(base.json().flatten_event(true).with_span_list(false))
    };
    tracing_subscriber::registry().with(layer.with_filter(filter)).with(exporter()?).try_init()?;
    Ok(())
}

#[cfg(not(feature = "otel"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature it may fail")]
fn exporter() -> anyhow::Result<Option<tracing_subscriber::layer::Identity>> {
    Ok(None)
}

/// Traces go to `OTEL_EXPORTER_OTLP_ENDPOINT`, when it is set.
#[cfg(feature = "otel")]
#[expect(clippy::disallowed_methods, reason = "the variable is OpenTelemetry's own")]
fn exporter<S>() -> anyhow::Result<Option<impl Layer<S>>>
where
    S: tracing::Subscriber + for<'span> tracing_subscriber::registry::LookupSpan<'span> + Send + Sync,
{
    use opentelemetry::trace::TracerProvider;
    if std::env::var("OTEL_EXPORTER_OTLP_ENDPOINT").is_err() {
        return Ok(None);
    }
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_http().build()?;
    let provider =
        opentelemetry_sdk::trace::SdkTracerProvider::builder().with_batch_exporter(exporter).build();
    let tracer = provider.tracer("chiron");
    opentelemetry::global::set_tracer_provider(provider);
    Ok(Some(tracing_opentelemetry::layer().with_tracer(tracer)))
}
