//! A namespace that is watched, and what is said of it.

use super::{
    CLUSTER, NAMESPACE,
    around::{config_map, endpoint_slice, service},
    at, stamp,
    workloads::{healthy, replica_set},
};
use chiron_health::{Regained, World, explain, rule_docs};
use chiron_model::{
    Category, Clearance, Finding, Hypothesis, Id, Incident, ObjectRef, Observation, Operation, RootCause,
    Severity, Writer,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A namespace that is watched.
#[derive(Default)]
pub(crate) struct Lab {
    pub(crate) world: World,
    version: u64,
    /// When each Event was first heard, by its uid.
    heard: BTreeMap<String, i64>,
    /// What was said last of each finding, the first finding first.
    said: Vec<Finding>,
}

/// `web` and `db` run well since long ago; `web` reads `settings`, `modes` and `theme`, and calls `db`.
pub(crate) fn shop() -> Lab {
    let mut lab = Lab::default();
    lab.see(0, &config_map("settings", json!({"DATABASE_URL": "tcp://db:5432", "GREETING": "hello"})));
    lab.see(0, &config_map("modes", json!({"mode": "live", "spare": "x"})));
    lab.see(0, &config_map("theme", json!({"style.css": "body{}"})));
    lab.see(0, &config_map("other", json!({"key": "value"})));
    for name in ["web", "db"] {
        for body in healthy(name) {
            lab.see(0, &body);
        }
        lab.see(0, &service(name));
        lab.see(0, &endpoint_slice(name));
    }
    lab
}

impl Lab {
    /// Sees the next version of an object.
    pub(crate) fn see(&mut self, second: i64, body: &Value) -> Vec<Finding> {
        let observation = self.version_of(Operation::Update, second, body);
        self.take(&observation)
    }

    /// Is told of an object of the cluster around the namespace.
    pub(crate) fn surround(&mut self, second: i64, body: &Value) -> Vec<Finding> {
        let observation = self.version_of(Operation::Update, second, body);
        let found = self.world.surround(&observation);
        self.note(found)
    }

    /// Does not see a kind from now on.
    pub(crate) fn lose_sight(&mut self, second: i64, kind: &str) {
        let found = self.world.lose_sight(kind, at(second));
        self.note(found);
    }

    /// Sees a kind again, which was last seen at another second.
    pub(crate) fn regain_sight(&mut self, second: i64, kind: &str, from: Option<i64>) {
        let from = from.map(at);
        self.world.regain_sight(Regained { kind: kind.to_owned(), from, until: at(second), is_known: true });
    }

    /// Sees the next version of an object, written by that field manager.
    pub(crate) fn see_from(&mut self, manager: &str, second: i64, body: &Value) -> Vec<Finding> {
        let mut observation = self.version_of(Operation::Update, second, body);
        let fields = second.to_string();
        observation.writers =
            vec![Writer { manager: manager.to_owned(), at: Some(at(second)), fields, ..Writer::default() }];
        self.take(&observation)
    }

    /// Sees that an object is gone.
    pub(crate) fn lose(&mut self, second: i64, body: &Value) -> Vec<Finding> {
        let observation = self.version_of(Operation::Delete, second, body);
        self.take(&observation)
    }

    /// Hears an Event. Equal reports about one object are one Event object.
    pub(crate) fn hear(&mut self, second: i64, event: &Value) -> Vec<Finding> {
        let uid = format!("{}.{}.{}", event["regarding"]["uid"], event["reason"], event["note"]);
        self.hear_as(&uid, second, event)
    }

    /// Hears the Event object of that uid.
    pub(crate) fn hear_as(&mut self, uid: &str, second: i64, event: &Value) -> Vec<Finding> {
        let first = *self.heard.entry(uid.to_owned()).or_insert(second);
        let mut event = event.clone();
        event["first"] = json!(stamp(first));
        event["last"] = json!(stamp(second));
        let mut observation = self.version_of(Operation::Update, second, &event);
        observation.category = Category::of_kind(event["regarding"]["kind"].as_str().unwrap_or_default());
        "v1".clone_into(&mut observation.object.api_version);
        NAMESPACE.clone_into(&mut observation.object.namespace);
        uid.clone_into(&mut observation.object.name);
        uid.clone_into(&mut observation.object.uid);
        self.take(&observation)
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, second: i64) -> Vec<Finding> {
        let found = self.world.advance(at(second));
        self.note(found)
    }

    /// Sees a new intent of a Deployment and the ReplicaSet of it, which is returned.
    pub(crate) fn roll_out(&mut self, second: i64, deployment: &Value) -> Value {
        let name = deployment["metadata"]["name"].as_str().expect("objects have names");
        let revision = replica_set(&format!("{name}-2"), deployment);
        self.see(second, deployment);
        self.see(second + 1, &revision);
        revision
    }

    /// The next version of an object, before it is seen.
    pub(crate) fn version_of(&mut self, operation: Operation, second: i64, body: &Value) -> Observation {
        self.version += 1;
        let object = reference(body);
        let suffix = if operation == Operation::Delete { "delete" } else { "" };
        Observation {
            id: Id::derive(&[CLUSTER, &object.uid, &self.version.to_string(), suffix]),
            operation,
            at: at(second),
            category: Category::of_kind(&object.kind),
            object,
            version: self.version,
            writers: Vec::new(),
            body: body.clone(),
        }
    }

    pub(crate) fn take(&mut self, observation: &Observation) -> Vec<Finding> {
        let found = self.world.observe(observation);
        self.note(found)
    }

    fn note(&mut self, found: Vec<Finding>) -> Vec<Finding> {
        for finding in &found {
            let known = self.said.iter_mut().find(|it| it.id == finding.id);
            match known {
                Some(known) => *known = finding.clone(),
                None => self.said.push(finding.clone()),
            }
        }
        found
    }

    /// The rules that hold now.
    pub(crate) fn rules(&self) -> Vec<String> {
        self.world.findings().map(|it| it.rule.clone()).collect()
    }

    /// The one finding of that rule that holds now.
    pub(crate) fn the(&self, rule: &str) -> Finding {
        let found: Vec<&Finding> = self.world.findings().filter(|it| it.rule == rule).collect();
        assert_eq!(found.len(), 1, "{rule} should hold once; these hold: {:?}", self.rules());
        let doc = rule_docs().into_iter().find(|it| it.name == rule).expect("the rule is documented");
        let condition = found[0].condition.as_str();
        assert!(doc.conditions.contains(&condition), "{rule} does not document {condition}");
        found[0].clone()
    }

    /// The one finding of that rule in a line: condition, severity, object, container and workload.
    pub(crate) fn line(&self, rule: &str) -> String {
        let it = self.the(rule);
        let container = it.container.as_deref().unwrap_or("-");
        format!("{} {} {} {container} {}", it.condition, it.severity, it.object.title(), it.workload.title())
    }

    /// Why the newest finding of that rule ended; `None` while it holds, or when there was none.
    pub(crate) fn ended(&self, rule: &str) -> Option<Clearance> {
        self.said.iter().rev().find(|it| it.rule == rule)?.clearance
    }

    /// What holds now, as one incident.
    pub(crate) fn incident(&self) -> Incident {
        let active = self.said.iter().filter(|it| it.is_active() && it.severity > Severity::Info);
        let findings: Vec<Finding> = active.cloned().collect();
        let first = findings.first().expect("nothing is wrong, so there is no incident");
        Incident {
            id: Id::derive(&["incident", &first.id.to_string()]),
            cluster: CLUSTER.to_owned(),
            namespace: NAMESPACE.to_owned(),
            group: first.group.clone(),
            severity: findings.iter().map(|it| it.severity).max().unwrap_or_default(),
            opened_at: first.first_seen,
            closed_at: None,
            relapses: 0,
            anomalies: Vec::new(),
            findings,
        }
    }

    /// The cause that is believed.
    pub(crate) fn root_cause(&self) -> Option<RootCause> {
        explain(&self.incident()).0
    }

    /// All causes that are thought of.
    pub(crate) fn hypotheses(&self) -> Vec<Hypothesis> {
        explain(&self.incident()).1
    }

    /// The cause that is believed, in a line: mechanism, object, field, and the values before and after.
    pub(crate) fn cause(&self) -> String {
        self.root_cause().map_or_else(
            || "nothing".to_owned(),
            |it| format!("{} {} {} {} -> {}", it.mechanism, it.object.title(), it.field, it.from, it.to),
        )
    }
}

fn reference(body: &Value) -> ObjectRef {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &body["metadata"];
    ObjectRef {
        cluster: CLUSTER.to_owned(),
        api_version: text(&body["apiVersion"]),
        kind: text(&body["kind"]),
        namespace: text(&metadata["namespace"]),
        name: text(&metadata["name"]),
        uid: text(&metadata["uid"]),
    }
}
