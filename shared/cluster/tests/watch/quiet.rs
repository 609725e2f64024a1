//! Heartbeats.

use crate::{
    rig::{LEASES, Rig},
    server::Server,
};
use serde_json::json;

#[tokio::test]
async fn renewals_of_a_lease_are_held_back_and_a_new_holder_is_not() {
    let server = Server::start().await;
    let mut rig = Rig::start(&server).await;
    rig.live().await;
    let renew = |holder: &str, at: u32| {
        server.put(LEASES, "node-a", json!({"spec": {"holderIdentity": holder, "renewTime": at}}));
    };

    (0..5).for_each(|at| renew("x", at));
    renew("y", 5);
    rig.until(|rig| rig.told.len() >= 2).await;

    assert_eq!(rig.short(), ["add node-a", "update node-a"]);
    assert_eq!(rig.changes().last().unwrap().object["spec"]["renewTime"], 5);
    assert_eq!(rig.kind("leases.coordination.k8s.io").held, 4);
}
