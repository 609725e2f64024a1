//! The decision: may this plan be carried out without asking?

use chiron_events::{PlanApproved, PlanProposed};
use chiron_function::{About, Call, Effects, Failure, Function, Kind};
use chiron_model::Lane;

/// Approves plans that need no person.
#[derive(Clone, Copy, Debug, Default)]
pub struct Approve;

impl Function for Approve {
    const ABOUT: About = About {
        name: "approve",
        summary: "Approves plans that the policy lets pass without a person; the others wait for one.",
        kind: Kind::Function,
        state: "",
        emits_many: false,
        live: true,
        sealed: true,
        permissions: &[],
    };
    type Input = PlanProposed;
    type Output = PlanApproved;

    async fn handle(&self, call: Call<PlanProposed>) -> Result<Effects<PlanApproved>, Failure> {
        let PlanProposed { plan, namespace } = call.input;
        if plan.approval.required || was_decided_live(&call.context.lane) {
            return Ok(Effects::none());
        }
        Ok(Effects::send(vec![PlanApproved { plan, namespace, approver: "policy".to_owned() }]))
    }
}

/// In the sealed lane of a live cluster the same incident comes a second time; it was decided on when it was live.
fn was_decided_live(lane: &Lane) -> bool {
    !lane.is_live() && !lane.is_replay()
}
