//! An exporter whose numbers are known: they follow from how often it was scraped and from what the test switched.

use axum::{Router, extract::State, routing::get};
use std::{
    fmt::Write as _,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::net::TcpListener;

/// Requests between two scrapes.
const REQUESTS: u64 = 20;
/// Growth of the memory between two scrapes, in bytes.
pub(crate) const GROWTH: f64 = 1_048_576.0;
/// Memory at first.
pub(crate) const BASE: f64 = 104_857_600.0;

/// A small program in a pod, as Prometheus sees it.
#[derive(Clone, Default)]
pub(crate) struct Exporter {
    counts: Arc<Mutex<Counts>>,
    is_slow: Arc<AtomicBool>,
    is_failing: Arc<AtomicBool>,
    has_left: Arc<AtomicBool>,
}

#[derive(Default)]
struct Counts {
    memory: f64,
    fast: u64,
    slow: u64,
    failed: u64,
    /// Starts anew when the program does.
    jobs: u64,
    restarts: u64,
}

impl Exporter {
    /// Serves it and gives its address, without a scheme.
    pub(crate) async fn listen(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let app = Router::new().route("/metrics", get(metrics)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        address
    }

    /// From now on requests take ten times as long.
    pub(crate) fn slow_down(&self) {
        self.is_slow.store(true, Ordering::SeqCst);
    }

    /// From now on every fourth request fails.
    pub(crate) fn fail(&self) {
        self.is_failing.store(true, Ordering::SeqCst);
    }

    /// One of its series is told no more.
    pub(crate) fn drop_one(&self) {
        self.has_left.store(true, Ordering::SeqCst);
    }

    /// The program is started anew: its counters begin at nought.
    pub(crate) fn restart(&self) {
        let mut counts = self.counts.lock().unwrap();
        counts.jobs = 0;
        counts.restarts += 1;
    }

    fn count(&self) -> String {
        let mut counts = self.counts.lock().unwrap();
        counts.memory += GROWTH;
        counts.jobs += 10;
        let slow = if self.is_slow.load(Ordering::SeqCst) { REQUESTS } else { 0 };
        counts.slow += slow;
        counts.fast += REQUESTS - slow;
        counts.failed += if self.is_failing.load(Ordering::SeqCst) { REQUESTS / 4 } else { 0 };
        let mut text = counts.text();
        if !self.has_left.load(Ordering::SeqCst) {
            text += "shop_carts{namespace=\"shop\",pod=\"cart-7d4b9c6f5-x2v5q\"} 3\n";
        }
        text
    }
}

async fn metrics(State(exporter): State<Exporter>) -> String {
    exporter.count()
}

impl Counts {
    fn text(&self) -> String {
        let pod = "namespace=\"shop\",pod=\"cart-7d4b9c6f5-x2v5q\",container=\"cart\"";
        let Self { memory, fast, slow, failed, jobs, restarts } = self;
        let all = fast + slow;
        let mut text = format!(
            "# TYPE container_memory_working_set_bytes gauge\n\
             container_memory_working_set_bytes{{{pod},id=\"/a\",image=\"i\"}} {}\n\
             # TYPE kube_pod_container_status_restarts_total counter\n\
             kube_pod_container_status_restarts_total{{{pod},uid=\"u\"}} {restarts}\n\
             # TYPE http_request_duration_seconds histogram\n\
             http_request_duration_seconds_bucket{{{pod},le=\"0.1\"}} {fast}\n\
             http_request_duration_seconds_bucket{{{pod},le=\"1\"}} {all}\n\
             http_request_duration_seconds_bucket{{{pod},le=\"+Inf\"}} {all}\n\
             http_request_duration_seconds_sum{{{pod}}} {}\n\
             http_request_duration_seconds_count{{{pod}}} {all}\n\
             # TYPE http_requests_total counter\n\
             http_requests_total{{{pod},code=\"200\"}} {}\n\
             http_requests_total{{{pod},code=\"500\"}} {failed}\n\
             # TYPE shop_jobs_total counter\n\
             shop_jobs_total{{{pod}}} {jobs}\n\
             shop_ratio{{{pod}}} NaN\n\
             shop_ceiling{{{pod}}} +Inf\n",
            BASE + memory,
            decimal(fast * 5 + slow * 50),
            all - failed,
        );
        for namespace in 0..5 {
            for pod in 0..10 {
                writeln!(text, "queue_depth{{namespace=\"n{namespace}\",pod=\"p{pod}\"}} {pod}").unwrap();
            }
        }
        text
    }
}

/// Hundredths as a number.
fn decimal(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
