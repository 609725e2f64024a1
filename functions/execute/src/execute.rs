//! The function: carry out a plan, or say why not.

use crate::{Executed, Ordered};
use chiron_events::{
    ActionExecuted, ActionOutcome, PlanApproved, PlanExecuted, RollbackExecuted, RollbackRequested,
};
use chiron_function::{About, Call, Effects, Failure, Function, Kind};
use chiron_model::Lane;

/// Carries out approved plans. It knows no cluster yet, so it skips every action and says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct Execute;

impl Function for Execute {
    const ABOUT: About = About {
        name: "execute",
        summary: "Carries out approved plans; where there is no cluster to write to it skips them and says so.",
        kind: Kind::Function,
        state: "",
        emits_many: true,
        live: true,
        sealed: true,
        permissions: &[],
    };
    type Input = Ordered;
    type Output = Executed;

    async fn handle(&self, call: Call<Ordered>) -> Result<Effects<Executed>, Failure> {
        let reason = why_not(&call.context.lane);
        Ok(Effects::send(match call.input {
            Ordered::Approved(approved) => skip(approved, reason),
            Ordered::Rollback(request) => vec![nothing_to_take_back(&request, reason)],
        }))
    }
}

fn why_not(lane: &Lane) -> &'static str {
    if lane.is_replay() {
        "a recording has no cluster to write to"
    } else {
        "no cluster is configured for writing"
    }
}

fn skip(approved: PlanApproved, reason: &str) -> Vec<Executed> {
    let PlanApproved { plan, namespace, .. } = approved;
    let (id, incident, at) = (plan.id, plan.incident, plan.at);
    let action = |(index, action)| {
        Executed::Action(ActionExecuted {
            plan: id,
            incident,
            index,
            action,
            outcome: ActionOutcome::Skipped,
            reason: reason.to_owned(),
            at,
        })
    };
    let mut outputs: Vec<Executed> = plan.actions.into_iter().enumerate().map(action).collect();
    outputs.push(Executed::Plan(PlanExecuted {
        plan: id,
        incident,
        namespace,
        outcome: ActionOutcome::Skipped,
        reason: reason.to_owned(),
        at,
    }));
    outputs
}

fn nothing_to_take_back(request: &RollbackRequested, reason: &str) -> Executed {
    Executed::Rollback(RollbackExecuted {
        plan: request.plan,
        incident: request.incident,
        outcome: ActionOutcome::Skipped,
        reason: reason.to_owned(),
        at: request.at,
    })
}
