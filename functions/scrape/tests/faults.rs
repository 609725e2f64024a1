//! A Prometheus that is broken, or is none: what comes of it is told as it is.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use axum::{
    Router,
    body::{Body, Bytes},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use chiron_model::Timestamp;
use chiron_prometheus::client::{Auth, Client, ClientConfig, ClientError, Secret};
use flate2::{Compression, write::GzEncoder};
use futures::stream;
use std::{
    convert::Infallible,
    io::{Read, Write},
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use support::{client, hasty, listen, nowhere};

const ONE: &str = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up"},"value":[1,"1"]}]}}"#;

fn json(body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body.into()).into_response()
}

/// A server that answers the same to everything.
async fn answering(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> Client {
    client(&listen(Router::new().fallback(move || std::future::ready(answer()))).await)
}

async fn refusal(client: &Client) -> ClientError {
    client.instant("up", Timestamp::from_secs(1)).await.unwrap_err()
}

#[tokio::test]
async fn a_login_page_is_no_prometheus() {
    let html =
        || ([(header::CONTENT_TYPE, "text/html")], "<!doctype html>\n<title>Sign in</title>").into_response();
    let client = answering(html).await;

    let said = refusal(&client).await.to_string();

    assert!(said.contains("text/html") && said.contains("<!doctype html> <title>Sign in"), "{said}");
    assert!(
        said.contains("is it the address of Prometheus itself?") && said.contains(client.url()),
        "{said}"
    );
}

#[tokio::test]
async fn credentials_do_not_follow_a_redirect() {
    let client =
        answering(|| (StatusCode::FOUND, [(header::LOCATION, "http://127.0.0.1:1/login")]).into_response())
            .await;

    assert!(matches!(refusal(&client).await, ClientError::Status { status: 302, .. }));
}

#[tokio::test]
async fn what_is_busy_is_asked_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let client = answering(move || match count.fetch_add(1, Ordering::SeqCst) {
        0 => (StatusCode::SERVICE_UNAVAILABLE, "starting").into_response(),
        1 => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "0")]).into_response(),
        _ => json(ONE),
    })
    .await;

    let answer = client.instant("up", Timestamp::from_secs(1)).await.unwrap();

    assert_eq!((answer.series.len(), asked.load(Ordering::SeqCst)), (1, 3));
}

#[tokio::test]
async fn what_stays_busy_is_not_asked_for_ever() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let client = answering(move || {
        count.fetch_add(1, Ordering::SeqCst);
        (StatusCode::SERVICE_UNAVAILABLE, "starting").into_response()
    })
    .await;

    let error = refusal(&client).await;

    assert!(
        matches!(&error, ClientError::Status { status: 503, start, .. } if start == "starting"),
        "{error}"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn a_question_that_took_too_long_there_is_not_put_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let client = answering(move || {
        count.fetch_add(1, Ordering::SeqCst);
        let said =
            r#"{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}"#;
        (StatusCode::SERVICE_UNAVAILABLE, json(said)).into_response()
    })
    .await;

    let error = refusal(&client).await;

    assert!(matches!(&error, ClientError::Query { kind, .. } if kind == "timeout"), "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let client = answering(|| {
        let spaces = stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from(vec![b' '; 65536])));
        json(Body::from_stream(spaces))
    })
    .await;

    assert!(matches!(refusal(&client).await, ClientError::TooLarge { limit: 1_048_576, .. }));
}

#[tokio::test]
async fn an_answer_that_swells_is_cut_off() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b' '; 64 << 20]).unwrap();
    let bomb = Bytes::from(encoder.finish().unwrap());
    assert!(bomb.len() < 100_000);
    let client =
        answering(move || ([(header::CONTENT_ENCODING, "gzip")], bomb.clone()).into_response()).await;

    assert!(matches!(refusal(&client).await, ClientError::TooLarge { .. }));
}

#[tokio::test]
async fn what_is_compressed_is_read() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(ONE.as_bytes()).unwrap();
    let packed = Bytes::from(encoder.finish().unwrap());
    let client =
        answering(move || ([(header::CONTENT_ENCODING, "gzip")], packed.clone()).into_response()).await;

    assert_eq!(client.instant("up", Timestamp::from_secs(1)).await.unwrap().series.len(), 1);
}

#[tokio::test]
async fn a_slow_answer_is_given_up() {
    let app = Router::new().fallback(async || {
        tokio::time::sleep(Duration::from_mins(1)).await;
        ONE
    });
    let client = client(&listen(app).await);

    let error = tokio::time::timeout(Duration::from_secs(3), refusal(&client)).await.unwrap();

    assert!(matches!(error, ClientError::Timeout { .. }), "{error}");
    assert!(error.to_string().ends_with("within 0.4 s"), "{error}");
}

