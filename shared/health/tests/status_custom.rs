//! The health of custom resources: the catalogue's families, the general reading, and dumps edited by hand.

use chiron_health::health_of;
use serde_json::{Value, json};

fn fares(api_version: &str, kind: &str, status: &Value) -> &'static str {
    with_spec(api_version, kind, &json!({}), status)
}

fn with_spec(api_version: &str, kind: &str, spec: &Value, status: &Value) -> &'static str {
    let object = json!({"apiVersion": api_version, "kind": kind, "spec": spec, "status": status,
        "metadata": {"name": "shop", "generation": 2}});
    health_of(&object).map_or("none", |found| found.health.as_str())
}

fn condition(kind: &str, status: &str, reason: &str) -> Value {
    json!({"conditions": [{"type": kind, "status": status, "reason": reason}]})
}

/// One object per line: group, kind, a field of its status and the health it should have.
fn check(rows: &[(&str, &str, &str, &str, &str)]) {
    for (group, kind, path, value, wanted) in rows {
        let mut status = json!({"observedGeneration": 2});
        let parsed = serde_json::from_str(value).unwrap_or_else(|_| json!(value));
        let pointer = path.split('.').fold(&mut status, |value, key| &mut value[key]);
        *pointer = parsed;
        assert_eq!(fares(&format!("{group}/v1"), kind, &status), *wanted, "{group} {kind} {path} {value}");
    }
}

