//! Reads lines as events, in batches, in a thread of its own.

use super::input::{Input, InputFailed};
use crate::report::InputError;
use chiron_runtime::wire::{NotAnEvent, from_json};
use cloudevents::Event;
use std::io::BufRead;
use tokio::sync::mpsc;

/// Lines of one batch.
const BATCH: usize = 1_000;
/// Longer lines are not taken; the same limit as over HTTP.
const MAX_LINE: usize = 2 << 20;

/// Lines that were read together.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Events, and where they stood.
    pub events: Vec<(Place, Event)>,
    /// Lines that are no events.
    pub errors: Vec<InputError>,
    /// Bytes of the lines.
    pub bytes: u64,
}

/// Where a line stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub file: String,
    pub line: u64,
}

impl Place {
    pub(crate) fn error(&self, field: Option<String>, message: String) -> InputError {
        InputError { file: self.file.clone(), line: self.line, field, message }
    }
}

/// Reads all inputs, one after the other.
pub(crate) fn read(inputs: Vec<Input>) -> mpsc::Receiver<Result<Batch, InputFailed>> {
    let (batches, receiver) = mpsc::channel(2);
    std::thread::spawn(move || {
        for input in inputs {
            if let Err(error) = read_one(&input, &batches) {
                // Nobody listens any more: then nobody needs the error either.
                let _ = batches.blocking_send(Err(error));
                return;
            }
        }
    });
    receiver
}

fn read_one(input: &Input, batches: &mpsc::Sender<Result<Batch, InputFailed>>) -> Result<(), InputFailed> {
    let mut source = input.open()?;
    let name = input.name();
    let mut batch = Batch::default();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let length = next_line(&mut source, &mut line).map_err(|error| input.failed(error))?;
        if length == 0 {
            break;
        }
        batch.bytes += length;
        let place = Place { file: name.clone(), line: number };
        take(&mut batch, place, &line, length);
        if batch.events.len() + batch.errors.len() >= BATCH
            && batches.blocking_send(Ok(std::mem::take(&mut batch))).is_err()
        {
            return Ok(());
        }
    }
    let _ = batches.blocking_send(Ok(batch));
    Ok(())
}

/// Reads a line with its end into `line`, at most a little more than [`MAX_LINE`] of it. Returns its whole length.
fn next_line(source: &mut dyn BufRead, line: &mut Vec<u8>) -> std::io::Result<u64> {
    let mut length = 0;
    loop {
        let available = source.fill_buf()?;
        if available.is_empty() {
            return Ok(length);
        }
        let end = available.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
        let part = &available[..end.unwrap_or(available.len())];
        if line.len() <= MAX_LINE {
            line.extend_from_slice(part);
        }
        length += part.len() as u64;
        let read = part.len();
        source.consume(read);
        if end.is_some() {
            return Ok(length);
        }
    }
}

fn take(batch: &mut Batch, place: Place, line: &[u8], length: u64) {
    if length > MAX_LINE as u64 {
        let message = format!("the line has {length} bytes, at most {MAX_LINE} are taken");
        batch.errors.push(place.error(None, message));
        return;
    }
    let line = line.trim_ascii();
    if line.is_empty() {
        return;
    }
    match from_json(line) {
        Ok(event) => batch.events.push((place, event)),
        Err(error) => {
            let field = match &error {
                NotAnEvent::Attribute { name, .. } => Some(name.clone()),
                NotAnEvent::Batch | NotAnEvent::Format(_) | NotAnEvent::Json(_) => None,
            };
            batch.errors.push(place.error(field, error.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(text: &'static [u8]) -> Batch {
        let mut all = Batch::default();
        let mut receiver = read(vec![Input::Bytes("test", text)]);
        while let Some(batch) = receiver.blocking_recv() {
            let batch = batch.unwrap();
            all.events.extend(batch.events);
            all.errors.extend(batch.errors);
        }
        all
    }

    #[test]
    fn a_bad_line_is_named_and_the_rest_goes_on() {
        let text = b"{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}\nnot json\n\n{\"specversion\":\"1.0\",\"source\":\"/s\",\"type\":\"t\"}\n";

        let found = batch(text);

        assert_eq!(found.events.len(), 1);
        let lines: Vec<(u64, Option<&str>)> =
            found.errors.iter().map(|it| (it.line, it.field.as_deref())).collect();
        assert_eq!(lines, [(2, None), (4, Some("id"))]);
    }

    #[test]
    fn invalid_utf_8_is_an_error_of_its_line() {
        let found = batch(b"{\"specversion\":\"1.0\",\"id\":\"\xff\xfe\"}\n");

        assert_eq!(found.errors.len(), 1);
    }

    #[test]
    fn a_line_of_ten_megabytes_is_refused_without_keeping_it() {
        let text: &'static [u8] = Box::leak(vec![b'x'; 10 << 20].into_boxed_slice());

        let found = batch(text);

        assert!(found.errors[0].message.contains("10485760 bytes"), "{:?}", found.errors);
    }
}
