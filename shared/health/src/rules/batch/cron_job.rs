//! `CronJobs` that do not run when they should.

use super::cron::Schedule;
use crate::{
    rules::{Rule, RuleDoc},
    tracked::Tracked,
    verdict::{Symptom, Verdict},
    view::{at, list, text, time},
    world::World,
};
use chiron_model::{Mechanism, Severity, Timestamp};
use std::time::Duration;

/// The controller may be this late.
const PATIENCE: Duration = Duration::from_mins(5);
const LINK: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/";

pub(crate) const INVALID: Rule = Rule {
    doc: RuleDoc {
        name: "schedule-invalid",
        kinds: &["CronJob"],
        conditions: &["UnparseableSchedule"],
        about: "The schedule of a CronJob cannot be read, so it never runs.",
        remedy: "Correct spec.schedule: minute, hour, day of month, month and day of week.",
        link: LINK,
    },
    check: invalid,
};

pub(crate) const MISSED: Rule = Rule {
    doc: RuleDoc {
        name: "schedule-missed",
        kinds: &["CronJob"],
        conditions: &["MissSchedule"],
        about: "A CronJob did not run at two scheduled times, and the second one is 5 minutes past. It is not \
                reported while it is suspended, while a run that forbids another one goes on, or where its schedule \
                stands in a time zone other than UTC.",
        remedy: "Look at the controller manager, at spec.startingDeadlineSeconds, and at what refuses the Jobs.",
        link: LINK,
    },
    check: missed,
};

pub(crate) const SUSPENDED: Rule = Rule {
    doc: RuleDoc {
        name: "schedule-suspended",
        kinds: &["CronJob"],
        conditions: &["Suspended"],
        about: "A CronJob is suspended. Worth knowing, not a fault.",
        remedy: "Set spec.suspend to false when it is to run again; runs that were missed are not made up for.",
        link: LINK,
    },
    check: suspended,
};

fn invalid(_: &World, job: &Tracked) -> Vec<Verdict> {
    let schedule = at(&job.body, &["spec", "schedule"]);
    let Some(text) = schedule.as_str() else { return Vec::new() };
    let Err(why) = Schedule::parse(without_zone(text)) else { return Vec::new() };
    let message = format!("The schedule {text:?} cannot be read: {why}.");
    let quote = format!("{}: spec.schedule is {text:?}", job.reference.title());
    vec![Verdict::Sick(
        Symptom::new("UnparseableSchedule", Severity::Warning, message)
            .quoting(job.observation, job.seen_at, quote)
            .blaming(Mechanism::ScheduleInvalid, &job.reference, "spec.schedule", schedule),
    )]
}

/// Old schedules may begin with `TZ=...`.
fn without_zone(schedule: &str) -> &str {
    let has_zone = schedule.starts_with("TZ=") || schedule.starts_with("CRON_TZ=");
    if has_zone { schedule.split_once(' ').map_or("", |(_, rest)| rest) } else { schedule }
}

fn missed(world: &World, job: &Tracked) -> Vec<Verdict> {
    overdue(world, job).into_iter().collect()
}

fn overdue(world: &World, job: &Tracked) -> Option<Verdict> {
    let spec = at(&job.body, &["spec"]);
    let runs = !list(&job.body, &["status", "active"]).is_empty();
    let is_busy = runs && text(spec, &["concurrencyPolicy"]) == "Forbid";
    if is_suspended(job) || is_busy || !is_in_utc(job) {
        return None;
    }
    let schedule = Schedule::parse(text(spec, &["schedule"])).ok()?;
    let since = since(world, job)?;
    let first = schedule.next(since)?;
    let second = schedule.next(first)?;
    let due = second.plus(PATIENCE);
    if world.now < due {
        return Some(Verdict::Pending(due));
    }
    let last = time(&job.body, &["status", "lastScheduleTime"]);
    let told = last.map_or_else(|| "never".to_owned(), |it| it.to_string());
    let message = format!("The CronJob should have run at {first} and at {second}; it last ran: {told}.");
    let quote = format!("{}: lastScheduleTime {told}", job.reference.title());
    let mut symptom =
        Symptom::new("MissSchedule", Severity::Warning, message).quoting(job.observation, job.seen_at, quote);
    if let Some(event) = world.tallies_of(&job.reference).filter(|it| it.warning).max_by_key(|it| it.last) {
        let quote = format!("Event on {}: {}: {}", job.reference.title(), event.reason, event.note);
        symptom = symptom.quoting(event.observation, event.last, quote);
    }
    Some(Verdict::Sick(symptom))
}

fn is_suspended(job: &Tracked) -> bool {
    at(&job.body, &["spec", "suspend"]) == true
}

/// Schedules without a time zone stand in that of the controller, which is UTC nearly everywhere.
fn is_in_utc(job: &Tracked) -> bool {
    matches!(text(&job.body, &["spec", "timeZone"]), "" | "UTC" | "Etc/UTC" | "Etc/UCT" | "GMT" | "Etc/GMT")
}

/// From when on runs are expected: since the last one, or since the schedule stands as it does.
fn since(world: &World, job: &Tracked) -> Option<Timestamp> {
    let ran = time(&job.body, &["status", "lastScheduleTime"]);
    let made = time(&job.body, &["metadata", "creationTimestamp"]);
    let touched = world
        .changes
        .iter()
        .filter(|it| it.object.uid == job.reference.uid)
        .filter(|it| ["spec.schedule", "spec.suspend", "spec.timeZone"].contains(&it.field.as_str()))
        .map(|it| it.at)
        .max();
    [ran, made, touched].into_iter().flatten().max()
}

fn suspended(_: &World, job: &Tracked) -> Vec<Verdict> {
    if !is_suspended(job) {
        return Vec::new();
    }
    let quote = format!("{}: spec.suspend is true", job.reference.title());
    let symptom = Symptom::new("Suspended", Severity::Info, "The CronJob is suspended.".to_owned());
    vec![Verdict::Sick(symptom.quoting(job.observation, job.seen_at, quote))]
}
