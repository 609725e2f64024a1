//! `chiron lab`

use super::{Answer, is_json, print_json};
use crate::{
    args::{LabCommand, LabListArgs, LabRunArgs},
    lab::{
        Drill, Kubeconfig, Outcome, Place, Reach, Scenario, Shell, Tools, chosen, is_of_lab, kubeconfig,
        kubectl, may_be_broken, refused, scenarios, unpack, why_not,
    },
    tables::table,
};
use anyhow::{Context, bail};
use chiron_redact::Redactor;
use chiron_runtime::asked_to_stop;
use futures::{FutureExt, future::Shared};
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// Asks whether there are metrics of nodes.
const METRICS: &str = "/apis/metrics.k8s.io/v1beta1/nodes";

pub(super) async fn run(command: &LabCommand) -> anyhow::Result<Answer> {
    match command {
        LabCommand::List(args) => list(args),
        LabCommand::Run(args) => drill(args).await,
    }
}

fn list(args: &LabListArgs) -> anyhow::Result<Answer> {
    let desk = Desk::new(args.scenarios.as_deref(), None)?;
    if is_json(args.output) {
        print_json(&desk.scenarios.iter().map(row).collect::<Vec<Value>>())?;
        return Ok(Answer::Yes);
    }
    let mut table = table(&["scenario", "mode", "what goes wrong", "besides"]);
    for it in &desk.scenarios {
        table.add_row([it.name.as_str(), it.expect.mode.name(), &it.expect.title, &besides(it)]);
    }
    writeln!(io::stdout(), "{table}")?;
    Ok(Answer::Yes)
}

fn row(scenario: &Scenario) -> Value {
    let Scenario { name, expect, .. } = scenario;
    json!({
        "name": name, "mode": expect.mode, "title": expect.title, "touches": expect.touches,
        "needs": expect.needs, "metrics": expect.metrics, "slow": expect.slow, "twin": scenario.has("twin.sh"),
    })
}

/// What must be known before it is played.
fn besides(scenario: &Scenario) -> String {
    let expect = &scenario.expect;
    let all = [
        (expect.needs.is_some(), "only in the project's lab"),
        (expect.touches == Reach::Cluster, "touches the cluster"),
        (expect.metrics, "needs metrics"),
        (expect.slow, "slow"),
    ];
    all.iter().filter(|(is_so, _)| *is_so).map(|(_, what)| *what).collect::<Vec<_>>().join(", ")
}

/// Scenarios, unpacked to a folder that is removed.
struct Desk {
    folder: TempDir,
    scenarios: Vec<Scenario>,
}

impl Desk {
    fn new(from: Option<&Path>, image: Option<&str>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder can be made")?;
        let place = folder.path().join("scenarios");
        unpack(from, image, &place).context("the scenarios cannot be unpacked")?;
        Ok(Self { scenarios: scenarios(&place)?, folder })
    }

    /// Prepares the scripts of a scenario: a folder, a namespace, and the way to the cluster.
    fn shell(&self, scenario: &Scenario, kubeconfig: &Kubeconfig) -> anyhow::Result<Shell> {
        let mark = uuid::Uuid::new_v4().simple().to_string();
        let namespace = scenario.namespace(&mark[..8]);
        let folder = self.folder.path().join(&namespace);
        let scratch = folder.join("scratch");
        fs::create_dir_all(&scratch)?;
        let path = folder.join("kubeconfig");
        kubeconfig.write(&path, Some(&namespace))?;
        Ok(Shell {
            folder: scenario.folder.clone(),
            kubeconfig: path,
            namespace,
            scratch,
            chiron: std::env::current_exe().context("this program does not find itself")?,
        })
    }
}

