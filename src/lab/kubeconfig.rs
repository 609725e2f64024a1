//! The one way to the cluster that scripts and looks share, and whether that cluster may be broken.

use super::{ShellError, kubectl};
use crate::{
    args::{ClusterArgs, LabPlace},
    settings,
};
use anyhow::{Context, bail};
use serde_json::Value;
use std::{
    ffi::OsString,
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// A kubeconfig with one context. Scripts see nothing else, so that they reach no other cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Kubeconfig {
    /// Name of the context.
    pub context: String,
    config: Value,
}

/// The context in use, with its credentials in it.
///
/// # Errors
/// When more than one context is named, or kubectl finds none.
pub async fn kubeconfig(args: &ClusterArgs) -> anyhow::Result<Kubeconfig> {
    let file = args.kubeconfig.as_ref().map(|it| it.display().to_string());
    let mut asked = vec!["config", "view", "--raw", "--flatten", "--minify", "-o", "json"];
    if let Some(file) = &file {
        asked.extend(["--kubeconfig", file]);
    }
    match args.context.as_slice() {
        [] => {}
        [context] => asked.extend(["--context", context]),
        more => bail!("expected one context, got {}: a drill is on one cluster", more.join(", ")),
    }
    let text = kubectl(None, &asked).await.map_err(|error| match error {
        // It only says that there is no current context.
        ShellError::Failed { said, .. } => anyhow::anyhow!("kubectl finds no cluster in use: {said}"),
        other @ (ShellError::NotStarted { .. } | ShellError::TooSlow { .. }) => other.into(),
    })?;
    Kubeconfig::read(&text).context("kubectl config view gave no kubeconfig")
}

impl Kubeconfig {
    fn read(text: &str) -> anyhow::Result<Self> {
        let config: Value = serde_json::from_str(text)?;
        let context = config["current-context"].as_str().filter(|it| !it.is_empty());
        let context = context.context("it has no current context")?.to_owned();
        Ok(Self { context, config })
    }

    /// Writes it for one user, with a namespace where one is given.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path, namespace: Option<&str>) -> io::Result<()> {
        let mut config = self.config.clone();
        if let (Some(namespace), Some(context)) =
            (namespace, config.pointer_mut("/contexts/0/context").and_then(Value::as_object_mut))
        {
            context.insert("namespace".to_owned(), namespace.into());
        }
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.write_all(config.to_string().as_bytes())
    }
}

/// Whether the cluster in use is that of the lab around us: its kubeconfig lies in the lab's work folder.
#[must_use]
pub fn is_of_lab(lab: &LabPlace, args: &ClusterArgs) -> bool {
    let environment = args.kubeconfig.clone().map(OsString::from).or(settings::cluster_access().environment);
    let paths: Vec<PathBuf> = environment.iter().flat_map(std::env::split_paths).collect();
    let (Some(work), [path]) = (&lab.lab_work, paths.as_slice()) else { return false };
    let (Ok(work), Ok(path)) = (work.canonicalize(), path.canonicalize()) else { return false };
    args.context.is_empty() && path.parent() == Some(&work)
}

/// Whether somebody said that the cluster may be broken.
///
/// # Errors
/// What must be said, when it was not.
pub fn may_be_broken(context: &str, throw_away: Option<&str>, is_of_lab: bool) -> anyhow::Result<()> {
    match throw_away {
        Some(named) if named == context => Ok(()),
        Some(named) => bail!("--throw-away names the context {named:?}, but the one in use is {context:?}"),
        None if is_of_lab => Ok(()),
        None => bail!(
            "a drill breaks things on purpose; say that the cluster of the context {context:?} may be broken: --throw-away {context}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::LabMode;

    const CONFIG: &str = r#"{"current-context": "kind-a", "contexts": [{"name": "kind-a", "context": {"cluster": "a", "user": "u"}}]}"#;

    #[test]
    fn a_cluster_is_broken_only_when_it_is_named() {
        let refusal = |named| may_be_broken("prod", named, false).unwrap_err().to_string();

        assert!(refusal(None).contains("--throw-away prod"), "{}", refusal(None));
        assert!(
            refusal(Some("kind-a")).contains("the one in use is \"prod\""),
            "{}",
            refusal(Some("kind-a"))
        );
        may_be_broken("kind-a", Some("kind-a"), false).unwrap();
        may_be_broken("lab", None, true).unwrap();
        may_be_broken("lab", Some("prod"), true).unwrap_err();
    }

    #[test]
    fn only_the_kubeconfig_in_its_work_folder_is_that_of_the_lab() {
        let work = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        for folder in [&work, &other] {
            fs::write(folder.path().join("kubeconfig"), "").unwrap();
        }
        let place = LabPlace { lab_work: Some(work.path().to_owned()), lab_mode: LabMode::Full };
        let nowhere = LabPlace { lab_work: None, lab_mode: LabMode::Full };
        let at = |folder: &tempfile::TempDir| ClusterArgs {
            kubeconfig: Some(folder.path().join("kubeconfig")),
            context: Vec::new(),
        };

        assert!(is_of_lab(&place, &at(&work)));
        assert!(!is_of_lab(&place, &at(&other)));
        assert!(!is_of_lab(&nowhere, &at(&work)));
        assert!(!is_of_lab(&place, &ClusterArgs { context: vec!["prod".to_owned()], ..at(&work) }));
    }

    #[test]
    fn the_namespace_goes_into_the_context() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kubeconfig");
        let read = Kubeconfig::read(CONFIG).unwrap();

        read.write(&path, Some("s-1")).unwrap();

        let written: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(written["contexts"][0]["context"]["namespace"], "s-1");
        assert_eq!(written["contexts"][0]["context"]["user"], "u");
        assert_eq!(read.context, "kind-a");
        assert!(Kubeconfig::read("{}").is_err());
    }
}
