//! Plays one scenario: set-up, calm, fault, finding and cause, repair, calm.

use super::{
    course::{Course, Stage},
    judge::{alarms, verdict},
    look::{look, written},
    outcome::{Outcome, Played, raw},
    progress::{Progress, Wait},
    scenario::Scenario,
    seen::Seen,
    shell::Shell,
};
use crate::recording::{Recorder, record};
use anyhow::{Context, bail};
use chiron_cluster::{Access, Cluster};
use chiron_redact::Redactor;
use std::{fs, path::PathBuf, sync::Arc, time::Duration};
use tokio::{sync::oneshot, time::sleep};

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(500);
/// What changes last reaches the recording within this time.
const TAIL: Duration = Duration::from_secs(2);

/// What all drills of a run share.
pub struct Tools {
    /// Replaces credentials.
    pub redactor: Redactor,
    /// Where, for the results.
    pub mode: &'static str,
    /// Whether healthy twins are played.
    pub is_twin: bool,
    /// Folder for the last reports of what failed.
    pub raw: Option<PathBuf>,
    /// Folder for recordings.
    pub record: Option<PathBuf>,
    /// Seconds that a fault lasts at least.
    pub fault_for: u32,
    /// Seconds that are waited for when all is calm again.
    pub calm_for: u32,
}

/// One scenario, ready to be played.
pub struct Drill<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its scripts.
    pub shell: Shell,
    /// What all share.
    pub tools: &'a Tools,
}

