//! The recorded afternoon, and larger recordings made of it.

use chiron::replay::{AFTERNOON, Input};
use serde_json::Value;
use std::{
    fs::File,
    io::{BufRead, Write},
    path::{Path, PathBuf},
};

/// The cluster of events that do not say.
pub(crate) const CLUSTER: &str = "recording";
/// All namespaces of the recording begin so.
const NAMESPACES: &str = "shop-";
/// The only node.
const NODE: &str = "node-a";

/// The recording, as `chiron demo` replays it.
pub(crate) fn afternoon() -> Input {
    Input::Bytes("afternoon", AFTERNOON)
}

/// Its events, one a line.
pub(crate) fn lines() -> Vec<String> {
    afternoon().open().unwrap().lines().map(Result::unwrap).collect()
}

/// The recording so many times over. Each copy has namespaces, a node and objects of its own; all happen at once.
pub(crate) fn copies(count: usize) -> Vec<String> {
    let mut copied = Vec::new();
    for line in lines() {
        let event: Value = serde_json::from_str(&line).unwrap();
        for copy in 0..count {
            let mut event = event.clone();
            rename("", &mut event, copy);
            copied.push(event.to_string());
        }
    }
    copied
}

/// Writes events to a file as recordings are kept, and gives its path.
pub(crate) fn write(folder: &Path, lines: &[String]) -> PathBuf {
    let path = folder.join("copies.ndjson.zst");
    let mut file = zstd::stream::write::Encoder::new(File::create(&path).unwrap(), 3).unwrap();
    for line in lines {
        writeln!(file, "{line}").unwrap();
    }
    file.finish().unwrap();
    path
}

/// Renames what tells one copy from another, in the value of `key` and everything in it.
fn rename(key: &str, value: &mut Value, copy: usize) {
    match value {
        Value::String(text) if matches!(key, "uid" | "id") || text.as_str() == NODE => {
            *text = format!("{text}-{copy}");
        }
        Value::String(text) if text.contains(NAMESPACES) => {
            *text = text.replace(NAMESPACES, &format!("{NAMESPACES}{copy}-"));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(key, item, copy)),
        Value::Object(fields) => fields.iter_mut().for_each(|(key, value)| rename(key, value, copy)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
