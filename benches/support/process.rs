//! The program itself as a process, and requests so plain that the client costs next to nothing.

use chiron_aws::Settings;
use std::{
    fs, io,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Between two tries to reach a process that starts: the figures are not finer than this.
const PAUSE: Duration = Duration::from_micros(100);
/// A process that takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(20);

/// `chiron function serve`, as Knative starts it.
pub(crate) struct Server {
    child: Child,
    port: u16,
    started: Instant,
}

impl Server {
    /// Starts functions with AWS clients for these settings; their outputs go to `sink`.
    pub(crate) fn start(names: &str, settings: &Settings, sink: &str) -> Self {
        let port = free_port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_chiron"));
        command.args(["function", "serve", names]).env_clear().envs(aws(settings));
        command.env("CHIRON_REDACTION_KEY", "bench").env("K_SINK", sink).env("PORT", port.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        let child = command.spawn().unwrap();
        Self { child, port, started }
    }

    /// Sends a request until it is answered with a 2xx; gives the milliseconds since the start of the process.
    pub(crate) fn until_2xx(&mut self, request: &[u8]) -> f64 {
        while !is_2xx(self.port, request).unwrap_or(false) {
            let exit = self.child.try_wait().unwrap();
            assert!(exit.is_none() && self.started.elapsed() < PATIENCE, "no 2xx; the process: {exit:?}");
            std::thread::sleep(PAUSE);
        }
        self.started.elapsed().as_secs_f64() * 1_000.0
    }

    /// Resident memory in MB of 1,024 KB, as `/proc` and `ps` count.
    pub(crate) fn resident(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1_024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The variables that name S3, DynamoDB and the keys.
fn aws(settings: &Settings) -> Vec<(&'static str, String)> {
    let keys = settings.credentials.clone().unwrap();
    vec![
        ("AWS_ENDPOINT_URL_S3", settings.s3_endpoint.clone().unwrap()),
        ("AWS_ENDPOINT_URL_DYNAMODB", settings.dynamodb_endpoint.clone().unwrap()),
        ("AWS_REGION", settings.region.clone().unwrap()),
        ("AWS_ACCESS_KEY_ID", keys.access_key),
        ("AWS_SECRET_ACCESS_KEY", keys.secret_key),
    ]
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn is_2xx(port: u16, request: &[u8]) -> io::Result<bool> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request)?;
    let mut start = [0; 10];
    stream.read_exact(&mut start)?;
    Ok(start == *b"HTTP/1.1 2")
}

/// A request for a path.
pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").into_bytes()
}

/// A request that delivers an event in structured mode.
pub(crate) fn post(event: &str) -> Vec<u8> {
    let length = event.len();
    let head = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/cloudevents+json";
    format!("{head}\r\ncontent-length: {length}\r\n\r\n{event}").into_bytes()
}
