//! One look at the cluster, as `chiron analyze` looks.

use super::seen::Look;
use super::shell::Said;
use crate::{
    analysis::{Wanted, examine, from_cluster},
    ports::now,
};
use anyhow::Context;
use chiron_cluster::{Access, Scope};
use chiron_redact::Redactor;
use serde_json::Value;

/// Looks at one namespace.
///
/// # Errors
/// When the cluster cannot be read.
pub(super) async fn look(access: &Access, namespace: &str, redactor: &Redactor) -> anyhow::Result<Look> {
    let scope = Scope { namespaces: vec![namespace.to_owned()], ..Scope::default() };
    let mut taken = from_cluster(access, &scope, &Wanted::default(), now(), redactor).await?;
    let rows = examine(&mut taken).iter().map(serde_json::to_value).collect::<Result<Vec<Value>, _>>()?;
    let warnings = taken.notes.iter().map(|it| format!("warning: {}: {}", it.place, it.message)).collect();
    Ok(Look::read(rows, warnings)?)
}

/// What `analyze.sh` wrote: the output of `chiron analyze -o json`.
///
/// # Errors
/// When it wrote anything else.
pub(super) fn written(said: &Said) -> anyhow::Result<Look> {
    let what =
        "analyze.sh wrote something else than a list of findings, as `chiron analyze -o json` prints it";
    let rows: Vec<Value> = serde_json::from_str(&said.out).context(what)?;
    Look::read(rows, said.err.lines().map(str::to_owned).collect()).context(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_script_wrote_must_be_findings() {
        let said = |out: &str| Said { out: out.to_owned(), err: "warning: b: 401\n".to_owned() };

        let nothing = written(&said("[]")).unwrap();
        let error = written(&said("no findings")).unwrap_err();

        assert_eq!((nothing.rows.len(), nothing.warnings), (0, vec!["warning: b: 401".to_owned()]));
        assert!(error.to_string().contains("analyze.sh wrote something else"), "{error}");
    }
}
