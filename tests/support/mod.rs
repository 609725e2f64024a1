//! What tests share.
#![allow(dead_code, reason = "each test uses its part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test support")]

pub(crate) mod cloud;
pub(crate) mod crash;
pub(crate) mod desk;
pub(crate) mod flaky;
pub(crate) mod http;
pub(crate) mod lab;
pub(crate) mod platform;
pub(crate) mod process;
pub(crate) mod raw;
pub(crate) mod recordings;
pub(crate) mod runtime_api;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A path in the project.
pub(crate) fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// Compares a text with a file of the project. `CHIRON_BLESS=1` writes the file instead: then look at the difference.
pub(crate) fn golden(relative: &str, text: &str) {
    let file = path(relative);
    #[expect(clippy::disallowed_methods, reason = "the one setting of the tests")]
    let is_blessing = std::env::var("CHIRON_BLESS").is_ok();
    if is_blessing {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        return;
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == text,
        "{relative} is not what the code says: run `just bless` and look at the difference"
    );
}
