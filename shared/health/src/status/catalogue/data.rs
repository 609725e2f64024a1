//! Databases, search engines, caches and message brokers.

use serde_json::Value;

use super::{
    super::{
        health::{
            Health::{Degraded, Healthy, Progressing, Suspended, Unknown},
            ObjectHealth,
        },
        reason,
        step::Step::{self, All, Ask, Else, Flag, For, General, Is, Judge, OtherWord, Stale, Word},
        words,
    },
    READY, Row,
};
use crate::view;

/// Elastic's operator: a traffic light, and a phase that may overrule it.
const ELASTIC: &[Step] = &[
    Word("status.phase", "Invalid|ResourceInvalid", Degraded),
    Word("status.health", "red", Degraded),
    Word("status.phase", "ApplyingChanges|MigratingData|Stalled", Progressing),
    Word("status.health", "green", Healthy),
    Else(Progressing, "waiting for health green"),
];

/// Strimzi writes `NotReady` beside `Ready`, with `Creating` as the reason of the first minutes.
const STRIMZI: &[Step] = &[
    Is("ReconciliationPaused", "True", Suspended),
    Is("Ready", "True", Healthy),
    For("NotReady", "True", "Creating", Progressing),
    Is("NotReady", "True", Degraded),
    Is("Ready", "False", Degraded),
    Else(Progressing, "waiting to become ready"),
];

pub(super) const ROWS: &[Row] = &[
    Row(
        "acid.zalan.do",
        "postgresql",
        &[
            Word("status.PostgresClusterStatus", "Running", Healthy),
            Word("status.PostgresClusterStatus", "CreateFailed|UpdateFailed|SyncFailed|Invalid", Degraded),
            Else(Progressing, "waiting for the cluster"),
        ],
    ),
    Row(
        "postgresql.cnpg.io",
        "Cluster",
        &[
            Is("cnpg.io/hibernation", "True", Suspended),
            Word("status.phase", "Cluster in healthy state", Healthy),
            Word("status.phase", "Waiting for user action|Cluster is hibernated", Suspended),
            Word("status.phase", "Failing over|Switchover in progress", Progressing),
            Word(
                "status.phase",
                "Not enough disk space|Cluster has incomplete or invalid image catalog",
                Degraded,
            ),
            Ask(by_phase),
            Else(Progressing, "waiting for a status"),
        ],
    ),
    Row(
        "postgresql.cnpg.io",
        "Database|Publication|Subscription",
        &[
            Flag("status.applied", true, Healthy),
            Flag("status.applied", false, Degraded),
            Else(Progressing, "waiting to be applied"),
        ],
    ),
    Row("postgres-operator.crunchydata.com", "PostgresCluster", &[Judge(crunchy)]),
    Row(
        "db.movetokube.com",
        "*",
        &[
            Flag("status.succeeded", true, Healthy),
            Flag("status.succeeded", false, Degraded),
            Else(Progressing, "waiting for the database"),
        ],
    ),
    Row(
        "db.atlasgo.io",
        "*",
        &[
            Is("Ready", "True", Healthy),
            For("Ready", "False", "Reconciling|GettingDevDB|VerifyingFirstRun", Progressing),
            Is("Ready", "False", Degraded),
            Else(Progressing, "waiting to be migrated"),
        ],
    ),
    Row(
        "couchbase.com",
        "CouchbaseCluster",
        &[
            Is("Error", "True", Degraded),
            Is("Hibernating", "True", Suspended),
            Is(
                "Creating|Scaling|ScalingUp|ScalingDown|Upgrading|WaitingBetweenMigrations|Rebalancing",
                "True",
                Progressing,
            ),
            Is("Available", "True", Healthy),
            Is("Available", "False", Degraded),
            Else(Progressing, "waiting to become available"),
        ],
    ),
    Row(
        "psmdb.percona.com|pxc.percona.com|ps.percona.com|pgv2.percona.com",
        "*",
        &[
            Word("status.state", "ready", Healthy),
            Word("status.state", "paused|stopping", Suspended),
            Word("status.state", "error", Degraded),
            General,
        ],
    ),
    Row(
        "mysql.oracle.com",
        "InnoDBCluster",
        &[
            Word("status.cluster.status", "ONLINE", Healthy),
            Word(
                "status.cluster.status",
                "OFFLINE|ONLINE_PARTIAL|ONLINE_UNCERTAIN|NO_QUORUM|SPLIT_BRAIN|INVALID",
                Degraded,
            ),
            Else(Progressing, "waiting for the cluster"),
        ],
    ),
    Row(
        "cassandra.datastax.com",
        "CassandraDatacenter",
        &[
            Is("Stopped", "True", Suspended),
            Is("Valid", "False", Degraded),
            Is(
                "Creating|ScalingUp|ScalingDown|RollingRestart|Updating|ReplacingNodes|Resuming",
                "True",
                Progressing,
            ),
            Is("Ready", "True", Healthy),
            Word("status.cassandraOperatorProgress", "Ready", Healthy),
            Else(Progressing, "waiting to become ready"),
        ],
    ),
    Row(
        "rabbitmq.com",
        "RabbitmqCluster",
        &[
            Is("ReconcileSuccess", "False", Degraded),
            All("AllReplicasReady|ClusterAvailable"),
            Else(Progressing, "waiting for all replicas"),
        ],
    ),
    Row("rabbitmq.com", "*", READY),
    Row("kafka.strimzi.io|core.strimzi.io", "*", STRIMZI),
    Row(
        "kafka.banzaicloud.io",
        "KafkaCluster",
        &[
            Word("status.state", "ClusterRunning", Healthy),
            OtherWord("status.state", Progressing),
            Else(Progressing, "waiting for the cluster"),
        ],
    ),
    Row(
        "platform.confluent.io",
        "*",
        &[
            Word("status.phase", "RUNNING", Healthy),
            Word("status.phase", "ERROR|FAILED", Degraded),
            Word("status.state", "CREATED", Healthy),
            Word("status.state", "ERROR|FAILED", Degraded),
            Else(Progressing, "waiting to run"),
        ],
    ),
    Row("*.k8s.elastic.co", "*", ELASTIC),
    Row(
        "opensearch.opster.io|opensearch.org",
        "OpenSearchCluster",
        &[
            Word("status.health", "red", Degraded),
            Word("status.health", "yellow", Progressing),
            Word("status.phase", "RUNNING", Healthy),
            General,
        ],
    ),
    Row(
        "minio.min.io",
        "Tenant",
        &[
            Word("status.currentState", "Initialized", Healthy),
            Word("status.healthStatus", "red", Degraded),
            Word("status.currentState", "Stopped", Suspended),
            Word(
                "status.currentState",
                "Statefulset not controlled by operator|Another MinIO Tenant already exists in the namespace|\
             Different versions across MinIO Pools|Operator unable to decommission pools",
                Degraded,
            ),
            Else(Progressing, "waiting to be initialized"),
        ],
    ),
    Row(
        "zookeeper.pravega.io",
        "ZookeeperCluster",
        &[
            Is("PodsReady", "True", Healthy),
            Is("Error", "True", Degraded),
            Else(Progressing, "waiting for the pods"),
        ],
    ),
    Row("jetstream.nats.io", "*", READY),
    Row("k8s.mariadb.com|mariadb.mmontes.io", "*", &[Stale, General]),
];

