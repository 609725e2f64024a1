//! Our scores beside those of other programs, on the tuning folders and on the real sets, where they are at hand.
#![cfg(test)]

use super::{
    Entrant, figures,
    judgement::Judgement,
    nab, nab_score,
    nab_score::PROFILES,
    sweep,
    three_sigma::{ThreeSigma, references},
    tracks::Tracks,
};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A path below the shared folder beside the project, if it is there.
fn shared(below: &str) -> Option<PathBuf> {
    Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(below)).filter(|path| path.exists())
}

fn reference() -> Entrant {
    Entrant::of("3-sigma", Some(0.8), || ThreeSigma::new(500, 40))
}

/// What the scorer in Python says of results; or why it says nothing.
fn python(results: &Path, arguments: &[&str]) -> Result<Value, String> {
    let scorer = shared("bench/nab/score.py").ok_or("the scorer in Python is not beside the project")?;
    let labels = shared("data/nab/labels.json").ok_or("the labels are not beside the project")?;
    let json = results.join("scores.json");
    let python = std::env::var_os("CHIRON_PYTHON").unwrap_or_else(|| "python3".into());
    let ran = Command::new(python)
        .arg(scorer)
        .arg(results)
        .args(["--labels".as_ref(), labels.as_os_str()])
        .args(arguments)
        .args(["--json".as_ref(), json.as_os_str()])
        .output()
        .map_err(|error| format!("python3: {error}"))?;
    if !ran.status.success() {
        let text = String::from_utf8_lossy(&ran.stderr).into_owned();
        // Without numpy there is nothing to compare with; everything else is a failure of ours.
        assert!(text.contains("No module named 'numpy'"), "{text}");
        return Err("python3 has no numpy".to_owned());
    }
    serde_json::from_slice(&std::fs::read(json).unwrap()).map_err(|error| error.to_string())
}

#[test]
fn scores_are_those_of_the_scorer_in_python() {
    let Some(corpus) = shared("data/nab") else {
        return println!(
            "skipped: scores against the scorer in Python, because data/nab is not beside the project"
        );
    };
    let out = tempfile::tempdir().unwrap();
    let labels = nab_score::labels(&corpus.join("labels.json")).unwrap();
    let ours = figures::nab(&reference(), &corpus, &labels, Some(out.path())).unwrap();
    let (fixed, best) = match (python(out.path(), &["--threshold", "0.8"]), python(out.path(), &[])) {
        (Ok(fixed), Ok(best)) => (fixed["all"].clone(), best["all"].clone()),
        (Err(reason), _) | (_, Err(reason)) => {
            return println!("skipped: scores against the scorer in Python: {reason}");
        }
    };

    let shipped = ours.shipped.unwrap();
    for (number, profile) in PROFILES.into_iter().enumerate() {
        let theirs = |of: &Value, what: &str| of[profile.name][what].as_f64().unwrap();
        assert!((shipped.scores[number] - theirs(&fixed, "score")).abs() < 1e-6, "{ours:?} {fixed}");
        assert!((ours.best[number] - theirs(&best, "score")).abs() < 1e-6, "{ours:?} {best}");
    }
    assert!((ours.best_threshold - best["standard"]["threshold"].as_f64().unwrap()).abs() < 1e-12);
    assert_eq!(fixed["standard"]["found"], shipped.found);
    assert_eq!(fixed["standard"]["false_runs"], shipped.false_runs);
}

#[test]
fn the_sets_are_read_whole() {
    let Some(folder) = shared("data/k8s") else {
        return println!("skipped: the sets with faults, because data/k8s is not beside the project");
    };

    let sets = figures::sets(&folder).unwrap();

    let counts: Vec<_> = sets.iter().map(|set| (set.name, set.fault_count(), set.episodes.len())).collect();
    assert_eq!(counts, [("nezha, calm first", 24, 1), ("nezha, as recorded", 24, 1), ("petshop", 26, 26)]);
    for set in &sets {
        for it in set.episodes.iter().map(|it| &it.readings).chain([&set.history]) {
            assert!(it.is_sorted_by_key(|it| it.sample.at), "{}", set.name);
        }
        let owners: Vec<_> = set.subjects.iter().map(|it| &it.series.owner.workload).collect();
        let mut faults = set.episodes.iter().flat_map(|it| &it.faults);
        assert!(faults.all(|fault| owners.contains(&&fault.workload)), "{}", set.name);
    }
}

#[test]
fn a_detector_that_always_alerts_pays_for_it() {
    let Some(folder) = shared("data/k8s") else {
        return println!("skipped: the sets with faults, because data/k8s is not beside the project");
    };
    let always = Entrant::of("always", Some(-1.0), || ThreeSigma::new(30, usize::MAX));
    for set in figures::sets(&folder).unwrap() {
        let heard = set.play((always.detector)());

        let judgement = Judgement::shipped(&Tracks::new(&set, &heard));

        assert!(judgement.false_rate() > 20.0, "{judgement:?}");
    }
}

#[test]
fn the_sweep_counts_as_the_judge_does() {
    let Some(folder) = shared("data/k8s/10-service-metrics-with-faults-petshop") else {
        return println!("skipped: the sweep on a real set, because data/k8s is not beside the project");
    };
    let set = figures::sets(&folder).unwrap().remove(0);
    let entrant = references().remove(1);
    let heard = set.play((entrant.detector)());
    let tracks = Tracks::new(&set, &heard);
    let best = sweep::best(&tracks, 0.1).map(|threshold| Judgement::at(&tracks, threshold)).unwrap();

    assert!(best.false_rate() <= 0.1);
    for step in 1..100 {
        let judgement = Judgement::at(&tracks, f64::from(step) / 100.0);
        let is_within = judgement.false_rate() <= 0.1;
        assert!(!is_within || judgement.found.strict <= best.found.strict, "{judgement:?}");
    }
}

#[test]
fn results_do_not_depend_on_rows_to_come() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("real")).unwrap();
    let rows: Vec<String> = (0..300)
        .map(|row| format!("2014-04-01 {:02}:{:02}:00,{}", row / 60, row % 60, (row * 7919) % 100))
        .collect();
    let scores = |count: usize| {
        let text = format!("timestamp,value\n{}\n", rows[..count].join("\n"));
        std::fs::write(folder.path().join("real/a.csv"), text).unwrap();
        nab::run(folder.path(), None, reference().scorer.as_ref()).unwrap().remove(0).scores
    };
    let (part, whole) = (scores(200), scores(300));

    assert_eq!(part, whole[..200]);
}
