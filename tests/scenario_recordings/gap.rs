//! A watch that sees nothing for a while, and then tells the newest version of each object, as a list gives it.

use super::{
    follow::{CLUSTER, as_they_come, context, pulses, wire},
    recorded::{Scenario, time},
    verdict::incidents,
};
use chiron_events::{ObservationLapsed, encode};
use chiron_model::Timestamp;
use cloudevents::Event;
use serde_json::{Value, json};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// How much longer the gap is than what was recorded in it.
const LONGER: Duration = Duration::from_mins(2);
/// How long the state after the gap stays before the rest goes on.
const VISIBLE: Duration = Duration::from_mins(1);
/// A gap is said to be one after so long.
const PATIENCE: Duration = Duration::from_secs(10);
/// Objects of a list that are told together.
const PAGE: usize = 1;
const INSTANT: Duration = Duration::from_nanos(1);
const SOURCE: &str = "/functions/watch";

/// A span in which nothing is seen.
pub(crate) struct Gap {
    /// Time of the first event that is not seen: the fault.
    pub(crate) from: Timestamp,
    /// Time of the last one.
    until: Timestamp,
}

/// In which order the lists come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lists {
    /// Everything at one moment, in the order in which it was made.
    Together,
    /// A kind after the other, by their names.
    ByKind,
    /// The same from the last kind to the first: what is owned comes before what owns it.
    Backwards,
}

/// Whether it is said that something is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lapse {
    /// As our watch tells it.
    Told,
    /// As ApiServerSource leaves it unsaid.
    Silent,
}

impl Gap {
    /// From the fault until the moment before its repair. `None` where nothing breaks.
    pub(crate) fn of_fault(scenario: &Scenario) -> Option<Self> {
        let incident = incidents(&scenario.plain().sealed).first()?;
        let opened = moment(&incident["opened_at"])?;
        let from = moment(&incident["root_cause"]["changed_at"]).unwrap_or(opened);
        let repairs = incident["outcome"]["repairs"].as_array().into_iter().flatten();
        let repaired = repairs.filter_map(|it| moment(&it["at"])).filter(|it| *it > opened).min();
        let until = repaired.or_else(|| moment(&incident["closed_at"])).unwrap_or(scenario.span().1);
        Some(Self { from, until: until.minus(INSTANT) })
    }

    /// From the fault to the end of the recording. `None` where nothing breaks, or the fault outlasts the recording.
    pub(crate) fn to_the_end(scenario: &Scenario) -> Option<Self> {
        let incident = incidents(&scenario.plain().sealed).first()?;
        moment(&incident["closed_at"])?;
        Some(Self { from: Self::of_fault(scenario)?.from, until: scenario.span().1 })
    }

    /// When the gap is over, and what it hid is told.
    pub(crate) fn over(&self) -> Timestamp {
        self.until.plus(LONGER)
    }

    fn hides(&self, event: &Value) -> bool {
        (self.from..=self.until).contains(&time(event))
    }

    /// Whether there is something in it that nobody will see: versions that are followed by others.
    pub(crate) fn check_hides(&self, events: &[Value]) -> Result<(), String> {
        let hidden = events.iter().filter(|it| self.hides(it)).count();
        let told = self.relist(events).len();
        if told > 0 && hidden >= told { Ok(()) } else { Err(format!("{hidden} hidden, {told} told")) }
    }

    /// What is told when it is over: each object once.
    pub(crate) fn relist(&self, events: &[Value]) -> Vec<Value> {
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for event in events.iter().filter(|it| time(it) < self.from) {
            if is_deletion(event) {
                known.remove(uid(event))
            } else {
                known.insert(uid(event))
            };
        }
        let mut newest: BTreeMap<&str, (usize, &Value)> = BTreeMap::new();
        for (number, event) in events.iter().enumerate().filter(|(_, it)| self.hides(it)) {
            newest.insert(uid(event), (number, event));
        }
        let mut found: Vec<(usize, &Value)> = newest.into_values().collect();
        // What came and went in between is never known.
        found.retain(|(_, it)| known.contains(uid(it)) || !is_deletion(it));
        found.sort_by_key(|(number, _)| *number);
        found.into_iter().map(|(_, it)| self.late(it, known.contains(uid(it)))).collect()
    }