async fn drill(args: &LabRunArgs) -> anyhow::Result<Answer> {
    let desk = Desk::new(args.scenarios.as_deref(), args.image.as_deref())?;
    let chosen = chosen(&desk.scenarios, &args.names)?;
    let kubeconfig = kubeconfig(&args.cluster).await?;
    let is_of_lab = is_of_lab(&args.lab, &args.cluster);
    may_be_broken(&kubeconfig.context, args.throw_away.as_deref(), is_of_lab)?;
    let place = place(args, is_of_lab, &desk, &kubeconfig).await?;
    let mut results = Results::create(args.out.as_deref())?;
    let tools = tools(args, place)?;
    let stop = asked_to_stop().boxed().shared();
    for scenario in chosen {
        if let Some(why) = why_not(scenario, place, !args.names.is_empty(), args.twin) {
            writeln!(io::stdout(), "SKIP {}: {why}", scenario.name)?;
            continue;
        }
        let shell = desk.shell(scenario, &kubeconfig)?;
        results.take(&play(Drill { scenario, shell, tools: &tools }, stop.clone()).await?)?;
    }
    results.answer(&args.names)
}

async fn play(
    drill: Drill<'_>,
    stop: Shared<futures::future::BoxFuture<'static, ()>>,
) -> anyhow::Result<Outcome> {
    let scratch = drill.shell.scratch.clone();
    let outcome = Box::pin(drill.run(stop)).await;
    // What still runs in the background ends when its folder is gone; what it left goes with the folder above.
    let _ = fs::remove_dir_all(scratch);
    outcome
}

/// Asks the cluster what it is; one that does not answer is told before anything is broken.
async fn place(
    args: &LabRunArgs,
    is_of_lab: bool,
    desk: &Desk,
    kubeconfig: &Kubeconfig,
) -> anyhow::Result<Place> {
    let path = desk.folder.path().join("kubeconfig");
    kubeconfig.write(&path, None)?;
    kubectl(Some(&path), &["get", "--raw", "/version"]).await.context("the cluster does not answer")?;
    Ok(Place {
        lab: is_of_lab.then_some(args.lab.lab_mode),
        is_whole: args.whole_cluster,
        has_metrics: kubectl(Some(&path), &["get", "--raw", METRICS]).await.is_ok(),
    })
}

fn tools(args: &LabRunArgs, place: Place) -> anyhow::Result<Tools> {
    for folder in [&args.raw, &args.record].into_iter().flatten() {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    Ok(Tools {
        // What is shown and not kept needs no key that outlives it.
        redactor: Redactor::new(uuid::Uuid::new_v4().as_bytes()),
        mode: place.name(),
        is_twin: args.twin,
        raw: args.raw.clone(),
        record: args.record.clone(),
        fault_for: args.fault_for,
        calm_for: args.calm_for,
    })
}

/// Where results go.
struct Results {
    out: Option<(PathBuf, File)>,
    passed: usize,
    failed: usize,
}

impl Results {
    fn create(out: Option<&Path>) -> anyhow::Result<Self> {
        let create = |path: &Path| -> anyhow::Result<(PathBuf, File)> {
            let file = File::create(path).with_context(|| path.display().to_string())?;
            Ok((path.to_owned(), file))
        };
        Ok(Self { out: out.map(create).transpose()?, passed: 0, failed: 0 })
    }

    fn take(&mut self, outcome: &Outcome) -> anyhow::Result<()> {
        if outcome.is_pass() {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
        if let Some((path, file)) = &mut self.out {
            let mut line = serde_json::to_vec(outcome)?;
            line.push(b'\n');
            file.write_all(&line).with_context(|| path.display().to_string())?;
        }
        outcome.print(&mut io::stdout().lock())?;
        Ok(())
    }

    fn answer(&self, names: &[String]) -> anyhow::Result<Answer> {
        let Self { passed, failed, .. } = self;
        if passed + failed == 0 {
            bail!(refused(names));
        }
        writeln!(io::stdout(), "{passed} passed, {failed} did not")?;
        Ok(Answer::from(*failed == 0))
    }
}
