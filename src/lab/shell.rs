//! Runs the scripts of scenarios, and kubectl.

use std::{
    fs::File,
    io::{self, Read, Seek},
    path::{Path, PathBuf},
    process::{Command as Blocking, ExitStatus, Stdio},
    time::Duration,
};
use tokio::process::Command;

/// How long a script may take.
const LIMIT: Duration = Duration::from_mins(3);
/// How much is read of what a script writes.
const LONGEST: u64 = 64 << 20;
/// Lines of what a script wrote that are told when it goes wrong.
const TOLD: usize = 5;

/// A program did not do what it was to do.
#[derive(Debug, thiserror::Error)]
pub enum ShellError {
    /// It could not be started.
    #[error("{what} cannot be started ({source}): scenarios are scripts that want bash and kubectl in PATH")]
    NotStarted {
        /// The script or program.
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// It took too long and was ended.
    #[error("{what} did not end within {seconds} s: {said}")]
    TooSlow {
        /// The script or program.
        what: String,
        /// How long it was waited for.
        seconds: u64,
        /// The last that it wrote.
        said: String,
    },
    /// It ended with an error.
    #[error("{what} ended with {status}: {said}")]
    Failed {
        /// The script or program.
        what: String,
        /// Its exit status.
        status: ExitStatus,
        /// The last that it wrote.
        said: String,
    },
}

/// What a program wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// To standard output.
    pub out: String,
    /// To standard error.
    pub err: String,
}

/// Where and for whom the scripts of a scenario run.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Folder of the scenario.
    pub folder: PathBuf,
    /// The way to the cluster, into the namespace.
    pub kubeconfig: PathBuf,
    /// The namespace.
    pub namespace: String,
    /// A folder that is removed.
    pub scratch: PathBuf,
    /// This program.
    pub chiron: PathBuf,
}

impl Shell {
    /// Runs a script of the scenario, in its folder.
    ///
    /// # Errors
    /// When it cannot be run, takes too long, or ends with an error.
    pub async fn script(&self, file: &str) -> Result<Said, ShellError> {
        let mut command = Command::new("bash");
        command
            .args(["-euo", "pipefail", file])
            .current_dir(&self.folder)
            .env("KUBECONFIG", &self.kubeconfig)
            .env("NS", &self.namespace)
            .env("SCRATCH", &self.scratch)
            .env("CHIRON_ANALYZE", &self.chiron);
        run(command, file, LIMIT).await
    }

    /// Runs kubectl in the namespace of the scenario, in its folder. Returns what it writes.
    ///
    /// # Errors
    /// When it cannot be run, takes too long, or ends with an error.
    pub async fn kubectl(&self, args: &[&str]) -> Result<String, ShellError> {
        let mut command = Command::new("kubectl");
        command.args(args).current_dir(&self.folder).env("KUBECONFIG", &self.kubeconfig);
        let what = format!("kubectl {}", args.join(" "));
        Ok(run(command, &what, LIMIT).await?.out)
    }
}

/// Runs kubectl. `kubeconfig` is that of the environment when none is given. Returns what it writes.
///
/// # Errors
/// When it cannot be run, takes too long, or ends with an error.
pub async fn kubectl(kubeconfig: Option<&Path>, args: &[&str]) -> Result<String, ShellError> {
    let mut command = Command::new("kubectl");
    command.args(args);
    if let Some(path) = kubeconfig {
        command.env("KUBECONFIG", path);
    }
    Ok(run(command, &format!("kubectl {}", args.join(" ")), LIMIT).await?.out)
}

/// The processes of a group are ended when nobody waits for them any more.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(id) = self.0 {
            // The shell's own `kill` is everywhere, the program is not.
            let _ = Blocking::new("bash").args(["-c", &format!("kill -TERM -- -{id} 2>/dev/null")]).status();
        }
    }
}

