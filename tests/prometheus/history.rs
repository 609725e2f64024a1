//! A real Prometheus that begins with a past.
#![allow(clippy::cast_precision_loss, reason = "small numbers")]

use std::{
    env,
    fmt::Write as _,
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime},
};

/// How long the past is.
pub(crate) const HISTORY: Duration = Duration::from_mins(90);
/// Seconds between two samples of it.
const STEP: i64 = 5;
const PAUSE: Duration = Duration::from_millis(500);
/// Memory of a pod, in bytes, and how fast it leaks in a second: two megabytes.
const MEMORY: f64 = 60e6;
const LEAK: f64 = 2e6;

/// The programs that are needed.
pub(crate) struct Programs {
    prometheus: PathBuf,
    promtool: PathBuf,
}

/// The programs, if they are there.
pub(crate) fn programs() -> Option<Programs> {
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests")]
    let (named, path) = (env::var("CHIRON_TEST_PROMETHEUS").ok(), env::var("PATH").unwrap_or_default());
    let found = |name: &str| env::split_paths(&path).map(|it| it.join(name)).find(|it| it.is_file());
    let prometheus = named.map(PathBuf::from).or_else(|| found("prometheus"))?;
    let beside = prometheus.with_file_name("promtool");
    let promtool = if beside.is_file() { beside } else { found("promtool")? };
    Some(Programs { prometheus, promtool })
}

/// The time, in seconds since the epoch.
pub(crate) fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "a real Prometheus lives in real time")]
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// Seconds since the epoch of an RFC 3339 time.
pub(crate) fn seconds(text: &str) -> i64 {
    text.parse::<chiron_model::Timestamp>().unwrap().secs()
}

/// Noise without a generator, in `-0.5..0.5`.
fn noise(number: i64) -> f64 {
    (number.rem_euclid(100_003) as f64 * 0.618_033_988_749_895 * 7.0).fract() - 0.5
}

/// What three pods of the workload `cart` expose at a time; with timestamps where a past is written.
pub(crate) fn text(at: i64, fault: i64, timestamp: Option<i64>) -> String {
    let stamp = timestamp.map_or(String::new(), |it| format!(" {it}"));
    let mut text = String::new();
    let since = if fault > 0 { (at - fault).max(0) as f64 } else { 0.0 };
    for pod in 0..3 {
        let labels = format!(
            "namespace=\"shop\",pod=\"cart-6b4f9c7d8-x2v5{}\",container=\"cart\"",
            ["q", "r", "s"][pod]
        );
        let own = i64::try_from(pod).unwrap() * 31 + at;
        let memory = MEMORY * (1.0 + 0.04 * noise(own)) + LEAK * since;
        let latency = (0.02 + 0.004 * noise(own + 7)) * if since > 0.0 { 12.0 } else { 1.0 };
        writeln!(
            text,
            "container_memory_working_set_bytes{{{labels},id=\"/a\",image=\"i\"}} {memory}{stamp}"
        )
        .unwrap();
        writeln!(text, "http_response_time_seconds{{{labels}}} {latency}{stamp}").unwrap();
    }
    text
}

/// The calm past until `until`, as OpenMetrics.
pub(crate) fn history(until: i64) -> String {
    let from = until - i64::try_from(HISTORY.as_secs()).unwrap();
    let mut series: [String; 2] = Default::default();
    for at in (from..until - 2 * STEP).step_by(usize::try_from(STEP).unwrap()) {
        for line in text(at, 0, Some(at)).lines() {
            let place = usize::from(line.starts_with("http"));
            series[place].push_str(line);
            series[place].push('\n');
        }
    }
    let [memory, latency] = series;
    format!(
        "# TYPE container_memory_working_set_bytes gauge\n{memory}# TYPE http_response_time_seconds gauge\n{latency}# EOF\n"
    )
}

/// A running Prometheus.
pub(crate) struct Server {
    child: Child,
    _folder: tempfile::TempDir,
    pub(crate) url: String,
}

impl Server {
    /// Starts one that has a past and scrapes `exporter` every second.
    pub(crate) fn start(programs: &Programs, exporter: &str, past: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let data = folder.path().join("data");
        backfill(&programs.promtool, &write("past.txt", past), &data);
        let config = write(
            "prometheus.yml",
            &format!(
                "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\nscrape_configs:\n  - job_name: shop\n    \
                 honor_labels: true\n    static_configs: [{{targets: ['{exporter}']}}]\n    \
                 metric_relabel_configs: [{{regex: 'job|instance', action: labeldrop}}]\n"
            ),
        );
        Self::run(programs, folder, &config)
    }

    /// Starts one that scrapes itself every second and writes what it finds to `platform`.
    pub(crate) fn writing(programs: &Programs, platform: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let config = folder.path().join("prometheus.yml");
        let text = format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\nscrape_configs:\n  - job_name: self\n    \
             static_configs: [{{targets: ['{address}']}}]\n    metric_relabel_configs: [{{source_labels: [__name__], \
             regex: 'prometheus_tsdb_head.*', action: keep}}]\nremote_write: [{{url: '{platform}/api/v1/write', \
             queue_config: {{batch_send_deadline: 1s}}}}]\n"
        );
        fs::write(&config, text).unwrap();
        Self::listen(programs, folder, &config, address)
    }

    fn run(programs: &Programs, folder: tempfile::TempDir, config: &Path) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self::listen(programs, folder, config, address)
    }

    fn listen(programs: &Programs, folder: tempfile::TempDir, config: &Path, address: SocketAddr) -> Self {
        let data = folder.path().join("data");
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let child = Command::new(&programs.prometheus)
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--web.listen-address={address}"))
            .arg(format!("--storage.tsdb.path={}", data.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { child, _folder: folder, url: format!("http://{address}") }
    }
}

fn backfill(promtool: &Path, past: &Path, data: &Path) {
    let made = Command::new(promtool)
        .args(["tsdb", "create-blocks-from", "openmetrics"])
        .args([past, data])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again and again until there is an answer.
pub(crate) async fn until<T>(deadline: Duration, what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(deadline, asking).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}