/// Crunchy's clusters report how many pods of each set of instances are ready.
fn crunchy(object: &Value) -> ObjectHealth {
    if view::at(object, &["spec", "shutdown"]).as_bool() == Some(true) {
        return Suspended.because("the cluster is shut down");
    }
    let sets = view::list(object, &["status", "instances"]);
    if sets.is_empty() {
        return Progressing.because("waiting for a status");
    }
    let lags = |key: &str| sets.iter().find(|set| view::count(set, &[key]) < view::count(set, &["replicas"]));
    let lag = [("readyReplicas", "ready"), ("updatedReplicas", "updated")].iter().find_map(|(key, word)| {
        let set = lags(key)?;
        let [have, wanted] = [key, "replicas"].map(|key| view::count(set, &[key]));
        Some(format!("{have} of {wanted} instances of {} are {word}", view::text(set, &["name"])))
    });
    match lag {
        Some(lag) => Progressing.because(lag),
        None => Healthy.because("all instances are ready"),
    }
}

/// A phase that is a sentence: it says what goes on, unless it says what went wrong.
fn by_phase(object: &Value) -> Option<ObjectHealth> {
    let phase = view::text(object, &["status", "phase"]);
    let health = match words::health_of(phase) {
        Some(Degraded) => Degraded,
        None if phase.is_empty() => return None,
        Some(Healthy | Progressing | Suspended | Unknown) | None => Progressing,
    };
    Some(health.because(reason::told(object, &format!("phase is {}", reason::line(phase)))))
}