/// In a group of its own, so that Ctrl-C ends us alone and we end it in our way.
async fn run(mut command: Command, what: &str, limit: Duration) -> Result<Said, ShellError> {
    let not_started = |source| ShellError::NotStarted { what: what.to_owned(), source };
    // Files, not pipes: what a script leaves running in the background would keep a pipe open.
    let (out, err) = (file().map_err(not_started)?, file().map_err(not_started)?);
    command
        .stdin(Stdio::null())
        .stdout(out.try_clone().map_err(not_started)?)
        .stderr(err.try_clone().map_err(not_started)?)
        .process_group(0)
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(not_started)?;
    let mut group = Group(child.id());
    let ended = tokio::time::timeout(limit, child.wait()).await;
    if let Ok(Ok(_)) = ended {
        group.0 = None;
    }
    let said = Said { out: written(out), err: written(err) };
    match ended {
        Ok(Ok(status)) if status.success() => Ok(said),
        Ok(Ok(status)) => Err(ShellError::Failed { what: what.to_owned(), status, said: last(&said) }),
        Ok(Err(source)) => Err(not_started(source)),
        Err(_) => {
            Err(ShellError::TooSlow { what: what.to_owned(), seconds: limit.as_secs(), said: last(&said) })
        }
    }
}

fn file() -> io::Result<File> {
    tempfile::tempfile()
}

fn written(mut file: File) -> String {
    let mut bytes = Vec::new();
    // What cannot be read back is missed by whoever wants it.
    let _ = file.rewind().and_then(|()| file.take(LONGEST).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The last lines, of standard error where there are any.
fn last(said: &Said) -> String {
    let text = if said.err.trim().is_empty() { &said.out } else { &said.err };
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    if lines.is_empty() {
        return "it wrote nothing".to_owned();
    }
    lines[lines.len().saturating_sub(TOLD)..].join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn shell(folder: &Path, script: &str) -> Shell {
        fs::write(folder.join("inject.sh"), script).unwrap();
        Shell {
            folder: folder.to_owned(),
            kubeconfig: folder.join("kubeconfig"),
            namespace: "s-1".to_owned(),
            scratch: folder.to_owned(),
            chiron: PathBuf::from("chiron"),
        }
    }

    fn bash(script: &str) -> Command {
        let mut command = Command::new("bash");
        command.args(["-c", script]);
        command
    }

    #[tokio::test]
    async fn a_script_sees_its_folder_and_its_namespace() {
        let folder = tempfile::tempdir().unwrap();
        let shell = shell(
            folder.path(),
            "cat inject.sh | wc -l; echo $NS ${KUBECONFIG##*/} $CHIRON_ANALYZE; echo w >&2\n",
        );

        let said = shell.script("inject.sh").await.unwrap();

        assert_eq!(said, Said { out: "1\ns-1 kubeconfig chiron\n".to_owned(), err: "w\n".to_owned() });
    }

    #[tokio::test]
    async fn a_script_ends_at_its_first_error() {
        let folder = tempfile::tempdir().unwrap();
        let shell = shell(folder.path(), "echo before >&2; false | true; echo after >&2\n");

        let error = shell.script("inject.sh").await.unwrap_err().to_string();

        assert_eq!(error, "inject.sh ended with exit status: 1: before");
    }

    #[tokio::test]
    async fn what_a_script_leaves_running_is_not_waited_for() {
        let said = run(bash("sleep 60 & echo $!"), "x", Duration::from_secs(30)).await.unwrap();

        let left = said.out.trim();
        assert!(Blocking::new("bash").args(["-c", &format!("kill {left}")]).status().unwrap().success());
    }

    #[tokio::test]
    async fn what_takes_too_long_is_ended_with_all_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("mark");
        let script = format!("(sleep 2; echo late >{}) & echo begun; sleep 60", mark.display());

        let error = run(bash(&script), "setup.sh", Duration::from_millis(500)).await.unwrap_err();

        assert_eq!(error.to_string(), "setup.sh did not end within 0 s: begun");
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert!(!mark.exists(), "a child went on");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let error = run(Command::new("no-such-program"), "no-such-program", LIMIT).await.unwrap_err();

        assert!(error.to_string().starts_with("no-such-program cannot be started (No such file"), "{error}");
    }
}
