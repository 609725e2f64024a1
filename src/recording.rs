//! Writes raw changes of a cluster to a file, redacted, a `CloudEvent` a line.

use crate::ports::now;
use chiron_cluster::{Cluster, watch::WatchConfig};
use chiron_function::Failure;
use chiron_redact::Redactor;
use chiron_store::{MemoryStore, Pending};
use chiron_watch::{Config, Ports, Sink, Watch};
use cloudevents::{AttributesReader, AttributesWriter, Data, Event};
use serde_json::Value;
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// The annotation in which a whole manifest is repeated.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// How strongly a recording is compressed.
const LEVEL: i32 = 9;

/// Writes what a watch tells.
pub struct Recorder {
    redactor: Arc<Redactor>,
    file: Mutex<(Output, u64)>,
}

enum Output {
    Plain(Box<dyn Write + Send>),
    Packed(Box<zstd::Encoder<'static, BufWriter<File>>>),
    Closed,
}

impl Recorder {
    /// Makes the file; `-` is standard output, and a name that ends in `.zst` is compressed.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(path: &Path, redactor: Arc<Redactor>) -> io::Result<Self> {
        let output = if path == Path::new("-") {
            Output::Plain(Box::new(io::stdout()))
        } else {
            let file = BufWriter::new(File::create(path)?);
            if path.extension().is_some_and(|it| it == "zst") {
                Output::Packed(Box::new(zstd::Encoder::new(file, LEVEL)?))
            } else {
                Output::Plain(Box::new(file))
            }
        };
        Ok(Self { redactor, file: Mutex::new((output, 0)) })
    }

    /// Ends the file. Returns how many changes are in it.
    ///
    /// # Errors
    /// When the end cannot be written.
    pub fn finish(&self) -> io::Result<u64> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let count = file.1;
        match std::mem::replace(&mut file.0, Output::Closed) {
            Output::Plain(mut out) => out.flush()?,
            Output::Packed(encoder) => encoder.finish()?.flush()?,
            Output::Closed => {}
        }
        Ok(count)
    }

    fn write(&self, mut event: Event) -> io::Result<()> {
        // What lapsed is no change, and no function takes it from a recording.
        if !event.ty().starts_with("dev.knative.apiserver.resource.") {
            return Ok(());
        }
        self.hide(&mut event);
        let mut line = serde_json::to_vec(&event)?;
        line.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut file.0 {
            Output::Plain(out) => out.write_all(&line)?,
            Output::Packed(encoder) => encoder.write_all(&line)?,
            Output::Closed => return Ok(()),
        }
        file.1 += 1;
        Ok(())
    }

    fn hide(&self, event: &mut Event) {
        let (kind, schema, data) = event.take_data();
        if let Some(Data::Json(mut object)) = data {
            let annotations = object.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut);
            if let Some(annotations) = annotations {
                annotations.remove(LAST_APPLIED);
            }
            self.redactor.json(&mut object);
            event.set_data_unchecked(Data::Json(object));
        }
        event.set_datacontenttype(kind);
        event.set_dataschema(schema);
    }
}

/// Records a cluster, or some namespaces of it and what belongs to none, until `stop` is done. Returns how many changes.
///
/// # Errors
/// When the end of the file cannot be written.
pub async fn record(
    cluster: Cluster,
    namespaces: Vec<String>,
    recorder: Arc<Recorder>,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<u64> {
    let redactor = Arc::clone(&recorder.redactor);
    let sink: Arc<dyn Sink> = Arc::clone(&recorder) as Arc<dyn Sink>;
    let ports = Ports { states: Arc::new(MemoryStore::default()), sink, redactor, clock: now };
    let config = Config { watch: WatchConfig { namespaces, ..WatchConfig::default() }, ..Config::default() };
    Watch::new(cluster, config, ports).run(stop).await;
    recorder.finish()
}

impl Sink for Recorder {
    fn accept(&self, events: Vec<Event>) -> Pending<'_, Vec<Result<(), Failure>>> {
        let written = |event| {
            self.write(event)
                .map_err(|error| Failure::transient(format!("the file cannot be written: {error}")))
        };
        let results = events.into_iter().map(written).collect();
        Box::pin(async move { results })
    }
}
