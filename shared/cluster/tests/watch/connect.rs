//! A connection to the server of a test.

use chiron_cluster::{Access, Cluster};
use std::io::Write;

/// Connects as everybody does: through a kubeconfig.
pub(crate) async fn connect(url: &str) -> Cluster {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let config = format!(
        "{{apiVersion: v1, kind: Config, current-context: lab, clusters: [{{name: lab, cluster: {{server: '{url}'}}}}], \
         users: [{{name: lab, user: {{}}}}], contexts: [{{name: lab, context: {{cluster: lab, user: lab}}}}]}}"
    );
    file.write_all(config.as_bytes()).unwrap();
    let access = Access { kubeconfig: Some(file.path().to_owned()), ..Access::default() };
    Cluster::connect(&access).await.unwrap()
}