    /// The same in the order in which lists come.
    fn lists(&self, events: &[Value], lists: Lists) -> Vec<Value> {
        let mut told = self.relist(events);
        let kind = |it: &Value| it["kind"].as_str().unwrap().to_owned();
        match lists {
            Lists::Together => return told,
            Lists::ByKind => told.sort_by_key(kind),
            Lists::Backwards => told.sort_by_key(|it| Reverse(kind(it))),
        }
        for (place, event) in (0..).zip(&mut told) {
            event["time"] = json!(self.over().plus(Duration::from_millis(place)));
        }
        told
    }

    fn late(&self, event: &Value, is_known: bool) -> Value {
        let mut late = event.clone();
        (late["time"], late["late"]) = (json!(self.over()), json!("true"));
        if is_deletion(event) {
            let object = &event["data"];
            late["data"] = json!({"apiVersion": object["apiVersion"], "kind": object["kind"], "metadata": object["metadata"]});
        } else {
            let operation = if is_known { "update" } else { "add" };
            late["type"] = json!(format!("dev.knative.apiserver.resource.{operation}"));
        }
        late
    }

    /// The events as they come, with nothing in the gap, and the rest as much later as the gap is longer.
    pub(crate) fn deliveries(&self, events: &[Value], lists: Lists, lapse: Lapse) -> Vec<Vec<Event>> {
        let before: Vec<Value> = events.iter().filter(|it| time(it) < self.from).cloned().collect();
        let after: Vec<Value> = events.iter().filter(|it| time(it) > self.until).map(later).collect();
        let mut deliveries = as_they_come(&before);
        if lapse == Lapse::Told {
            deliveries.push(self.lapses(events, false));
        }
        deliveries.extend(self.lists(events, lists).chunks(PAGE).map(|it| it.iter().map(wire).collect()));
        if lapse == Lapse::Told {
            deliveries.push(self.lapses(events, true));
        }
        let next = after.first().map_or(self.over().plus(VISIBLE), time);
        deliveries.extend(pulses(self.over(), next));
        deliveries.extend(as_they_come(&after));
        deliveries
    }

    /// That each kind is not seen, or is seen again.
    fn lapses(&self, events: &[Value], is_over: bool) -> Vec<Event> {
        let kind = |it: &Value| {
            (it["apiversion"].as_str().unwrap().to_owned(), it["kind"].as_str().unwrap().to_owned())
        };
        let kinds: BTreeSet<(String, String)> = events.iter().map(kind).collect();
        let at = if is_over { self.over() } else { self.from.plus(PATIENCE) };
        let lapse = |(api_version, kind): (String, String)| {
            let id = format!("{api_version} {kind} {is_over}");
            let lapse = ObservationLapsed {
                cluster: CLUSTER.to_owned(),
                api_version,
                kind,
                namespace: String::new(),
                from: Some(self.from.minus(INSTANT)),
                until: is_over.then_some(at),
                at,
                is_known: is_over,
                reason: "the connection was cut".to_owned(),
                late: 0,
            };
            encode(SOURCE, &context(&id), 0, &lapse).unwrap()
        };
        kinds.into_iter().map(lapse).collect()
    }

    /// Findings that are said to have begun and ended while nothing was seen.
    pub(crate) fn unseen<'a>(&self, findings: &'a [Value]) -> Vec<&'a Value> {
        let began = |it: &Value| moment(&it["first_seen"]).is_some_and(|at| at >= self.from);
        let ended = |it: &Value| moment(&it["cleared_at"]).is_some_and(|at| at <= self.over());
        findings.iter().filter(|it| began(it) && ended(it)).collect()
    }
}

fn later(event: &Value) -> Value {
    let mut event = event.clone();
    event["time"] = json!(time(&event).plus(LONGER).plus(VISIBLE));
    event
}

fn moment(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

fn uid(event: &Value) -> &str {
    event["data"]["metadata"]["uid"].as_str().unwrap()
}

fn is_deletion(event: &Value) -> bool {
    event["type"].as_str().unwrap().ends_with(".delete")
}