impl Drill<'_> {
    /// Plays it until it ends or `stop` is done; the namespace is deleted in any case.
    ///
    /// # Errors
    /// When it was stopped, or the recording or report cannot be written.
    pub async fn run(&self, stop: impl Future<Output = ()>) -> anyhow::Result<Outcome> {
        let mut course = Course::default();
        let played = self.recorded(&mut course, stop).await;
        self.clean_up().await;
        let failure = played?.err().map(|error| told(&error));
        if let (Some(folder), Some(_)) = (&self.tools.raw, &failure) {
            let path = folder.join(format!("{}.json", self.title()));
            fs::write(&path, serde_json::to_vec_pretty(&raw(&course.last))?)
                .with_context(|| path.display().to_string())?;
        }
        let played = Played {
            scenario: self.scenario,
            namespace: &self.shell.namespace,
            mode: self.tools.mode,
            is_twin: self.tools.is_twin,
        };
        Ok(Outcome::new(played, &course, failure))
    }

    /// Its name in files.
    fn title(&self) -> String {
        let twin = if self.tools.is_twin { "-twin" } else { "" };
        format!("{}{twin}", self.scenario.name)
    }

    fn progress(&self) -> Progress<'_> {
        Progress { name: &self.scenario.name }
    }

    fn access(&self) -> Access {
        Access { kubeconfig: Some(self.shell.kubeconfig.clone()), ..Access::default() }
    }

    /// Plays it, and records the cluster meanwhile when that is asked for.
    async fn recorded(
        &self,
        course: &mut Course,
        stop: impl Future<Output = ()>,
    ) -> anyhow::Result<anyhow::Result<()>> {
        let Some(folder) = &self.tools.record else { return self.stoppable(course, stop).await };
        let path = folder.join(format!("{}.ndjson.zst", self.title()));
        let key = uuid::Uuid::new_v4();
        let recorder = Recorder::create(&path, Arc::new(Redactor::new(key.as_bytes())))
            .with_context(|| path.display().to_string())?;
        let cluster = Cluster::connect(&self.access()).await?;
        let (over, told) = oneshot::channel::<()>();
        let until_over = async {
            let _ = told.await;
        };
        let namespaces = vec![self.shell.namespace.clone()];
        let watching = Box::pin(record(cluster, namespaces, Arc::new(recorder), until_over));
        let playing = async {
            let played = self.stoppable(course, stop).await;
            if played.is_ok() {
                sleep(TAIL).await;
            }
            let _ = over.send(());
            played
        };
        let (count, played) = tokio::join!(watching, playing);
        let count = count.with_context(|| path.display().to_string())?;
        self.progress().say(&format!("{count} changes in {}", path.display()));
        played
    }

    /// The outer error is that it was stopped, the inner one what is wrong.
    async fn stoppable(
        &self,
        course: &mut Course,
        stop: impl Future<Output = ()>,
    ) -> anyhow::Result<anyhow::Result<()>> {
        tokio::select! {
            played = self.play(course) => Ok(played),
            () = stop => bail!("stopped while {} was played", self.scenario.name),
        }
    }

    async fn play(&self, course: &mut Course) -> anyhow::Result<()> {
        self.set_up(course).await?;
        self.enter(course, Stage::CalmBefore);
        sleep(Duration::from_secs(self.scenario.expect.settle.into())).await;
        self.must_be_calm(course).await?;
        if self.tools.is_twin || self.scenario.expect.calm {
            return self.stay_calm(course).await;
        }
        self.find(course).await?;
        self.repair(course).await
    }

    fn enter(&self, course: &mut Course, stage: Stage) {
        course.stage = stage;
        self.progress().say(stage.name());
    }

    async fn set_up(&self, course: &mut Course) -> anyhow::Result<()> {
        self.enter(course, Stage::SetUp);
        let shell = &self.shell;
        shell.kubectl(&["create", "namespace", &shell.namespace]).await?;
        shell.kubectl(&["wait", "--for=create", "serviceaccount/default", "--timeout=30s"]).await?;
        if self.scenario.has("setup.sh") {
            shell.script("setup.sh").await?;
        } else {
            shell.kubectl(&["apply", "-f", "setup.yaml"]).await?;
        }
        let workloads = shell.kubectl(&["get", "deployments,statefulsets,daemonsets", "-o", "name"]).await?;
        for workload in workloads.split_whitespace() {
            shell.kubectl(&["rollout", "status", workload, "--timeout=120s"]).await?;
        }
        Ok(())
    }

    /// Looks once; what was seen stays in `course`.
    async fn look(&self, course: &mut Course) -> anyhow::Result<()> {
        course.last = if self.scenario.has("analyze.sh") {
            written(&self.shell.script("analyze.sh").await?)?
        } else {
            look(&self.access(), &self.shell.namespace, &self.tools.redactor).await?
        };
        Ok(())
    }

    async fn must_be_calm(&self, course: &mut Course) -> anyhow::Result<()> {
        self.look(course).await?;
        let alarms = alarms(&course.last, &self.shell.namespace);
        if !alarms.is_empty() {
            let lines: Vec<String> = alarms.into_iter().map(Seen::line).collect();
            bail!("nothing above info may be reported, but this was: {}", lines.join("; "));
        }
        Ok(())
    }

    /// Something happens, and nothing may be reported of it at any moment.
    async fn stay_calm(&self, course: &mut Course) -> anyhow::Result<()> {
        self.enter(course, Stage::Calm);
        self.shell.script(if self.tools.is_twin { "twin.sh" } else { "inject.sh" }).await?;
        let mut wait = Wait::begin(self.progress(), self.scenario.expect.hold);
        while !wait.is_over() {
            self.must_be_calm(course).await?;
            wait.tell("nothing may be reported");
            sleep(PAUSE).await;
        }
        if !self.tools.is_twin && self.scenario.has("after.sh") {
            self.shell.script("after.sh").await?;
        }
        Ok(())
    }

    /// Breaks it, and waits for the finding and its cause.
    async fn find(&self, course: &mut Course) -> anyhow::Result<()> {
        self.enter(course, Stage::Finding);
        let expect = &self.scenario.expect;
        let mut wait = Wait::begin(self.progress(), expect.within);
        self.shell.script("inject.sh").await?;
        loop {
            self.look(course).await?;
            let verdict = verdict(&course.last, &self.shell.namespace, expect);
            if verdict.finding && course.finding.is_none() {
                course.finding = Some(wait.seconds());
                self.enter(course, Stage::Cause);
            }
            if verdict.cause {
                course.cause = Some(wait.seconds());
                course.found = Some(course.last.clone());
                self.last(wait.seconds()).await;
                return Ok(());
            }
            if wait.is_over() {
                bail!("the {} did not come within {} s", course.stage.name(), expect.within);
            }
            wait.tell(&format!("waiting for the {}", course.stage.name()));
            sleep(PAUSE).await;
        }
    }

    /// Leaves the fault as it is for a while, `seconds` after it was made.
    async fn last(&self, seconds: f64) {
        let rest = f64::from(self.tools.fault_for) - seconds;
        if rest > 0.0 {
            self.progress().say(&format!("the fault lasts {rest:.0} s longer"));
            sleep(Duration::from_secs_f64(rest)).await;
        }
    }

    async fn repair(&self, course: &mut Course) -> anyhow::Result<()> {
        self.enter(course, Stage::Repair);
        self.shell.script("repair.sh").await?;
        self.enter(course, Stage::CalmAfter);
        let mut wait = Wait::begin(self.progress(), self.scenario.expect.calm_within);
        while let Err(error) = self.must_be_calm(course).await {
            if wait.is_over() {
                return Err(error.context(format!("no calm within {} s", self.scenario.expect.calm_within)));
            }
            wait.tell("waiting for calm");
            sleep(PAUSE).await;
        }
        course.calm = Some(wait.seconds());
        sleep(Duration::from_secs(self.tools.calm_for.into())).await;
        Ok(())
    }

    /// Takes everything away again, however far it came.
    async fn clean_up(&self) {
        if self.scenario.has("cleanup.sh")
            && let Err(error) = self.shell.script("cleanup.sh").await
        {
            self.progress().say(&format!("the clean-up did not succeed: {error}"));
        }
        // The name has a mark of this run, so it is nobody else's.
        let namespace = &self.shell.namespace;
        let delete = ["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"];
        if let Err(error) = self.shell.kubectl(&delete).await {
            self.progress().say(&format!("delete the namespace {namespace} by hand: {error}"));
        }
    }
}

/// An error with its causes, in a line.
fn told(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
