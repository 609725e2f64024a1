//! One object, asked by expressions.

use super::{
    expression::Expression,
    language::{LANGUAGE, NOW, OBJECT, PODS},
    meter::{BUDGET, FUEL, Fuel},
    value::{text, value},
};
use cel::{
    Context, ExecutionError, Value as CelValue,
    common::{
        types::{CelBool, CelList, CelTimestamp},
        value::CowVal,
    },
};
use chiron_model::Timestamp;
use serde_json::Value;
use std::sync::Arc;

/// Characters of an error that are told.
const MAX_ERROR: usize = 300;

/// An object with what may be asked besides it.
pub(super) struct Question<'v> {
    context: Context<'v, 'v>,
    fuel: Fuel,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// Something that is asked for is not there.
    Missing,
    /// Something else, in a sentence.
    Trouble(String),
}

impl<'v> Question<'v> {
    pub(super) fn new(object: &'v Value, now: Timestamp) -> Self {
        let mut context = Context::with_env(Arc::clone(&LANGUAGE));
        context.add_variable_as_val(OBJECT, value(object));
        context.add_variable_as_val(NOW, Box::new(CelTimestamp::from(now.utc().fixed_offset())));
        let mut question = Self { context, fuel: Fuel::new() };
        question.refuel();
        question
    }

    /// Adds the pods of the object.
    pub(super) fn add_pods(&mut self, pods: impl Iterator<Item = &'v Value>) {
        let pods = CelList::from(pods.map(value).collect::<Vec<_>>());
        self.context.add_variable_as_val(PODS, Box::new(pods));
    }

    /// Gives the next rule what the last one had to spend.
    pub(super) fn refuel(&mut self) {
        self.fuel = Fuel::new();
        self.context.add_variable_as_val(FUEL, Box::new(self.fuel.clone()));
    }

    /// Whether a condition holds.
    ///
    /// # Errors
    /// When there is no answer.
    pub(super) fn holds(&self, condition: &Expression) -> Result<bool, NoAnswer> {
        let answer = self.ask(condition)?;
        let found = answer.get_type().name().to_owned();
        let holds = answer.downcast_ref::<CelBool>().map(|it| *it.inner());
        holds.ok_or_else(|| NoAnswer::Trouble(format!("wanted true or false, the answer is of type {found}")))
    }

    /// The answer in a sentence.
    ///
    /// # Errors
    /// When there is no answer.
    pub(super) fn said(&self, expression: &Expression) -> Result<String, NoAnswer> {
        Ok(text(self.ask(expression)?.as_ref()))
    }

    fn ask<'q>(&'q self, expression: &'q Expression) -> Result<CowVal<'q, 'v>, NoAnswer> {
        let answer = CelValue::resolve_val(&expression.program, &self.context);
        // A loop may take the end of its means for an answer of its step.
        if self.fuel.is_spent() {
            return Err(NoAnswer::Trouble(format!("it takes more than {BUDGET} steps")));
        }
        answer.map_err(|error| {
            let is_missing =
                matches!(error, ExecutionError::NoSuchKey(_) | ExecutionError::IndexOutOfBounds(_));
            if is_missing { NoAnswer::Missing } else { NoAnswer::Trouble(shown(&error)) }
        })
    }
}

/// Errors quote values, which may be long.
fn shown(error: &ExecutionError) -> String {
    let said = error.to_string();
    let line = said.lines().next().unwrap_or_default();
    line.chars().take(MAX_ERROR).collect()
}
