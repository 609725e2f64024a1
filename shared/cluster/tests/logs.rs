//! The end of logs of any length.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use chiron_cluster::{Error, Log, LogQuery};
use support::{Asked, Reply, connected, failure, limits, serve};

const QUERY: LogQuery<'_> =
    LogQuery { namespace: "shop", pod: "web-1", container: "web", previous: false, lines: 50, bytes: 1_000 };

/// A log as the kubelet cuts it: the last lines, and of these the first bytes.
fn log(asked: &Asked, width: usize) -> Reply {
    let lines: usize = asked.value("tailLines").parse().unwrap();
    let bytes: usize = asked.value("limitBytes").parse().unwrap();
    let mut text: String = (1_000 - lines..1_000).map(|n| format!("{n:0>width$}\n")).collect();
    text.truncate(bytes);
    Reply { status: 200, headers: Vec::new(), body: text }
}

#[tokio::test]
async fn the_last_lines_come_in_one_request() {
    let server = serve(|asked| log(asked, 3)).await;

    let end = connected(&server.address, limits()).await.log(&QUERY).await.unwrap().unwrap();

    assert!(end.text.starts_with("950\n") && end.text.ends_with("999\n") && !end.is_cut);
    assert_eq!(
        *server.asked.lock().unwrap(),
        ["/api/v1/namespaces/shop/pods/web-1/log?container=web&previous=false&tailLines=50&limitBytes=1000"]
    );
}

#[tokio::test]
async fn of_long_lines_the_last_ones_are_kept() {
    let server = serve(|asked| log(asked, 300)).await;

    let end = connected(&server.address, limits()).await.log(&QUERY).await.unwrap().unwrap();

    assert!(end.text.ends_with("999\n") && end.is_cut, "{end:?}");
    assert!(server.asked.lock().unwrap().len() <= 3);
}

#[tokio::test]
async fn of_a_line_longer_than_the_limit_its_beginning_is_kept() {
    let server = serve(|asked| log(asked, 3_000)).await;

    let end = connected(&server.address, limits()).await.log(&QUERY).await.unwrap().unwrap();

    assert_eq!((end.text.len(), end.is_cut), (1_000, true));
}

#[tokio::test]
async fn a_server_that_ignores_the_limits_is_cut_off() {
    let server = serve(|_| Reply { status: 200, headers: Vec::new(), body: "x".repeat(5_000_000) }).await;

    let end = connected(&server.address, limits()).await.log(&QUERY).await.unwrap().unwrap();

    assert_eq!(end.text.len(), 1_000);
}

#[tokio::test]
async fn a_container_that_did_not_run_before_has_no_log() {
    let server =
        serve(|_| failure(400, "previous terminated container \"web\" in pod \"web-1\" not found")).await;

    let end = connected(&server.address, limits()).await.log(&LogQuery { previous: true, ..QUERY }).await;

    assert_eq!(end, Ok::<Option<Log>, Error>(None));
}

#[tokio::test]
async fn a_missing_right_to_logs_is_an_error() {
    let server = serve(|_| failure(403, "no")).await;

    let end = connected(&server.address, limits()).await.log(&QUERY).await;

    assert!(end.unwrap_err().to_string().starts_with("may not get pods/log in namespace shop"));
}
