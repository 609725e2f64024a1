//! What a reader may rely on: files stay short, names are plain, and nothing unfinished or private is checked in.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// Lines that a file of Rust may have.
const MAX_LINES: usize = 300;

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "types", "misc"];

/// Folders that are not ours to check.
const SKIPPED: &[&str] = &[".git", ".chiron", "target", "recordings"];

static FILES: LazyLock<Vec<PathBuf>> = LazyLock::new(|| {
    let mut files = Vec::new();
    walk(Path::new(env!("CARGO_MANIFEST_DIR")), &mut files);
    files
});

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let is_skipped = SKIPPED.iter().any(|name| entry.file_name() == *name);
        if path.is_dir() && !is_skipped {
            walk(&path, files);
        } else if path.is_file() {
            files.push(path);
        }
    }
}

fn with_extension(extension: &str) -> impl Iterator<Item = (&PathBuf, String)> {
    FILES
        .iter()
        .filter(move |path| path.extension().is_some_and(|it| it == extension))
        .map(|path| (path, fs::read_to_string(path).unwrap()))
}

#[test]
fn no_file_grows_past_300_lines() {
    let long: Vec<String> = with_extension("rs")
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
        .collect();

    assert!(long.is_empty(), "find the second job in each of these: {long:#?}");
}

#[test]
fn no_file_has_an_empty_name() {
    let empty: Vec<_> = with_extension("rs")
        .map(|(path, _)| path)
        .filter(|path| path.file_stem().is_some_and(|stem| EMPTY_NAMES.iter().any(|name| stem == *name)))
        .collect();

    assert!(empty.is_empty(), "say what is inside: {empty:?}");
}

#[test]
fn no_file_names_a_home_folder() {
    // Written in two parts, so that this file does not name one itself.
    let private = [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/ho", "me/")];
    let naming: Vec<_> = ["rs", "md", "toml", "yaml", "json", "sh"]
        .into_iter()
        .flat_map(with_extension)
        .filter(|(_, text)| private.iter().any(|it| text.contains(it)))
        .map(|(path, _)| path)
        .collect();

    assert!(naming.is_empty(), "these name a path of one machine: {naming:?}");
}

#[test]
fn nothing_is_left_for_later() {
    let marks =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!("), concat!("unimplemented", "!(")];
    let marked: Vec<_> = with_extension("rs")
        .filter(|(_, text)| marks.iter().any(|mark| text.contains(mark)))
        .map(|(path, _)| path)
        .collect();

    assert!(marked.is_empty(), "do it, or open an issue: {marked:?}");
}

#[test]
fn every_link_of_the_documents_leads_somewhere() {
    for (path, text) in with_extension("md") {
        for target in links(&text) {
            let place = path.parent().unwrap().join(target);
            assert!(place.exists(), "{}: {target} is not there", path.display());
        }
    }
}

/// The relative targets of the links in a Markdown text, without their anchors.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .map(|target| target.split('#').next().unwrap_or_default())
        .filter(|target| !target.is_empty() && !target.contains("://"))
}
