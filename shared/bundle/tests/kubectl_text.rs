//! Text of kubectl to partial objects.

use chiron_bundle::{LAST_SEEN, Limits, Origin, STATUS, read_bytes};
use serde_json::{Value, json};

fn objects(text: &str) -> Vec<Value> {
    let contents = read_bytes("out.txt", text.as_bytes(), &Limits::default());
    assert!(contents.problems.is_empty(), "{:?}", contents.problems);
    assert!(contents.objects.iter().all(|found| found.origin == Origin::Text));
    contents.objects.into_iter().map(|found| found.object).collect()
}

const PODS: &str = "\
NAMESPACE   NAME      READY   STATUS                  RESTARTS         AGE     IP           NODE     NOMINATED NODE   READINESS GATES
shop        cart-1    1/2     CrashLoopBackOff        12 (3m17s ago)   31d     10.0.0.1     node-a   <none>           <none>
shop        job-1     0/1     Completed               0                31d     10.0.0.2     node-a   <none>           <none>
shop        job-2     0/1     Error                   0                31d     10.0.0.3     node-a   <none>           <none>
shop        img-1     0/1     ImagePullBackOff        0                9m      10.0.0.4     node-a   <none>           <none>
shop        ini-1     0/1     Init:CrashLoopBackOff   7 (18s ago)      29d     10.0.0.5     node-a   <none>           <none>
shop        ini-2     0/1     Init:1/3                0                9s      10.0.0.6     node-a   <none>           <none>
shop        evi-1     0/1     Evicted                 0                2d      <none>       node-a   <none>           <none>
shop        pen-1     0/1     Pending                 0                2d      <none>       <none>   <none>           <none>
shop        ter-1     0/1     Terminating             0                2d      10.0.0.7     node-a   <none>           <none>
shop        run-1     1/1     Running                 4 (3h51m ago)    2d      10.0.0.8     node-a   <none>           <none>
";

#[test]
fn the_status_column_becomes_phase_and_states() {
    let pods = objects(PODS);
    let status =
        |index: usize, field: &str| pods[index]["status"].pointer(field).cloned().unwrap_or_default();

    assert_eq!(pods.len(), 10);
    assert_eq!(status(0, "/containerStatuses/0/state/waiting/reason"), "CrashLoopBackOff");
    assert_eq!(status(0, "/containerStatuses/0/restartCount"), 12);
    assert_eq!(status(0, "/containerStatuses/1/ready"), true);
    assert_eq!(status(0, "/phase"), "Running");
    assert_eq!(pods[0]["metadata"]["namespace"], "shop");
    assert_eq!(pods[0]["spec"]["nodeName"], "node-a");
    assert_eq!(status(1, "/phase"), "Succeeded");
    assert_eq!(
        (status(2, "/phase"), status(2, "/containerStatuses/0/state/terminated/reason")),
        (json!("Failed"), json!("Error"))
    );
    assert_eq!(
        (status(3, "/phase"), status(3, "/containerStatuses/0/state/waiting/reason")),
        (json!("Pending"), json!("ImagePullBackOff"))
    );
    assert_eq!(status(4, "/initContainerStatuses/0/state/waiting/reason"), "CrashLoopBackOff");
    assert_eq!(status(4, "/containerStatuses/0/state/waiting/reason"), "PodInitializing");
    assert_eq!(status(5, "/initContainerStatuses/1/state"), json!({"running": {}}));
    assert_eq!((status(6, "/phase"), status(6, "/reason")), (json!("Failed"), json!("Evicted")));
    assert_eq!(status(7, "/conditions/0"), json!({"type": "PodScheduled", "status": "False"}));
    assert_eq!(pods[8]["metadata"]["annotations"][STATUS], "Terminating");
    assert_eq!(status(8, "/containerStatuses"), Value::Null);
    assert_eq!(status(9, "/conditions/0"), json!({"type": "Ready", "status": "True"}));
}

#[test]
fn nodes_and_workloads_of_one_paste_are_told_apart() {
    let text = "\
$ kubectl get nodes
NAME     STATUS                        ROLES           AGE   VERSION
node-a   NotReady,SchedulingDisabled   control-plane   28d   v1.31.2

$ kubectl get all -n shop
NAME             READY   STATUS    RESTARTS   AGE
pod/cart-1       1/1     Running   0          28h

NAME                   READY   UP-TO-DATE   AVAILABLE   AGE
deployment.apps/cart   1/3     3            1           28h

NAME             TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)           AGE
service/cart     ClusterIP   10.96.0.1    <none>        80/TCP,443/TCP    28h
";

    let found = objects(text);

    let kinds: Vec<&str> = found.iter().map(|object| object["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Node", "Pod", "Deployment", "Service"]);
    assert_eq!(found[0]["status"]["conditions"][0]["status"], "False");
    assert_eq!(found[0]["spec"]["unschedulable"], true);
    assert_eq!(found[2]["metadata"]["namespace"], "shop");
    assert_eq!(found[2]["status"]["unavailableReplicas"], 2);
    assert_eq!(found[3]["spec"]["ports"][1]["port"], 443);
}

