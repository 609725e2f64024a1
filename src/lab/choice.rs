//! Which scenarios are played, and why others are not.

use super::{Scenario, expect::Need, expect::Reach};
use crate::args::LabMode;
use anyhow::bail;

/// What the cluster is, and what may be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The mode of the lab; none for a cluster of somebody's own.
    pub lab: Option<LabMode>,
    /// Whether nodes and other objects outside of the namespace may be touched.
    pub is_whole: bool,
    /// Whether the metrics API answers.
    pub has_metrics: bool,
}

impl Place {
    /// As results name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.lab {
            None => "cluster",
            Some(LabMode::Full) => "full",
            Some(LabMode::Light) => "light",
        }
    }
}

/// The scenarios that are named, in their own order; all when none is.
///
/// # Errors
/// When a name is none.
pub fn chosen<'a>(scenarios: &'a [Scenario], names: &[String]) -> anyhow::Result<Vec<&'a Scenario>> {
    for name in names {
        if !scenarios.iter().any(|it| it.is_named(name)) {
            bail!("there is no scenario {name:?}: `chiron lab list` names them all");
        }
    }
    let is_chosen = |it: &&Scenario| names.is_empty() || names.iter().any(|name| it.is_named(name));
    Ok(scenarios.iter().filter(is_chosen).collect())
}

/// Why a scenario is not played there; none when it is.
#[must_use]
pub fn why_not(scenario: &Scenario, place: Place, is_named: bool, is_twin: bool) -> Option<&'static str> {
    let expect = &scenario.expect;
    if expect.needs == Some(Need::Lab) && place.lab.is_none() {
        return Some("needs programs of the project's own lab, tests/lab/run");
    }
    if !expect.mode.takes(place.lab.unwrap_or(LabMode::Full)) {
        return Some(match place.lab {
            Some(LabMode::Light) => "needs a real kubelet, as a lab in full mode has",
            Some(LabMode::Full) | None => "needs simulated nodes, as a lab in light mode has",
        });
    }
    if expect.touches == Reach::Cluster && place.lab.is_none() && !place.is_whole {
        return Some("touches objects outside of its namespace; --whole-cluster allows it");
    }
    if expect.metrics && !place.has_metrics {
        return Some("needs the metrics API: --metrics of tests/lab/run, elsewhere metrics-server");
    }
    if is_twin && !scenario.has("twin.sh") && !expect.calm {
        return Some("has no healthy twin");
    }
    (expect.slow && !is_named).then_some("takes many minutes; name it")
}

/// What is said when nothing was played.
#[must_use]
pub fn refused(names: &[String]) -> String {
    if names.is_empty() {
        return "no scenario fits this cluster".to_owned();
    }
    format!("nothing of {} fits this cluster", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Expect;
    use std::{fs, path::PathBuf};

    const OWN: Place = Place { lab: None, is_whole: false, has_metrics: false };
    const FULL: Place = Place { lab: Some(LabMode::Full), ..OWN };
    const LIGHT: Place = Place { lab: Some(LabMode::Light), ..OWN };

    fn scenario(name: &str, keys: &str) -> Scenario {
        let expect = Expect::read(&format!(r#"{{"title": "x", "calm": "yes"{keys}}}"#)).unwrap();
        Scenario { name: name.to_owned(), folder: PathBuf::from("nowhere"), expect }
    }

    fn fits(keys: &str, place: Place) -> bool {
        why_not(&scenario("S-1", keys), place, false, false).is_none()
    }

    #[test]
    fn what_leaves_its_namespace_wants_the_whole_cluster() {
        let keys = r#", "touches": "cluster""#;

        assert!(!fits(keys, OWN));
        assert!(fits(keys, Place { is_whole: true, ..OWN }) && fits(keys, FULL));
    }

    #[test]
    fn what_needs_the_lab_is_played_nowhere_else() {
        let keys = r#", "needs": "lab""#;

        assert!(!fits(keys, Place { is_whole: true, ..OWN }) && fits(keys, FULL));
    }

    #[test]
    fn a_cluster_of_somebody_has_kubelets() {
        let (light, any) = (r#", "mode": "light""#, r#", "mode": "any""#);

        assert!(fits("", OWN) && fits("", FULL) && !fits("", LIGHT));
        assert!(!fits(light, OWN) && !fits(light, FULL) && fits(light, LIGHT));
        assert!(fits(any, OWN) && fits(any, FULL) && fits(any, LIGHT));
    }

    #[test]
    fn metrics_are_needed_where_they_are_asked_for() {
        let keys = r#", "metrics": "yes""#;

        assert!(!fits(keys, FULL) && fits(keys, Place { has_metrics: true, ..FULL }));
    }

    #[test]
    fn what_is_slow_is_played_when_it_is_named() {
        let slow = scenario("S-1", r#", "slow": "yes""#);

        assert!(why_not(&slow, FULL, false, false).is_some() && why_not(&slow, FULL, true, false).is_none());
    }

    #[test]
    fn a_twin_is_played_where_there_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut fault = scenario("S-1", "");
        fault.expect.calm = false;
        fault.folder = folder.path().to_owned();

        let without = why_not(&fault, FULL, false, true);
        fs::write(folder.path().join("twin.sh"), "").unwrap();
        let with = why_not(&fault, FULL, false, true);

        assert_eq!((without, with), (Some("has no healthy twin"), None));
    }

    #[test]
    fn scenarios_are_chosen_by_how_their_names_begin() {
        let all = [scenario("S-06-a", ""), scenario("S-06-b", ""), scenario("S-07-c", "")];
        let names = |asked: &[&str]| -> Vec<String> {
            let asked: Vec<String> = asked.iter().map(|it| (*it).to_owned()).collect();
            chosen(&all, &asked).unwrap().iter().map(|it| it.name.clone()).collect()
        };

        assert_eq!(names(&["S-06", "S-06-b"]), ["S-06-a", "S-06-b"]);
        assert_eq!(names(&[]).len(), 3);
        let error = chosen(&all, &["S-9".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("\"S-9\""), "{error}");
    }
}