#[test]
fn every_family_is_read_by_its_own_words() {
    check(&[
        ("argoproj.io", "Workflow", "phase", "Running", "Progressing"),
        ("argoproj.io", "Workflow", "phase", "Error", "Degraded"),
        ("argoproj.io", "Application", "health", r#"{"status": "Suspended"}"#, "Suspended"),
        ("numaflow.numaproj.io", "Pipeline", "phase", "Paused", "Suspended"),
        ("flagger.app", "Canary", "phase", "Promoting", "Progressing"),
        ("projectcontour.io", "HTTPProxy", "currentStatus", "orphaned", "Degraded"),
        ("install.istio.io", "IstioOperator", "status", "HEALTHY", "Healthy"),
        ("acme.cert-manager.io", "Order", "state", "ready", "Progressing"),
        ("acme.cert-manager.io", "Challenge", "state", "errored", "Degraded"),
        ("templates.gatekeeper.sh", "ConstraintTemplate", "created", "true", "Healthy"),
        ("acid.zalan.do", "postgresql", "PostgresClusterStatus", "SyncFailed", "Degraded"),
        ("postgresql.cnpg.io", "Cluster", "phase", "Cluster in healthy state", "Healthy"),
        ("postgresql.cnpg.io", "Cluster", "phase", "Setting up primary", "Progressing"),
        ("postgresql.cnpg.io", "Cluster", "phase", "Waiting for user action", "Suspended"),
        ("pxc.percona.com", "PerconaXtraDBCluster", "state", "initializing", "Progressing"),
        ("mongodbcommunity.mongodb.com", "MongoDBCommunity", "phase", "Failed", "Degraded"),
        ("kafka.banzaicloud.io", "KafkaCluster", "state", "ClusterReconciling", "Progressing"),
        ("kibana.k8s.elastic.co", "Kibana", "health", "yellow", "Progressing"),
        ("minio.min.io", "Tenant", "currentState", "Initialized", "Healthy"),
        ("velero.io", "Backup", "phase", "PartiallyFailed", "Degraded"),
        ("velero.io", "Restore", "phase", "InProgress", "Progressing"),
        ("velero.io", "BackupStorageLocation", "phase", "Available", "Healthy"),
        ("ceph.rook.io", "CephBlockPool", "phase", "Failure", "Degraded"),
        ("longhorn.io", "Volume", "robustness", "faulted", "Degraded"),
        (
            "sparkoperator.k8s.io",
            "SparkApplication",
            "applicationState",
            r#"{"state": "SUBMITTED"}"#,
            "Progressing",
        ),
        ("flink.apache.org", "FlinkDeployment", "jobManagerDeploymentStatus", "ERROR", "Degraded"),
        ("ray.io", "RayCluster", "state", "suspended", "Suspended"),
        ("build.openshift.io", "Build", "phase", "Running", "Progressing"),
        ("operators.coreos.com", "ClusterServiceVersion", "phase", "Succeeded", "Healthy"),
        ("operators.coreos.com", "InstallPlan", "phase", "RequiresApproval", "Suspended"),
        ("cluster.x-k8s.io", "Machine", "phase", "Provisioning", "Progressing"),
        ("cluster.x-k8s.io", "Cluster", "phase", "Provisioned", "Healthy"),
        ("cdi.kubevirt.io", "DataVolume", "phase", "ImportInProgress", "Progressing"),
        ("policy.open-cluster-management.io", "Policy", "compliant", "NonCompliant", "Degraded"),
        ("hnc.x-k8s.io", "SubnamespaceAnchor", "status", "Ok", "Healthy"),
        ("jaegertracing.io", "Jaeger", "phase", "Running", "Healthy"),
        ("grafana.integreatly.org", "Grafana", "stageStatus", "failed", "Degraded"),
        ("secrets.hashicorp.com", "VaultAuth", "valid", "false", "Degraded"),
        ("networking.gke.io", "ManagedCertificate", "certificateStatus", "Active", "Healthy"),
    ]);
}

#[test]
fn every_family_is_read_by_its_own_conditions() {
    let rows = [
        (
            "kustomize.toolkit.fluxcd.io",
            "Kustomization",
            "Ready",
            "False",
            "DependencyNotReady",
            "Progressing",
        ),
        ("helm.toolkit.fluxcd.io", "HelmRelease", "Ready", "False", "UpgradeFailed", "Degraded"),
        ("cert-manager.io", "CertificateRequest", "Ready", "False", "Pending", "Progressing"),
        ("cert-manager.io", "CertificateRequest", "Denied", "True", "Denied", "Degraded"),
        ("trust.cert-manager.io", "Bundle", "Synced", "True", "Synced", "Healthy"),
        ("external-secrets.io", "ExternalSecret", "Ready", "False", "SecretSyncedError", "Degraded"),
        ("bitnami.com", "SealedSecret", "Synced", "False", "", "Degraded"),
        ("kafka.strimzi.io", "Kafka", "NotReady", "True", "Creating", "Progressing"),
        ("kafka.strimzi.io", "KafkaTopic", "Ready", "True", "", "Healthy"),
        ("rabbitmq.com", "Queue", "Ready", "False", "FailedCreateOrUpdate", "Degraded"),
        ("keda.sh", "ScaledObject", "Paused", "True", "ScaledObjectPaused", "Suspended"),
        ("tekton.dev", "PipelineRun", "Succeeded", "Unknown", "Running", "Progressing"),
        ("tekton.dev", "TaskRun", "Succeeded", "False", "TaskRunTimeout", "Degraded"),
        ("kubeflow.org", "PyTorchJob", "Running", "True", "JobRunning", "Progressing"),
        ("serving.kserve.io", "InferenceService", "Ready", "True", "", "Healthy"),
        ("monitoring.coreos.com", "Prometheus", "Available", "Degraded", "SomePodsNotReady", "Progressing"),
        (
            "operators.coreos.com",
            "Subscription",
            "ResolutionFailed",
            "True",
            "ConstraintsNotSatisfiable",
            "Degraded",
        ),
        ("config.openshift.io", "ClusterOperator", "Progressing", "True", "Rolling", "Progressing"),
        ("machineconfiguration.openshift.io", "MachineConfigPool", "Updated", "True", "", "Healthy"),
        ("pkg.crossplane.io", "Provider", "Healthy", "False", "UnhealthyPackageRevision", "Degraded"),
        ("s3.aws.upbound.io", "Bucket", "Ready", "False", "Creating", "Progressing"),
        ("s3.aws.upbound.io", "Bucket", "Synced", "False", "ReconcileError", "Degraded"),
        ("sql.cnrm.cloud.google.com", "SQLInstance", "Ready", "False", "DependencyNotReady", "Suspended"),
        ("s3.services.k8s.aws", "Bucket", "ACK.ResourceSynced", "True", "", "Healthy"),
        ("karpenter.sh", "NodePool", "Ready", "True", "Ready", "Healthy"),
        ("k8s.keycloak.org", "Keycloak", "HasErrors", "True", "", "Degraded"),
        ("kiali.io", "Kiali", "Running", "True", "Running", "Progressing"),
        ("nmstate.io", "NodeNetworkConfigurationPolicy", "Degraded", "True", "FailedToConfigure", "Degraded"),
    ];
    for (group, kind, name, status, reason, wanted) in rows {
        let found = fares(&format!("{group}/v1"), kind, &condition(name, status, reason));
        assert_eq!(found, wanted, "{group} {kind} {name} {status} {reason}");
    }
}

#[test]
fn crossplane_configuration_needs_no_status() {
    assert_eq!(fares("aws.upbound.io/v1", "ProviderConfig", &Value::Null), "Healthy");
    assert_eq!(fares("s3.aws.upbound.io/v1", "Bucket", &Value::Null), "Progressing");
}

#[test]
fn a_route_counts_only_the_parents_that_saw_its_newest_spec() {
    let parent = |seen: u64, accepted: &str| {
        json!({"parentRef": {"name": "edge"},
            "conditions": [{"type": "Accepted", "status": accepted, "observedGeneration": seen}]})
    };
    let route = |parents: Value| {
        fares("gateway.networking.k8s.io/v1alpha2", "TLSRoute", &json!({"parents": parents}))
    };

    assert_eq!(route(json!([parent(1, "False"), parent(2, "True")])), "Healthy");
    assert_eq!(route(json!([parent(2, "True"), parent(2, "False")])), "Degraded");
    assert_eq!(route(json!([parent(1, "True")])), "Progressing");
    assert_eq!(route(json!([])), "Progressing");
}

#[test]
fn a_partition_of_a_clone_set_holds_replicas_back() {
    let status =
        json!({"observedGeneration": 2, "replicas": 4, "updatedReplicas": 2, "updatedAvailableReplicas": 2});
    let set = |strategy: Value| {
        with_spec(
            "apps.kruise.io/v1",
            "CloneSet",
            &json!({"replicas": 4, "updateStrategy": strategy}),
            &status,
        )
    };

    assert_eq!(set(json!({"partition": "50%"})), "Suspended");
    assert_eq!(set(json!({"paused": true})), "Suspended");
    assert_eq!(set(json!({})), "Degraded");
}

#[test]
fn a_promotion_waits_for_the_proposed_commit() {
    let strategy = |active: &str, phase: &str| {
        let mut status = condition("Ready", "True", "ReconciliationSuccess");
        status["environments"] = json!([{"branch": "production",
            "active": {"dry": {"sha": active}},
            "proposed": {"dry": {"sha": "b2"}, "commitStatuses": [{"key": "test", "phase": phase}]}}]);
        fares("promoter.argoproj.io/v1alpha1", "PromotionStrategy", &status)
    };

    assert_eq!(strategy("b2", "success"), "Healthy");
    assert_eq!(strategy("a1", "pending"), "Progressing");
    assert_eq!(strategy("a1", "failure"), "Degraded");
}

#[test]
fn an_unheard_of_kind_is_read_by_convention() {
    let shop = |status: &Value| fares("shop.example.com/v1", "Shop", status);

    assert_eq!(shop(&condition("Ready", "True", "")), "Healthy");
    assert_eq!(shop(&condition("Ready", "False", "DatabaseDown")), "Degraded");
    assert_eq!(shop(&condition("Ready", "False", "Provisioning")), "Progressing");
    assert_eq!(shop(&condition("Ready", "Unknown", "")), "Progressing");
    assert_eq!(shop(&condition("Stalled", "True", "")), "Degraded");
    assert_eq!(shop(&condition("DashboardSynchronized", "True", "")), "Healthy");
    assert_eq!(shop(&json!({"phase": "ClusterRunning"})), "Healthy");
    assert_eq!(shop(&json!({"state": "update_failed"})), "Degraded");
    assert_eq!(shop(&json!({"ready": true})), "Healthy");
    assert_eq!(shop(&json!({"readyReplicas": 1, "replicas": 2})), "Progressing");
    assert_eq!(shop(&json!({"errorMessage": "no such bucket"})), "Degraded");
    assert_eq!(shop(&json!({"observedGeneration": 1, "phase": "Ready"})), "Progressing");
    assert_eq!(shop(&json!({"observedGeneration": 2})), "Healthy");
}

#[test]
fn a_kind_that_runs_once_is_not_healthy_while_it_runs() {
    assert_eq!(fares("shop.example.com/v1", "ImportJob", &json!({"phase": "Running"})), "Progressing");
    assert_eq!(fares("shop.example.com/v1", "ImportJob", &json!({"phase": "Done"})), "Healthy");
    assert_eq!(fares("shop.example.com/v1", "Shop", &json!({"phase": "Running"})), "Healthy");
}

#[test]
fn a_suspended_resource_is_suspended_whatever_its_conditions() {
    let spec = json!({"suspend": true});

    assert_eq!(
        with_spec("shop.example.com/v1", "Shop", &spec, &condition("Ready", "False", "Broken")),
        "Suspended"
    );
}

#[test]
fn a_status_of_the_wrong_shape_never_panics() {
    let kinds = [
        ("apps/v1", "Deployment"),
        ("v1", "Pod"),
        ("batch/v1", "Job"),
        ("argoproj.io/v1alpha1", "Rollout"),
        ("argoproj.io/v1alpha1", "Workflow"),
        ("gateway.networking.k8s.io/v1", "Gateway"),
        ("apps.kruise.io/v1", "CloneSet"),
        ("route.openshift.io/v1", "Route"),
        ("shop.example.com/v1", "Shop"),
    ];
    let odd = [
        Value::Null,
        json!("Ready"),
        json!(7),
        json!([]),
        json!([{"type": "Ready"}]),
        json!({"conditions": {"Ready": "True"}}),
        json!({"conditions": [1, null, "Ready", {"type": 3, "status": []}]}),
        json!({"phase": {"word": "Ready"}, "replicas": "three", "observedGeneration": "new"}),
        json!({"phase": "…", "parents": [null], "listeners": "none", "ingress": 5}),
    ];
    for (api_version, kind) in kinds {
        for status in &odd {
            let spec = json!("not a map");
            assert_ne!(with_spec(api_version, kind, &spec, status), "Suspended", "{kind} {status}");
        }
    }
    assert_eq!(health_of(&json!([1, 2])), None);
    assert_eq!(fares("shop.example.com/v1", "Shop", &json!("Ready")), "Healthy");
    assert_eq!(fares("shop.example.com/v1", "Shop", &json!(["Ready"])), "Unknown");
}

#[test]
fn a_condition_with_a_switch_for_a_word_is_understood() {
    let status = json!({"conditions": [{"type": "Ready", "status": true}]});

    assert_eq!(fares("shop.example.com/v1", "Shop", &status), "Healthy");
}
