//! Nothing that is read can end the program.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use chiron_bundle::{Limits, read_bytes};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::Write;

fn bundle() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in [
        ("pods.txt", "NAME  READY  STATUS  RESTARTS  AGE\na  0/1  Init:0/2  3 (4m ago)  5m\n"),
        ("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"),
        (
            "d.txt",
            "Name:   a\nLabels:  x=y\nStatus:  Running\nNode:  n/1\nContainers:\n  c:\n    State:  Waiting\n      Reason:  X\n",
        ),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        builder.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&builder.into_inner().unwrap()).unwrap();
    encoder.finish().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_bytes_are_read(name in "[a-z/.]{0,12}(json|yaml|txt|tar|zip)?", bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        let _ = read_bytes(&name, &bytes, &Limits::default());
    }

    #[test]
    fn any_text_of_kubectl_words_is_read(words in proptest::collection::vec(
        prop_oneof!["NAME|READY|STATUS|RESTARTS|AGE|Name:|Containers:|Events:|Conditions:|State:|kind:|---|items:|\\{\"kind\":|\\[|é|\\$ kubectl get pods|0/1|Init:9/9|999999999999/99999999999|<none>", "[ \t\n]{1,4}"], 0..80)) {
        let text = words.concat();
        for name in ["x.txt", "x.yaml", "x.json"] {
            let contents = read_bytes(name, text.as_bytes(), &Limits::default());
            prop_assert!(contents.objects.iter().all(|found| found.object["metadata"]["name"].is_string()));
        }
    }

    #[test]
    fn a_damaged_archive_is_read(cut in 0usize..1000, flips in proptest::collection::vec((0usize..1000, any::<u8>()), 0..6)) {
        let mut bytes = bundle();
        let length = bytes.len();
        for (at, value) in flips {
            bytes[at % length] = value;
        }
        bytes.truncate(length - cut % length);
        let _ = read_bytes("x.tgz", &bytes, &Limits::default());
    }
}

#[test]
fn the_same_input_gives_the_same_contents() {
    let once = read_bytes("x", &bundle(), &Limits::default());

    assert_eq!(once, read_bytes("x", &bundle(), &Limits::default()));
    assert_eq!(once.objects.len(), 3);
}