#[test]
fn events_keep_count_and_ages() {
    let text = "\
LAST SEEN               TYPE      REASON    OBJECT       MESSAGE
3m30s (x256 over 58m)   Warning   BackOff   Pod/cart-1   Back-off restarting failed container main
17s                     Normal    Pulled    node/node-a  ok  with  blanks
";

    let found = objects(text);

    assert_eq!(found[0]["count"], 256);
    assert_eq!(found[0]["involvedObject"], json!({"kind": "Pod", "apiVersion": "v1", "name": "cart-1"}));
    assert_eq!(found[0]["metadata"]["annotations"][LAST_SEEN], "3m30s");
    assert_eq!(found[1]["involvedObject"]["kind"], "Node");
    assert_eq!(found[1]["message"], "ok  with  blanks");
}

const DESCRIBED: &str = "\
Name:             cart-1
Namespace:        shop
Node:             node-a/10.0.0.9
Start Time:       Tue, 12 Aug 2025 05:45:20 +0200
Labels:           app=cart
                  tier=web
Annotations:      <none>
Status:           Running
Controlled By:    ReplicaSet/cart
Init Containers:
  wait:
    Image:          busybox
    State:          Terminated
      Reason:       Completed
      Exit Code:    0
    Ready:          True
    Restart Count:  0
Containers:
  main:
    Image:         cart:1
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
      Finished:     Tue, 12 Aug 2025 06:42:07 +0200
    Ready:          False
    Restart Count:  16
    Limits:
      memory:  50Mi
Conditions:
  Type              Status
  Ready             False
Volumes:
  data:
    Type:       PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)
    ClaimName:  cart-data
Events:
  Type     Reason     Age                    From               Message
  ----     ------     ----                   ----               -------
  Warning  BackOff    3m19s (x256 over 58m)  kubelet            Back-off restarting failed container main


Name:         cart
Namespace:    shop
Labels:       <none>
StrategyType: RollingUpdate
Selector:     app=cart
Replicas:     3 desired | 2 updated | 3 total | 1 available | 2 unavailable
Pod Template:
  Labels:  app=cart
Conditions:
  Type           Status  Reason
  ----           ------  ------
  Available      False   MinimumReplicasUnavailable
Events:          <none>
";

#[test]
fn descriptions_become_objects_with_their_events() {
    let found = objects(DESCRIBED);

    let kinds: Vec<&str> = found.iter().map(|object| object["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Pod", "Event", "Deployment"]);
    let pod = &found[0];
    let main = &pod["status"]["containerStatuses"][0];
    assert_eq!(main["name"], "main");
    assert_eq!(main["lastState"]["terminated"]["exitCode"], 137);
    assert_eq!(main["lastState"]["terminated"]["finishedAt"], "2025-08-12T04:42:07Z");
    assert_eq!(pod["status"]["initContainerStatuses"][0]["state"]["terminated"]["reason"], "Completed");
    assert_eq!(pod["spec"]["containers"][0]["resources"]["limits"]["memory"], "50Mi");
    assert_eq!(pod["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"], "cart-data");
    assert_eq!(pod["metadata"]["labels"], json!({"app": "cart", "tier": "web"}));
    assert_eq!(found[1]["count"], 256);
    assert_eq!(found[1]["involvedObject"]["name"], "cart-1");
    assert_eq!(found[2]["status"]["availableReplicas"], 1);
    assert_eq!(found[2]["status"]["unavailableReplicas"], 2);
    assert_eq!(found[2]["status"]["conditions"][0]["reason"], "MinimumReplicasUnavailable");
}

#[test]
fn rows_without_a_header_need_the_command() {
    let row = "shop   cart-1   0/1   Error   16 (5m11s ago)   57m   10.0.0.1   node-a   <none>   <none>\n";
    let told = format!("{{\"call\":{{\"command\":\"kubectl get pod -A -o wide | grep cart\"}}}}\n{row}");

    assert_eq!(objects(row).len(), 0);
    assert_eq!(objects(&told)[0]["metadata"]["name"], "cart-1");
    assert_eq!(objects(&told)[0]["status"]["containerStatuses"][0]["restartCount"], 16);
}
