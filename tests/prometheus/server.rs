//! A real Prometheus with a folder of its own. It ends with the test.

use chiron_model::Timestamp;
use chiron_prometheus::client::{Auth, Client, ClientConfig, Secret};
use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime},
};

/// No wait takes longer.
const DEADLINE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(100);

/// What only some of them have.
#[derive(Default)]
pub(crate) struct Options {
    /// Whether it wants to know the user `reader` with the password `sesame`.
    pub(crate) has_password: bool,
    /// Certificate and key of the server, and the authority of the clients.
    pub(crate) tls: Option<Certificates>,
    pub(crate) arguments: &'static [&'static str],
}

/// A running Prometheus.
pub(crate) struct Prometheus {
    child: Child,
    folder: tempfile::TempDir,
    url: String,
}

/// Certificates made for one test.
pub(crate) struct Certificates {
    pub(crate) folder: tempfile::TempDir,
}

/// The program, if it is there.
pub(crate) fn program() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests")]
    let (named, path) = (env::var("CHIRON_TEST_PROMETHEUS").ok(), env::var("PATH").unwrap_or_default());
    if let Some(named) = named {
        return Some(PathBuf::from(named));
    }
    env::split_paths(&path).map(|it| it.join("prometheus")).find(|it| it.is_file())
}

/// The time that Prometheus has.
pub(crate) fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "a real Prometheus lives in real time")]
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp::from_nanos(i64::try_from(since.as_nanos()).unwrap())
}

impl Prometheus {
    /// Starts one that scrapes `exporter` every second.
    pub(crate) fn start(program: &Path, exporter: &str, options: &Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: String| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let config = write(
            "prometheus.yml",
            format!(
                "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\nscrape_configs:\n  - job_name: shop\n    \
                 honor_labels: true\n    static_configs: [{{targets: ['{exporter}']}}]\n"
            ),
        );
        let web = write("web.yml", options.web());
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let child = Command::new(program)
            .arg(format!("--config.file={config}"))
            .arg(format!("--web.config.file={web}"))
            .arg(format!("--web.listen-address={address}"))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .args(options.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let scheme = if options.tls.is_some() { "https" } else { "http" };
        Self { child, folder, url: format!("{scheme}://{address}") }
    }

    /// Settings of a client for it.
    pub(crate) fn settings(&self) -> ClientConfig {
        ClientConfig::at(&self.url)
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.settings()).unwrap()
    }

    /// Waits until it has scraped so often.
    pub(crate) async fn has_scraped(&mut self, client: &Client, times: u32) {
        let query = format!("count_over_time(up[1h]) >= {times}");
        let waited = async {
            loop {
                assert!(self.child.try_wait().unwrap().is_none(), "it ended: {}", self.log());
                if client.instant(&query, now()).await.is_ok_and(|it| !it.series.is_empty()) {
                    return;
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        let waited = tokio::time::timeout(DEADLINE, waited).await;
        assert!(waited.is_ok(), "waited in vain for {times} scrapes: {}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // One that has ended cannot be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Options {
    fn web(&self) -> String {
        // bcrypt of `sesame`, with the least cost.
        let password = self.has_password.then_some(
            "basic_auth_users: {reader: '$2b$04$abcdefghijklmnopqrstuuinwY/tkBVrn3xrxQI/TgnMHhkvl85RW'}\n",
        );
        let tls = self.tls.as_ref().map(|tls| {
            let [cert, key, ca] = ["server.pem", "server.key", "ca.pem"].map(|name| tls.path(name));
            format!(
                "tls_server_config: {{cert_file: {cert}, key_file: {key}, client_ca_file: {ca}, \
                 client_auth_type: RequireAndVerifyClientCert}}\n"
            )
        });
        format!("{}{}", password.unwrap_or_default(), tls.unwrap_or_default())
    }
}

/// What the user of a Prometheus with a password shows.
pub(crate) fn reader(password: &str) -> Auth {
    Auth::Basic { user: "reader".to_owned(), password: Secret::new(password) }
}

impl Certificates {
    /// An authority, a server on the loopback interface and a client; none without `openssl`.
    pub(crate) fn make() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let script = "set -e
            key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
            openssl req -x509 $key -keyout ca.key -out ca.pem -subj /CN=authority -days 2
            for name in server client; do
                openssl req $key -keyout $name.key -out $name.csr -subj /CN=$name
                echo 'subjectAltName=IP:127.0.0.1' > $name.ext
                openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile $name.ext -out $name.pem -days 2
            done";
        let made = Command::new("sh").arg("-c").arg(script).current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&made.stderr).into_owned();
        if !made.status.success() && said.contains("not found") {
            return None;
        }
        assert!(made.status.success(), "{said}");
        Some(Self { folder })
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}
