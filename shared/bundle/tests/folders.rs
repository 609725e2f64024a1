//! Folders and single files.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use chiron_bundle::{BundleError, Contents, Limits, Origin, read, read_bytes};
use std::{fs, path::Path};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n";

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn all(folder: &Path) -> Contents {
    read(&[folder.to_owned()], &Limits::default()).unwrap()
}

fn problems(contents: &Contents) -> Vec<(String, u64)> {
    contents.problems.iter().map(|problem| (problem.source.file.clone(), problem.source.line)).collect()
}

#[test]
fn a_broken_document_is_named_with_its_line_and_the_others_are_read() {
    let text = format!("{POD}---\nkind: Pod\nmetadata:\n  name: [b\nx: {{\n---\n{POD}");
    let folder = folder(&[
        ("all.yaml", text.as_bytes()),
        ("bad.json", b"{\"kind\": \"Pod\",\n oops}"),
        ("good.yml", POD.as_bytes()),
    ]);

    let contents = all(folder.path());

    assert_eq!(contents.objects.len(), 3);
    assert_eq!(contents.objects[1].source.line, 10);
    assert_eq!(problems(&contents)[1], ("bad.json".to_owned(), 2));
    assert_eq!(problems(&contents)[0].0, "all.yaml");
    assert!((5..=10).contains(&problems(&contents)[0].1), "{:?}", contents.problems);
}

#[test]
fn a_broken_line_does_not_hide_the_lines_after_it() {
    let line = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}\n";
    let text = format!("{line}{{\"apiVersion\":\"v1\",\"kind\":\n{line}");

    let contents = read_bytes("x.ndjson", text.as_bytes(), &Limits::default());

    assert_eq!(contents.objects.iter().map(|found| found.source.line).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(contents.problems.len(), 1);
}

#[test]
fn what_is_no_object_is_counted_and_not_told() {
    let folder = folder(&[
        ("README.md", b"# kind: of\n"),
        ("values.yaml", b"image: x\nreplicas: 2\n"),
        (
            "kustomization.yaml",
            b"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n",
        ),
        ("prom.json", b"{\"status\":\"success\",\"data\":{\"result\":[]}}"),
        ("series.csv", b"a,b\n1,2\n"),
        ("metrics", b"# TYPE up gauge\nup 1\n"),
        ("app.log", b"{\"kind\":\"Pod\",\"metadata\":{\"name\":\"x\"}}\n"),
        ("test.yaml", b"apiVersion: example.com/v1\nkind: Suite\nsteps: []\n"),
        (".hidden.yaml", POD.as_bytes()),
        ("image.png", b"\x89PNG\r\n\0\0kind: Pod\n"),
    ]);

    let contents = all(folder.path());

    assert_eq!((contents.objects.len(), contents.problems.len()), (0, 0), "{:?}", contents.problems);
    assert_eq!((contents.documents, contents.ignored), (9, 9));
}

#[test]
fn a_large_log_is_not_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let log = fs::File::create(folder.path().join("messages")).unwrap();
    log.set_len(200 << 20).unwrap();
    let json_log = fs::File::create(folder.path().join("out.json")).unwrap();
    json_log.set_len(200 << 20).unwrap();
    fs::write(folder.path().join("pod.yaml"), POD).unwrap();

    let contents = all(folder.path());

    assert_eq!(contents.objects.len(), 1);
    assert_eq!(contents.ignored, 2);
}

#[test]
fn texts_of_windows_are_read_and_broken_ones_are_named() {
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(POD.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [b"\xef\xbb\xbf", POD.replace('\n', "\r\n").as_bytes()].concat();
    let folder = folder(&[("a.txt", &wide), ("b.yaml", &marked), ("c.yaml", b"kind: Pod\nx: \xff\n")]);

    let contents = all(folder.path());

    assert_eq!(contents.objects.len(), 2);
    assert_eq!(problems(&contents), [("c.yaml".to_owned(), 2)]);
}

#[cfg(unix)]
#[test]
fn links_and_loops_are_not_followed() {
    let folder = folder(&[("a/pod.yaml", POD.as_bytes())]);
    std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
    std::os::unix::fs::symlink("/etc/hosts", folder.path().join("a/hosts.yaml")).unwrap();

    let contents = all(folder.path());

    assert_eq!(contents.objects.len(), 1);
    assert_eq!(contents.objects[0].source.file, "a/pod.yaml");
}

#[test]
fn a_path_that_does_not_exist_is_an_error() {
    let missing = Path::new("does/not/exist.yaml").to_owned();

    assert!(matches!(read(&[missing], &Limits::default()), Err(BundleError::Open { .. })));
}

#[test]
fn a_single_file_keeps_the_path_as_given() {
    let folder = folder(&[("pod.yaml", POD.as_bytes())]);
    let path = folder.path().join("pod.yaml");

    let contents = read(std::slice::from_ref(&path), &Limits::default()).unwrap();

    assert_eq!(contents.objects[0].source.file, path.to_string_lossy());
    assert_eq!(contents.objects[0].origin, Origin::Yaml);
}

#[test]
fn must_gather_lists_in_yaml_are_read() {
    let list = "apiVersion: v1\nkind: PodList\nitems:\n- metadata:\n    name: a\n    namespace: x\n- metadata:\n    name: b\n";
    let folder = folder(&[
        ("must-gather/namespaces/x/core/pods.yaml", list.as_bytes()),
        ("must-gather/namespaces/x/pods/a/a.yaml", POD.as_bytes()),
        ("must-gather/namespaces/x/pods/a/main/main/logs/current.log", b"2026-01-01 hello\n"),
    ]);

    let contents = all(folder.path());

    assert_eq!(contents.objects.len(), 3);
    assert_eq!(contents.logs[0].container.as_deref(), Some("main"));
}

#[test]
fn a_dump_of_the_cluster_is_read_around_its_logs() {
    let list = "{\n    \"kind\": \"PodList\",\n    \"apiVersion\": \"v1\",\n    \"items\": [{\"metadata\": {\"name\": \"a\"}}]\n}\n";
    let text = format!(
        "{list}==== START logs for container c of pod x/a ====\n[x] {{kind}}\n==== END logs ====\n{list}"
    );

    let contents = read_bytes("dump.txt", text.as_bytes(), &Limits::default());

    assert_eq!((contents.objects.len(), contents.problems.len()), (2, 0), "{:?}", contents.problems);
}
