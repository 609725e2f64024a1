//! The ends of logs in folders and archives: read when they are asked for, and never more than a little of them.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use chiron_bundle::{BundleError, Limits, read, read_ends};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use support::{gzip, tar, zip};

const LOG: &str = "cluster-resources/pods/logs/shop/web-1/web-previous.log";

/// Files of one bundle as a folder, a tar archive, a compressed one and a zip archive.
fn bundles(folder: &Path, files: &[(&str, &[u8])]) -> Vec<PathBuf> {
    for (name, content) in files {
        let path = folder.join("plain").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let packed = tar(files);
    fs::write(folder.join("b.tar"), &packed).unwrap();
    fs::write(folder.join("b.tar.gz"), gzip(&packed)).unwrap();
    fs::write(folder.join("b.zip"), zip(files)).unwrap();
    ["plain", "b.tar", "b.tar.gz", "b.zip"].map(|it| folder.join(it)).to_vec()
}

fn ends(path: &Path, asked: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let asked: BTreeSet<String> = asked.iter().map(|it| (*it).to_owned()).collect();
    read_ends(&[path.to_owned()], asked, &Limits::default()).unwrap()
}

#[test]
fn log_is_found_by_the_name_that_the_first_reading_told() {
    let folder = tempfile::tempdir().unwrap();
    let files: [(&str, &[u8]); 3] =
        [("pods.json", b"{\"kind\":\"Pod\"}"), (LOG, b"one\ntwo\n"), ("x/other.log", b"other\n")];
    for path in bundles(folder.path(), &files) {
        let told = read(std::slice::from_ref(&path), &Limits::default()).unwrap().logs;

        let found = ends(&path, &[&told[0].source.file]);

        assert_eq!(found, BTreeMap::from([(LOG.to_owned(), b"one\ntwo\n".to_vec())]), "{}", path.display());
    }
}

#[test]
fn of_a_long_log_whole_lines_of_its_end_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let long: String = (0..500_000).map(|n| format!("{n:0>19}\n")).collect();
    for path in bundles(folder.path(), &[(LOG, long.as_bytes())]) {
        let found = ends(&path, &[LOG]);

        let end = String::from_utf8(found[LOG].clone()).unwrap();
        assert!(end.len() <= 16 << 10 && end.ends_with("0499999\n"), "{} bytes", end.len());
        assert!(end.lines().all(|line| line.len() == 19), "{}", path.display());
    }
}

#[test]
fn compressed_log_is_read_and_one_line_without_an_end_too() {
    let folder = tempfile::tempdir().unwrap();
    let (name, line) = (format!("{LOG}.gz"), "x".repeat(1_000_000));
    for path in bundles(folder.path(), &[(&name, &gzip(line.as_bytes()))]) {
        let found = ends(&path, &[&name]);

        assert_eq!(found[&name], line.as_bytes()[..16 << 10], "{}", path.display());
    }
}

#[test]
fn what_is_not_there_is_left_out_and_a_missing_path_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for path in bundles(folder.path(), &[(LOG, b"end\n")]) {
        assert!(ends(&path, &["no/such.log"]).is_empty());
    }

    let missing = read_ends(&[folder.path().join("none")], BTreeSet::new(), &Limits::default());

    assert!(matches!(missing, Err(BundleError::Open { .. })), "{missing:?}");
}
