//! Compares sequence learners on recordings of which it is known when something was wrong.

use super::{TrainError, recordings, steps::Step};
use crate::{
    replay::{Input, Progress},
    tables::table,
};
use chiron_model::Timestamp;
#[cfg(feature = "neural")]
use chiron_streaming::GruSequence;
use chiron_streaming::{
    Learner, SequenceDetector,
    evaluation::{Evaluation, LabelledStep, LabelledStream, Part, evaluate},
};
use comfy_table::Table;
use serde::Serialize;
#[cfg(feature = "neural")]
use std::cell::{Cell, RefCell};
use std::{
    collections::BTreeSet,
    path::Path,
    time::{Duration, Instant},
};

/// The day of all recordings.
const DAY: &str = "2026-11-21T";

/// Recordings with a fault: when it was injected and when it was repaired, or the recording ended.
const FAULTS: &[(&str, &str, &str)] = &[
    ("shop-env", "04:18:52.121Z", "04:21:27.184Z"),
    ("shop-image", "04:19:00.552Z", "04:21:29.062Z"),
    ("shop-oom", "04:18:56.393Z", "04:21:28.266Z"),
    ("shop-probe", "04:19:04.663Z", "04:21:29.754Z"),
    ("shop-quota", "04:19:12.902Z", "04:21:31.072Z"),
    ("shop-schedule", "04:19:08.771Z", "04:21:30.356Z"),
    ("shop-selector", "04:19:17.149Z", "04:21:31.626Z"),
    ("closed-by-deletion", "09:50:08.661Z", "09:51:58.727Z"),
    ("cm-deleted-envfrom", "09:41:15.026Z", "09:43:20.169Z"),
    ("cm-dotted-env", "09:41:08.989Z", "09:43:11.300Z"),
    ("cronjob-fails", "09:48:23.128Z", "09:51:08.314Z"),
    ("decoys", "09:49:59.846Z", "09:51:49.951Z"),
    ("env-removed", "09:41:24.103Z", "09:43:14.217Z"),
    ("label-change", "09:46:32.734Z", "09:48:22.858Z"),
    ("limitrange-lowered", "09:54:22.567Z", "09:56:32.898Z"),
    ("liveness-port", "09:40:47.923Z", "09:42:58.124Z"),
    ("node-selector", "09:46:05.487Z", "09:47:55.590Z"),
    ("open-unrepaired", "09:49:50.465Z", "09:54:08.652Z"),
    ("pvc-storageclass", "09:47:26.928Z", "09:49:17.076Z"),
    ("quota-tightened", "09:46:41.661Z", "09:48:56.860Z"),
    ("readiness-path", "09:40:57.150Z", "09:42:47.233Z"),
    ("sidecar-oom", "09:40:41.984Z", "09:42:32.061Z"),
    ("sts-image", "09:40:32.982Z", "09:42:23.060Z"),
    ("svc-targetport", "09:46:23.635Z", "09:48:13.882Z"),
];

/// Recordings in which nothing is wrong.
const CALM: &[&str] = &["shop-calm", "calm-hpa", "calm-job-retry", "calm-scale-evict", "calm-slow-rollout"];

/// How a learner did on the recordings, each time taught by the calm parts of all others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SequenceFigures {
    /// The learner.
    pub detector: &'static str,
    /// Area under the ROC curve of the scores of steps: in faults against calm. 0.5 is chance.
    pub auc: f64,
    /// The same against the steps of wholly calm recordings alone.
    pub auc_of_calm_recordings: f64,
    /// Recordings with a fault.
    pub faults: usize,
    /// Those with an alert by the score of a step, at one false alert in a calm recording.
    pub found_by_steps: Vec<String>,
    /// Those with an alert by silence, at one false alert in a calm recording.
    pub found_by_silence: Vec<String>,
    /// Those with neither.
    pub missed: Vec<String>,
    /// Those with an alert of either kind before the fault.
    pub too_early: Vec<String>,
    /// Steps that were scored and learned in a second.
    pub steps_per_second: f64,
    /// Size of the largest state, in bytes.
    pub state_bytes: usize,
}

/// When the fault of a recording begins and ends.
type Fault = Option<(Timestamp, Timestamp)>;

/// Reads those recordings of a folder that are known, by their names. Also returns the names of the others.
///
/// # Errors
/// When a file cannot be read, or none is known.
pub async fn streams(
    files: Vec<Input>,
    progress: &mut Progress,
) -> Result<(Vec<LabelledStream>, Vec<String>), TrainError> {
    let (mut streams, mut unknown) = (Vec::new(), Vec::new());
    for file in files {
        let name = stem(&file.name());
        let Some(fault) = fault_of(&name) else {
            unknown.push(name);
            continue;
        };
        progress.say(format!("reading: {name}"));
        let recorded = recordings::read(vec![file], "lab", None, &mut Progress::none()).await?;
        let (_, steps) = recorded.steps.of(None)?;
        streams.push(LabelledStream {
            name,
            steps: steps.into_iter().map(|step| labelled(step, fault)).collect(),
        });
    }
    if streams.is_empty() {
        return Err(TrainError::Nothing(": give the folder of Chiron's own recordings".to_owned()));
    }
    streams.sort_by(|a, b| a.name.cmp(&b.name));
    progress.done(&format!("read {} recordings", streams.len()));
    Ok((streams, unknown))
}

/// Measures one kind of learner.
type Measure = fn(&[LabelledStream], &mut Progress) -> SequenceFigures;

/// The learners of this program.
const LEARNERS: &[Measure] = &[
    counting,
    #[cfg(feature = "neural")]
    network,
];

