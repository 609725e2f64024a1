//! Which cluster, and as whom.

use crate::Limits;
use kube::config::{Config, KubeConfigOptions, Kubeconfig, KubeconfigError};
use std::{ffi::OsString, path::PathBuf};

/// Where the way to a cluster is written. Reads no environment itself: the caller passes what it found there.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// A kubeconfig the user named; it must exist. Wins over everything else.
    pub kubeconfig: Option<PathBuf>,
    /// `$KUBECONFIG` as it was found: paths that are merged, the first one wins; absent files are skipped.
    pub environment: Option<OsString>,
    /// The home folder; its `.kube/config` is read when nothing else is given. Without that, the service account of
    /// the pod we run in.
    pub home: Option<PathBuf>,
    /// Context of the kubeconfig; `None` takes its current one.
    pub context: Option<String>,
    /// Our own name for the cluster, which all observations carry; `None` takes the name of the context.
    pub name: Option<String>,
    /// Limits of every request.
    pub limits: Limits,
}

/// Why no way to a cluster was found. The text says what was wanted, what is there and what to do.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// No kubeconfig anywhere, and not inside a cluster.
    #[error(
        "no kubeconfig found (looked at {}) and this is no pod of a cluster; name one with --kubeconfig or KUBECONFIG",
        listed(.looked_at)
    )]
    Nowhere {
        /// The files that were looked for.
        looked_at: Vec<String>,
    },
    /// The kubeconfig that was named does not exist or cannot be read.
    #[error("cannot read the kubeconfig {path}; check the path and who may read it")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The kubeconfig is not one, or lacks a part.
    #[error("the kubeconfig {path} cannot be used: {why}")]
    Unusable {
        /// The file or files.
        path: String,
        /// What is wrong, and what to do.
        why: String,
    },
    /// The context is not in the kubeconfig.
    #[error("the kubeconfig {path} has no context {context:?}; it has {}", listed(.known))]
    UnknownContext {
        /// The file or files.
        path: String,
        /// The context that was wanted.
        context: String,
        /// The contexts there are.
        known: Vec<String>,
    },
    /// The kubeconfig has no current context and none was named.
    #[error("the kubeconfig {path} has no current context; name one with --context: {}", listed(.known))]
    NoContext {
        /// The file or files.
        path: String,
        /// The contexts there are.
        known: Vec<String>,
    },
    /// The program that fetches the credential failed.
    #[error(
        "the credential program of context {context:?} gave no credential: {why}; run it by hand, or log in again"
    )]
    Plugin {
        /// The context.
        context: String,
        /// What the program said or did.
        why: String,
    },
}

/// A way to a cluster.
pub(crate) struct Way {
    /// Name of the context, or `in-cluster`.
    pub(crate) context: String,
    /// Address and credential.
    pub(crate) config: Config,
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl Access {
    /// Finds the way to the cluster. Speaks to nobody.
    pub(crate) async fn way(&self) -> Result<Way, AccessError> {
        let paths = self.paths();
        let explicit = self.kubeconfig.is_some();
        let there: Vec<PathBuf> = paths.iter().filter(|path| explicit || path.exists()).cloned().collect();
        if there.is_empty() { self.inside(&paths) } else { self.outside(&there).await }
    }

    fn paths(&self) -> Vec<PathBuf> {
        if let Some(path) = &self.kubeconfig {
            return vec![path.clone()];
        }
        let named: Vec<PathBuf> = self
            .environment
            .iter()
            .flat_map(std::env::split_paths)
            .filter(|path| !path.as_os_str().is_empty())
            .collect();
        if named.is_empty() {
            self.home.iter().map(|home| home.join(".kube/config")).collect()
        } else {
            named
        }
    }

    fn inside(&self, looked_at: &[PathBuf]) -> Result<Way, AccessError> {
        let looked_at: Vec<String> = looked_at.iter().map(|path| path.display().to_string()).collect();
        if let Some(context) = &self.context {
            return Err(AccessError::UnknownContext {
                path: listed(&looked_at),
                context: context.clone(),
                known: Vec::new(),
            });
        }
        let config = Config::incluster().map_err(|_| AccessError::Nowhere { looked_at })?;
        Ok(Way { context: "in-cluster".to_owned(), config })
    }

    async fn outside(&self, paths: &[PathBuf]) -> Result<Way, AccessError> {
        let path = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        let merged = merged(paths)?;
        let context = self.context_in(&merged, &path)?;
        let options = KubeConfigOptions { context: Some(context.clone()), cluster: None, user: None };
        let config = Config::from_custom_kubeconfig(merged, &options)
            .await
            .map_err(|error| AccessError::Unusable { path, why: explained(&error) })?;
        Ok(Way { context, config })
    }

    fn context_in(&self, kubeconfig: &Kubeconfig, path: &str) -> Result<String, AccessError> {
        let known: Vec<String> = kubeconfig.contexts.iter().map(|context| context.name.clone()).collect();
        let wanted = self.context.clone().or_else(|| kubeconfig.current_context.clone());
        match wanted.filter(|context| !context.is_empty()) {
            Some(context) if known.contains(&context) => Ok(context),
            Some(context) => Err(AccessError::UnknownContext { path: path.to_owned(), context, known }),
            None => Err(AccessError::NoContext { path: path.to_owned(), known }),
        }
    }
}

fn merged(paths: &[PathBuf]) -> Result<Kubeconfig, AccessError> {
    let mut all = Kubeconfig::default();
    for path in paths {
        let name = path.display().to_string();
        let one = Kubeconfig::read_from(path).map_err(|error| unread(name.clone(), error))?;
        all = all.merge(one).map_err(|error| AccessError::Unusable { path: name, why: explained(&error) })?;
    }
    Ok(all)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other errors speak for themselves")]
fn unread(path: String, error: KubeconfigError) -> AccessError {
    match error {
        KubeconfigError::ReadConfig(source, _) => AccessError::Unreadable { path, source },
        other => AccessError::Unusable { path, why: explained(&other) },
    }
}

/// What is wrong with a kubeconfig, in our words where the user can do something about it.
#[expect(clippy::wildcard_enum_match_arm, reason = "other errors speak for themselves")]
fn explained(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::LoadClusterOfContext(name) => {
            format!("its context names the cluster {name:?}, which is not in it")
        }
        KubeconfigError::MissingClusterUrl => "its cluster has no server address".to_owned(),
        other => format!("{other}; compare it with `kubectl config view`"),
    }
}
