//! Which objects are to be looked at when another one changes, and what is learned from it.

use crate::{
    standing::standing,
    tracked::Tracked,
    view::{at, condition, is_ready, selects, statuses, template, text, time},
    world::World,
};

/// A pod that was not seen before and is ready so many seconds after its start may have recovered from something.
const LONGEST_START_UP: f64 = 600.0;

impl World {
    /// Objects whose health may change with this version of `object`.
    pub(crate) fn dependents(&self, object: &Tracked) -> Vec<String> {
        let mut found = Vec::new();
        let workload = self.workload(object).reference.uid.clone();
        match object.reference.kind.as_str() {
            "Pod" => found.extend(self.services_of(object)),
            "EndpointSlice" => {
                let service = text(&object.body, &["metadata", "labels", "kubernetes.io/service-name"]);
                let namespace = &object.reference.namespace;
                found.extend(
                    self.objects.named("Service", namespace, service).map(|it| it.reference.uid.clone()),
                );
            }
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => {
                found.extend(self.sick_parts_of(&workload));
                let served = self.backing.iter().filter(|(_, backing)| **backing == workload);
                found.extend(served.map(|(service, _)| service.clone()));
            }
            _ => {}
        }
        found.push(workload);
        found.extend(crate::rules::network::readers::readers(self, object));
        found
    }

    /// Objects of a workload that are in trouble: how it stands may be what they wait for.
    fn sick_parts_of(&self, workload: &str) -> impl Iterator<Item = String> {
        let open = self.findings.values().filter(move |it| it.finding.workload.uid == workload);
        open.map(|it| it.finding.object.uid.clone())
    }

    /// Services whose selector matches the pod, or which the workload of the pod stood behind.
    fn services_of(&self, pod: &Tracked) -> Vec<String> {
        let labels = at(&pod.body, &["metadata", "labels"]);
        let workload = &self.workload(pod).reference.uid;
        self.objects
            .in_namespace("Service", &pod.reference.namespace)
            .filter(|it| {
                selects(at(&it.body, &["spec", "selector"]), labels)
                    || self.backing.get(&it.reference.uid) == Some(workload)
            })
            .map(|it| it.reference.uid.clone())
            .collect()
    }

    /// Pods that a Service selects and that are not being deleted.
    pub(crate) fn pods_behind<'a>(&'a self, service: &'a Tracked) -> impl Iterator<Item = &'a Tracked> {
        let selector = at(&service.body, &["spec", "selector"]);
        self.objects.in_namespace("Pod", &service.reference.namespace).filter(move |pod| {
            selects(selector, at(&pod.body, &["metadata", "labels"]))
                && !crate::view::is_terminating(&pod.body)
        })
    }

    /// Learns what is normal from an object that is well.
    ///
    /// `before` is its former version.
    pub(crate) fn learn(&mut self, uid: &str, before: Option<&Tracked>) {
        match self.kind_of(uid) {
            "Pod" => self.learn_start_up(uid, before),
            "Service" | "EndpointSlice" => self.learn_backing(uid),
            "Deployment" | "StatefulSet" | "DaemonSet" => self.learn_shortage(uid),
            _ => {}
        }
    }

    fn learn_shortage(&mut self, uid: &str) {
        let standing = self.objects.get(uid).and_then(|it| standing(&it.body));
        if standing.is_some_and(|it| it.ready < it.desired) {
            self.short_since.entry(uid.to_owned()).or_insert(self.now);
        } else {
            self.short_since.remove(uid);
        }
    }

    pub(crate) fn learn_start_up(&mut self, uid: &str, before: Option<&Tracked>) {
        let Some(pod) = self.objects.get(uid).filter(|it| is_ready(&it.body)) else { return };
        if let Some(seconds) = start_up(pod, before) {
            let workload = self.workload(pod).reference.uid.clone();
            let known = self.start_up.entry(workload).or_insert(seconds);
            *known = known.max(seconds);
        }
        if self.is_one_look {
            return;
        }
        let services: Vec<String> = self.services_of_ready(uid);
        for service in services {
            self.learn_backing(&service);
        }
    }

    fn services_of_ready(&self, uid: &str) -> Vec<String> {
        let Some(pod) = self.objects.get(uid) else { return Vec::new() };
        let labels = at(&pod.body, &["metadata", "labels"]);
        self.objects
            .in_namespace("Service", &pod.reference.namespace)
            .filter(|it| selects(at(&it.body, &["spec", "selector"]), labels))
            .map(|it| it.reference.uid.clone())
            .collect()
    }

    /// Remembers which workload stands behind a Service, while its pods are ready.
    pub(crate) fn learn_backing(&mut self, uid: &str) {
        let Some(object) = self.objects.get(uid) else { return };
        let service = if object.reference.kind == "Service" {
            Some(object)
        } else {
            let name = text(&object.body, &["metadata", "labels", "kubernetes.io/service-name"]);
            self.objects.named("Service", &object.reference.namespace, name)
        };
        let Some(service) = service else { return };
        let backing = self
            .pods_behind(service)
            .find(|pod| is_ready(&pod.body))
            .map(|pod| self.workload(pod).reference.uid.clone());
        if let Some(backing) = backing {
            let service = service.reference.uid.clone();
            self.backing.insert(service, backing);
        }
    }

    /// Whether some replicas of the workload of `object` serve.
    pub(crate) fn is_serving(&self, object: &Tracked) -> bool {
        let workload = self.workload(object);
        standing(&workload.body).is_some_and(|it| it.ready > 0)
    }

    /// The template of the workload of `object`; the object itself where there is none.
    pub(crate) fn template_of<'a>(&'a self, object: &'a Tracked) -> &'a serde_json::Value {
        let template = template(&self.workload(object).body);
        if at(template, &["spec"]).is_object() { template } else { &object.body }
    }
}

/// How long a ready pod took from the start of its containers, in seconds; none when it had been ready before.
fn start_up(pod: &Tracked, before: Option<&Tracked>) -> Option<f64> {
    let turned =
        |pod: &Tracked| condition(&pod.body, "Ready").and_then(|it| time(it, &["lastTransitionTime"]));
    let started = statuses(&pod.body).filter_map(|it| time(it, &["state", "running", "startedAt"])).max()?;
    let seconds = turned(pod)?.seconds_since(started).max(0.0);
    let is_again = match before {
        Some(before) => is_ready(&before.body) || turned(before).is_some_and(|at| at > started),
        None => seconds > LONGEST_START_UP,
    };
    (!is_again).then_some(seconds)
}