#[tokio::test]
async fn who_does_not_answer_is_named() {
    let url = nowhere();

    let said = refusal(&client(&url)).await.to_string();

    assert!(said.starts_with(&format!("{url} does not answer: ")) && said.contains("refused"), "{said}");
}

#[tokio::test]
async fn a_broken_connection_is_made_anew() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        for number in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap();
            assert!(read > 0);
            if number == 1 {
                let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length";
                write!(stream, "{head}: {}\r\n\r\n{ONE}", ONE.len()).unwrap();
            }
        }
    });

    let answer = client(&url).instant("up", Timestamp::from_secs(1)).await;

    assert_eq!(answer.unwrap().series.len(), 1);
    server.join().unwrap();
}

#[tokio::test]
async fn who_is_not_let_in_is_told_what_to_give() {
    for (status, flag) in
        [(StatusCode::UNAUTHORIZED, "--prometheus-token"), (StatusCode::FORBIDDEN, "--prometheus-user")]
    {
        let client = answering(move || status.into_response()).await;

        let error = refusal(&client).await;

        assert!(matches!(error, ClientError::Refused { .. }), "{error}");
        assert!(error.to_string().contains(flag), "{error}");
    }
}

#[tokio::test]
async fn what_lets_in_is_shown_to_the_server() {
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "abc\n").unwrap();
    let app = Router::new().fallback(|headers: axum::http::HeaderMap| {
        let shown = headers[header::AUTHORIZATION].to_str().unwrap().to_owned();
        std::future::ready((
            StatusCode::UNPROCESSABLE_ENTITY,
            format!(r#"{{"errorType":"shown","error":"{shown}"}}"#),
        ))
    });
    let url = listen(app).await;
    let password = Secret::new("open: sesame");
    for (auth, expected) in [
        (Auth::Bearer(Secret::new("abc")), "Bearer abc"),
        (Auth::BearerFile(token.path().to_owned()), "Bearer abc"),
        (Auth::Basic { user: "me".to_owned(), password }, "Basic bWU6b3Blbjogc2VzYW1l"),
    ] {
        let error = refusal(&Client::new(ClientConfig { auth, ..hasty(&url) }).unwrap()).await;

        assert!(matches!(&error, ClientError::Query { reason, .. } if reason == expected), "{error}");
    }
    let with_password = url.replace("http://", "http://me:open%3A%20sesame@");
    let client = client(&with_password);
    assert_eq!(client.url(), url);
    assert!(refusal(&client).await.to_string().contains("Basic bWU6b3Blbjogc2VzYW1l"));
}

#[tokio::test]
async fn what_prometheus_says_is_passed_on() {
    let said = r#"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:1: parse error"}"#;
    let client = answering(move || (StatusCode::BAD_REQUEST, json(said)).into_response()).await;

    let error = refusal(&client).await.to_string();

    assert!(
        error.ends_with("answered 400 bad_data: invalid parameter \"query\": 1:1: parse error"),
        "{error}"
    );
}

#[tokio::test]
async fn an_answer_that_is_not_whole_is_told() {
    let text = ONE.replacen("\"data\"", r#""warnings":["store a is not available"],"data""#, 1);
    let client = answering(move || json(text.clone())).await;

    let answer = client.instant("up", Timestamp::from_secs(1)).await.unwrap();

    assert_eq!((answer.series.len(), answer.warnings), (1, vec!["store a is not available".to_owned()]));
}

#[tokio::test]
async fn files_that_cannot_be_used_are_named() {
    let url = nowhere();
    let wrong =
        |config: ClientConfig| async move { refusal(&Client::new(config).unwrap()).await.to_string() };

    let ca = wrong(ClientConfig { ca_file: Some("nowhere/ca.pem".into()), ..hasty(&url) }).await;
    let token = wrong(ClientConfig { auth: Auth::BearerFile("nowhere/token".into()), ..hasty(&url) }).await;

    assert!(ca.starts_with("nowhere/ca.pem cannot be used as CA certificates: "), "{ca}");
    assert!(token.starts_with("nowhere/token cannot be used as bearer token: "), "{token}");
}

#[test]
fn an_address_that_is_none_is_refused() {
    for url in ["", "prometheus", "ftp://prometheus", "http://", "prometheus:9090"] {
        assert!(matches!(Client::new(ClientConfig::at(url)), Err(ClientError::Setting { .. })), "{url}");
    }
}