/// Compares all learners of this program.
#[must_use]
pub fn compare(streams: &[LabelledStream], progress: &mut Progress) -> Vec<SequenceFigures> {
    LEARNERS.iter().map(|measure| measure(streams, progress)).collect()
}

fn counting(streams: &[LabelledStream], progress: &mut Progress) -> SequenceFigures {
    let teach = |others: &[&LabelledStream]| {
        let mut learner = SequenceDetector::default();
        others.iter().flat_map(|it| it.calm_steps()).for_each(|step| learner.learn_one(step));
        learner
    };
    let found = figures(SequenceDetector::NAME, &evaluate(teach, streams, clock()));
    progress.done(&format!("measured {}", SequenceDetector::NAME));
    found
}

/// Trained as often, and with the seed, that `chiron train sequence` takes when nobody says another.
#[cfg(feature = "neural")]
fn network(streams: &[LabelledStream], progress: &mut Progress) -> SequenceFigures {
    const EPOCHS: u32 = 30;
    const SEED: u64 = 1;
    let (number, progress) = (Cell::new(0), RefCell::new(progress));
    let teach = |others: &[&LabelledStream]| {
        number.set(number.get() + 1);
        let mut learner = GruSequence::new(SEED);
        let steps: Vec<_> = others.iter().flat_map(|it| it.calm_steps()).collect();
        learner.train(&steps, EPOCHS, |epoch| {
            let (number, of) = (number.get(), streams.len());
            let said = format!("training {number} of {of}: epoch {} of {}", epoch.number, epoch.of);
            progress.borrow_mut().say(format!("{said}, {:.2} bits a step", epoch.bits));
        });
        learner
    };
    let found = figures(GruSequence::NAME, &evaluate(teach, streams, clock()));
    progress.borrow_mut().done(&format!("measured {}", GruSequence::NAME));
    found
}

/// Figures as a table for people.
#[must_use]
pub fn figures_table(figures: &[SequenceFigures]) -> Table {
    let mut table = table(&[
        "detector",
        "AUC",
        "AUC, calm recordings",
        "faults found",
        "by steps",
        "by silence",
        "alerts too early",
        "steps a second",
        "state",
    ]);
    for it in figures {
        table.add_row([
            it.detector.to_owned(),
            format!("{:.3}", it.auc),
            format!("{:.3}", it.auc_of_calm_recordings),
            format!("{} of {}", it.faults - it.missed.len(), it.faults),
            it.found_by_steps.len().to_string(),
            it.found_by_silence.len().to_string(),
            it.too_early.len().to_string(),
            format!("{:.0}", it.steps_per_second),
            format!("{} B", it.state_bytes),
        ]);
    }
    table
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52 steps")]
fn figures(detector: &'static str, evaluation: &Evaluation) -> SequenceFigures {
    let Evaluation { by_steps, by_silence, .. } = evaluation;
    let both = |a: &[String], b: &[String]| a.iter().chain(b).cloned().collect::<BTreeSet<_>>();
    let found = both(&by_steps.detected, &by_silence.detected);
    let missed = by_steps.missed.iter().filter(|name| !found.contains(*name)).cloned().collect();
    let seconds = evaluation.took.as_secs_f64().max(f64::MIN_POSITIVE);
    SequenceFigures {
        detector,
        auc: evaluation.auc,
        auc_of_calm_recordings: evaluation.auc_of_calm_streams,
        faults: by_steps.detected.len() + by_steps.missed.len(),
        found_by_steps: by_steps.detected.clone(),
        found_by_silence: by_silence.detected.clone(),
        missed,
        too_early: both(&by_steps.too_early, &by_silence.too_early).into_iter().collect(),
        steps_per_second: evaluation.steps as f64 / seconds,
        state_bytes: evaluation.state,
    }
}

/// A clock that starts now.
#[expect(clippy::disallowed_methods, reason = "speed is measured in wall time")]
fn clock() -> impl Fn() -> Duration {
    let start = Instant::now();
    move || start.elapsed()
}

/// The name of a recording: that of its file without `.ndjson` and what follows.
fn stem(path: &str) -> String {
    let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy();
    name.split(".ndjson").next().unwrap_or_default().to_owned()
}

/// When the fault of a recording begins and ends, if it has one; nothing when the recording is not known.
fn fault_of(name: &str) -> Option<Fault> {
    if CALM.contains(&name) {
        return Some(None);
    }
    let (_, begin, end) = FAULTS.iter().find(|(known, ..)| *known == name)?;
    let time = |text: &str| format!("{DAY}{text}").parse().ok();
    Some(Some((time(begin)?, time(end)?)))
}

/// The Node's life has nothing to do with the faults, which all lie in one namespace.
fn labelled(step: Step, fault: Fault) -> LabelledStep {
    let Step { at, entity, token, .. } = step;
    let part = match fault {
        _ if entity.starts_with("Node/") => Part::Aside,
        Some((begin, end)) if at >= begin => {
            if at <= end {
                Part::Fault
            } else {
                Part::Aside
            }
        }
        Some(_) | None => Part::Calm,
    };
    LabelledStep { entity, token, at, part }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_time_and_ends_after_it_began() {
        for (name, ..) in FAULTS {
            let Some(Some((begin, end))) = fault_of(name) else { panic!("{name} has no time") };
            assert!(begin < end, "{name}");
        }
    }

    #[test]
    fn a_recording_is_known_by_the_name_of_its_file() {
        assert_eq!(stem("events/recordings/shop-oom.ndjson.zst"), "shop-oom");
        assert_eq!(fault_of("calm-hpa"), Some(None));
        assert_eq!(fault_of("somebody-elses"), None);
    }
}
