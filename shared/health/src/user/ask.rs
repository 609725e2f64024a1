//! The rules of users, asked of the objects of a world.

use super::{
    question::{NoAnswer, Question},
    rule::UserRule,
    rules::UserRules,
};
use crate::{
    tracked::Tracked,
    verdict::Symptom,
    view::{list, time},
    world::World,
};
use chiron_model::{Finding, Timestamp};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

/// How often a condition that asks for the time is asked again when nothing happens.
const TICK: Duration = Duration::from_mins(1);
/// Pods of one object that a rule may ask for.
const MAX_PODS: usize = 500;
/// Characters of a condition that are quoted.
const QUOTED: usize = 200;
/// Bytes of a value that is blamed; larger ones are left out.
const MAX_BLAMED: usize = 2_000;

impl World {
    /// From now on asks these rules besides the built-in ones. They are not saved with the world.
    pub fn use_rules(&mut self, rules: Arc<UserRules>) {
        self.rules.0 = rules;
    }

    /// Looks at an object with the rules of users.
    pub(crate) fn evaluate_user_rules(
        &mut self,
        uid: &str,
        sick: &mut BTreeSet<String>,
        found: &mut Vec<Finding>,
    ) {
        let rules = Arc::clone(&self.rules.0);
        let known = self.holds_since.remove(uid).unwrap_or_default();
        let Some(object) = self.objects.get(uid).filter(|_| !rules.is_empty()) else { return };
        let begin = self.held_from(object);
        let asks_now = !self.is_one_look && rules.of(object).any(|(_, rule)| rule.asks_now());
        let held = held(&rules, self, object);
        let mut since = BTreeMap::new();
        for (rule, symptom) in held {
            let from = known.get(rule.name()).copied().unwrap_or(begin);
            if !rule.patience().is_zero() {
                since.insert(rule.name().to_owned(), from);
            }
            let due = from.plus(rule.patience());
            if due > self.now {
                self.look_again(due, uid);
            } else {
                sick.insert(self.hold(uid, rule.name(), symptom, found));
            }
        }
        if !since.is_empty() {
            self.holds_since.insert(uid.to_owned(), since);
        }
        if asks_now {
            self.look_again(self.now.floor(TICK).plus(TICK), uid);
        }
    }

    /// Since when what is seen for the first time has been so. One look knows no past but what the object tells.
    fn held_from(&self, object: &Tracked) -> Timestamp {
        if !self.is_one_look {
            return self.now;
        }
        let conditions = list(&object.body, &["status", "conditions"]);
        let turned = conditions.iter().filter_map(|it| time(it, &["lastTransitionTime"])).max();
        let begin = turned.or_else(|| time(&object.body, &["metadata", "creationTimestamp"]));
        begin.unwrap_or(Timestamp::MIN)
    }

    fn pods_for<'a>(&'a self, object: &'a Tracked) -> Vec<&'a Value> {
        let pods = if object.reference.kind == "Service" {
            self.pods_behind(object).collect()
        } else {
            self.pods_of(object)
        };
        pods.into_iter().take(MAX_PODS).map(|it| &it.body).collect()
    }
}

/// The rules that hold for an object, and what they say of it.
fn held<'r>(rules: &'r UserRules, world: &World, object: &Tracked) -> Vec<(&'r UserRule, Symptom)> {
    let asked: Vec<(usize, &UserRule)> = rules.of(object).collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let mut question = Question::new(&object.body, world.now);
    if asked.iter().any(|(_, rule)| rule.asks_pods()) {
        question.add_pods(world.pods_for(object).into_iter());
    }
    let mut held = Vec::new();
    for (number, rule) in asked {
        question.refuel();
        match question.holds(&rule.when) {
            Ok(true) => held.push((rule, symptom(rule, object, &question))),
            Ok(false) | Err(NoAnswer::Missing) => {}
            Err(NoAnswer::Trouble(message)) => rules.tell(number, object, message),
        }
    }
    held
}

fn symptom(rule: &UserRule, object: &Tracked, question: &Question<'_>) -> Symptom {
    let asked: String = rule.when().split_whitespace().collect::<Vec<_>>().join(" ");
    let asked: String = asked.chars().take(QUOTED).collect();
    let quote = format!("{}: {asked}", object.reference.title());
    let symptom = Symptom::new(rule.condition(), rule.severity(), rule.message.said(question)).quoting(
        object.observation,
        object.seen_at,
        quote,
    );
    let Some((field, mechanism)) = &rule.blamed else { return symptom };
    let value = field.get(&object.body).filter(|it| it.to_string().len() <= MAX_BLAMED);
    symptom.blaming(*mechanism, &object.reference, field.as_str(), value.unwrap_or(&Value::Null))
}
