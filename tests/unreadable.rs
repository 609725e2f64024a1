//! Files from which no event can be read: which end with an error, which are merely empty.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use serde_json::json;
use std::{fs, path::Path};
use support::recordings::{Ran, replaying, run};

fn replay(folder: &Path, file: &Path) -> Ran {
    run(&mut replaying(folder, file))
}

#[test]
fn a_file_without_any_event_is_no_recording() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("noise.ndjson.gz");
    fs::write(&file, [0xfe, 0x07, b'\n', 0x80, 0x81, b'\n']).unwrap();

    let ran = replay(folder.path(), &file);

    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let report = ran.json();
    assert_eq!(report["counts"]["rejected"], 2);
    assert_eq!(report["errors"][1]["file"], file.display().to_string());
    assert_eq!(report["errors"][1]["line"], 2);
}

#[test]
fn an_empty_file_is_an_empty_recording() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("empty.ndjson", ""), ("empty.ndjson.gz", ""), ("blank.ndjson", "\n\r\n \n")] {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();

        let ran = replay(folder.path(), &file);

        assert_eq!(ran.code, Some(0), "{name}: {}", ran.stderr);
        let report = ran.json();
        assert_eq!((&report["counts"]["events"], &report["errors"]), (&json!(0), &json!([])), "{name}");
    }
}

#[test]
fn what_cannot_be_read_at_all_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let noise = [0x9c_u8; 600];
    fs::write(folder.path().join("noise.gz"), [&[0x1f, 0x8b][..], &noise].concat()).unwrap();
    fs::write(folder.path().join("noise.zst"), [&[0x28, 0xb5, 0x2f, 0xfd][..], &noise].concat()).unwrap();
    for name in ["noise.gz", "noise.zst", "missing.ndjson", "."] {
        let file = folder.path().join(name);

        let ran = replay(folder.path(), &file);

        assert_eq!(ran.code, Some(2), "{name}: {}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{name}: {}", ran.stdout);
        assert!(ran.stderr.contains(&file.display().to_string()), "{name}: {}", ran.stderr);
    }
}
