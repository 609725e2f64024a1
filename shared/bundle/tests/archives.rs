//! Archives: read in place, bounded, and harmless whatever they say.

mod support;

use chiron_bundle::{Contents, Limits, read, read_bytes};
use support::{gzip, tar, zip};

fn pod(name: &str) -> String {
    format!(
        "{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{{\"name\":\"{name}\",\"namespace\":\"shop\"}}}}"
    )
}

fn files(contents: &Contents) -> Vec<&str> {
    contents.objects.iter().map(|found| found.source.file.as_str()).collect()
}

fn messages(contents: &Contents) -> Vec<String> {
    contents.problems.iter().map(|problem| format!("{}: {}", problem.source.file, problem.message)).collect()
}

#[test]
fn a_support_bundle_is_read_in_place() {
    let long = format!("bundle/cluster-resources/pods/{}/shop.json", "x".repeat(120));
    let list = format!("{{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[{}]}}", pod("a"));
    let bundle = gzip(&tar(&[
        ("bundle/version.yaml", b"apiVersion: troubleshoot.sh/v1beta2\nkind: SupportBundle\n"),
        ("bundle/cluster-resources/pods/shop.json", list.as_bytes()),
        ("bundle/cluster-resources/pods/logs/shop/a/main.log", b"{\"kind\":\"Pod\"}"),
        (&long, list.as_bytes()),
    ]));

    let contents = read_bytes("b.tar.gz", &bundle, &Limits::default());

    assert_eq!(files(&contents), ["bundle/cluster-resources/pods/shop.json", long.as_str()]);
    assert_eq!(contents.logs[0].pod, "a");
    assert!(contents.problems.is_empty(), "{:?}", contents.problems);
}

#[test]
fn zip_gzip_and_zstd_files_are_known_by_their_content() {
    let zipped = zip(&[("a/pods.json", pod("a").as_bytes())]);
    let packed = zstd::encode_all(pod("b").as_bytes(), 1).unwrap();

    assert_eq!(files(&read_bytes("x", &zipped, &Limits::default())), ["a/pods.json"]);
    assert_eq!(files(&read_bytes("x", &packed, &Limits::default())), ["x"]);
    assert_eq!(
        files(&read_bytes("pod.json.gz", &gzip(pod("c").as_bytes()), &Limits::default())),
        ["pod.json.gz"]
    );
}

#[test]
fn names_that_lead_out_of_an_archive_are_refused() {
    for archive in [
        tar(&[
            ("../../escape.json", pod("a").as_bytes()),
            ("/abs.json", pod("b").as_bytes()),
            ("ok.json", pod("c").as_bytes()),
        ]),
        zip(&[
            ("../../escape.json", pod("a").as_bytes()),
            ("/abs.json", pod("b").as_bytes()),
            ("ok.json", pod("c").as_bytes()),
        ]),
    ] {
        let contents = read_bytes("x", &archive, &Limits::default());

        assert_eq!(files(&contents), ["ok.json"]);
        assert_eq!(contents.problems.len(), 2, "{:?}", contents.problems);
    }
}

#[test]
fn names_of_any_letters_are_kept() {
    let long = format!("{}/größe & \"mehr\".json", "Übersicht der Pods ".repeat(8).trim_end());
    let names = ["mein Bündel/wéb 1.json", "日本/pods (1).json", "a%2e%2e/b'c.json", long.as_str()];
    let content = pod("a");
    let files_of_it: Vec<(&str, &[u8])> = names.iter().map(|it| (*it, content.as_bytes())).collect();
    for archive in [tar(&files_of_it), gzip(&tar(&files_of_it)), zip(&files_of_it)] {
        let contents = read_bytes("x", &archive, &Limits::default());

        assert_eq!(files(&contents), names);
        assert_eq!(contents.problems, []);
    }
}

#[test]
fn links_in_an_archive_are_not_followed() {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "pods.json", "/etc/passwd").unwrap();

    let contents = read_bytes("x.tar", &builder.into_inner().unwrap(), &Limits::default());

    assert_eq!((contents.objects.len(), contents.problems.len()), (0, 0));
}

#[test]
fn an_archive_in_an_archive_is_read_and_one_deeper_is_refused() {
    let deepest = zip(&[("a.json", pod("a").as_bytes())]);
    let inner = gzip(&tar(&[("deep.zip", &deepest), ("b.json", pod("b").as_bytes())]));
    let outer = tar(&[("inner.tgz", &inner)]);

    let contents = read_bytes("x.tar", &outer, &Limits::default());

    assert_eq!(files(&contents), ["inner.tgz/b.json"]);
    assert!(messages(&contents)[0].starts_with("inner.tgz/deep.zip: "), "{:?}", contents.problems);
    assert!(messages(&contents)[0].contains("limit nesting"));
}

#[test]
fn a_bomb_ends_at_the_ratio() {
    let mut bomb = b"{\"kind\":\"".to_vec();
    bomb.resize(17 << 20, b' ');
    let limits = Limits { ratio: 50, ..Limits::default() };

    for archive in [
        gzip(&bomb),
        gzip(&gzip(&bomb)),
        zip(&[("pods.json", &bomb)]),
        zstd::encode_all(&bomb[..], 1).unwrap(),
    ] {
        let contents = read_bytes("x", &archive, &limits);

        assert!(messages(&contents)[0].contains("limit ratio"), "{:?}", contents.problems);
    }
}

#[test]
fn each_limit_names_the_entry_and_itself() {
    let archive = tar(&[("a.json", pod("a").as_bytes()), ("b.json", pod("b").as_bytes())]);
    let small = |limits: Limits| messages(&read_bytes("x", &archive, &limits)).join("\n");

    assert!(
        small(Limits { document_bytes: 9, ..Limits::default() })
            .starts_with("a.json: larger than 9 bytes (limit document_bytes)")
    );
    assert!(
        small(Limits { total_bytes: 100, ..Limits::default() })
            .starts_with("b.json: more than 100 bytes in all")
    );
    assert!(
        small(Limits { entries: 1, ..Limits::default() })
            .starts_with("b.json: more than 1 files (limit entries)")
    );
    assert!(small(Limits { nesting: 0, ..Limits::default() }).is_empty());
}

#[test]
fn a_cut_archive_gives_what_came_before_the_cut() {
    let whole = tar(&[("a.json", pod("a").as_bytes()), ("b.json", pod("b").as_bytes())]);

    let contents = read_bytes("x.tar", &whole[..1536 + 40], &Limits::default());

    assert_eq!(contents.objects.len(), 1);
    assert!(messages(&contents).iter().any(|message| message.starts_with("x.tar: the archive ends early")));
}

#[test]
fn an_archive_in_a_folder_is_read_too() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("b.zip"), zip(&[("in/p.json", pod("a").as_bytes())])).unwrap();

    let contents = read(&[folder.path().to_owned()], &Limits::default()).unwrap();

    assert_eq!(files(&contents), ["b.zip/in/p.json"]);
}
