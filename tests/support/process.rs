//! The `chiron` command as a process of its own. It is killed when the test ends, and no wait takes for ever.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "test support")]

use super::http::{STRUCTURED, client, request};
use std::{
    io::Read,
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Duration,
};

/// No wait takes longer.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// A process, and what it writes.
pub(crate) struct Process {
    child: Child,
    out: Written,
    err: Written,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// What was written so far, read in a thread so that the process never waits for its reader.
struct Written {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Written {
    fn by(mut source: impl Read + Send + 'static) -> Self {
        let bytes: Arc<Mutex<Vec<u8>>> = Arc::default();
        let written = Arc::clone(&bytes);
        let reader = std::thread::spawn(move || {
            let mut piece = [0; 8192];
            while let Ok(read @ 1..) = source.read(&mut piece) {
                written.lock().unwrap().extend_from_slice(&piece[..read]);
            }
        });
        Self { bytes, reader: Some(reader) }
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap()).into_owned()
    }

    /// Everything, once the process has ended.
    fn whole(&mut self) -> String {
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self.so_far()
    }
}

/// The command, in an environment that says nothing.
pub(crate) fn chiron(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chiron"));
    command.args(args).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the command to its end.
pub(crate) async fn run(args: &[&str]) -> Ended {
    Process::start(&mut chiron(args)).end().await
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let out = Written::by(child.stdout.take().unwrap());
        let err = Written::by(child.stderr.take().unwrap());
        Self { child, out, err }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for a line on standard error that holds `words`.
    pub(crate) async fn says(&mut self, words: &str) -> String {
        let what = format!("a line with {words:?}");
        until(&what, async || {
            let is_running = self.is_running();
            let text = self.err.so_far();
            let line = text.split_inclusive('\n').find(|line| line.ends_with('\n') && line.contains(words));
            assert!(is_running || line.is_some(), "it ended without {what}");
            line.map(str::to_owned)
        })
        .await
    }

    /// Waits until a page of it is there.
    pub(crate) async fn serves(&mut self, url: &str) {
        until(url, async || {
            assert!(self.is_running(), "it ended before {url} was there");
            page(url).await.filter(|(status, _)| *status == 200)
        })
        .await;
    }

    /// Ends it as a power cut would: nothing can be tidied up.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, with SIGTERM.
    pub(crate) fn terminate(&self) {
        let asked = Command::new("sh").arg("-c").arg(format!("kill -TERM {}", self.pid())).status().unwrap();
        assert!(asked.success(), "no signal was sent");
    }

    /// Waits for its end.
    pub(crate) async fn end(&mut self) -> Ended {
        let status = until("the end of the process", async || self.child.try_wait().unwrap()).await;
        Ended { code: status.code(), out: self.out.whole(), err: self.err.whole() }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended cannot be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("process {} said:\n{}", self.pid(), self.err.whole());
        }
    }
}

impl Ended {
    /// What a program reads: the JSON on standard output.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Checks that it is an error that holds all of `words`.
    pub(crate) fn fails_with(&self, words: &[&str]) {
        assert_eq!(self.code, Some(2), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "{word:?} is not in {self:?}");
        }
    }
}

/// Waits, but not longer than [`DEADLINE`].
pub(crate) async fn within<T>(what: &str, wait: impl Future<Output = T>) -> T {
    let Ok(found) = tokio::time::timeout(DEADLINE, wait).await else {
        panic!("waited {} s in vain for {what}", DEADLINE.as_secs());
    };
    found
}

/// Looks again and again until there is something.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    within(what, found).await
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Status and text of a page; none when nobody answers.
pub(crate) async fn page(url: &str) -> Option<(u16, String)> {
    let answer = client().get(url).timeout(DEADLINE).send().await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.text().await.ok()?))
}

/// Posts an event in structured mode and gives the status; none when nobody answers.
pub(crate) async fn post(url: &str, event: &(impl ToString + ?Sized)) -> Option<u16> {
    let sent = request(url, STRUCTURED, event.to_string()).timeout(DEADLINE).send().await;
    sent.ok().map(|answer| answer.status().as_u16())
}
