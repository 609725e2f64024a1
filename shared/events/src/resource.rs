//! `dev.knative.apiserver.resource.{add,update,delete}`: an object changed, as Knative's ApiServerSource tells it.

use crate::{DecodeError, payload_of};
use chiron_model::Operation;
use cloudevents::{AttributesReader, Event};
use serde_json::Value;

const ADD: &str = "dev.knative.apiserver.resource.add";
const UPDATE: &str = "dev.knative.apiserver.resource.update";
const DELETE: &str = "dev.knative.apiserver.resource.delete";

/// The types of raw cluster changes.
pub const RESOURCE_TYPES: &[&str] = &[ADD, UPDATE, DELETE];

/// The whole object after it changed, or before it was deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceChanged {
    /// What happened.
    pub operation: Operation,
    /// The object, as the API server has it.
    pub object: Value,
}

impl ResourceChanged {
    /// Reads an event of one of [`RESOURCE_TYPES`].
    ///
    /// # Errors
    /// When the type is another, or the data is not a JSON object.
    pub fn decode(event: Event) -> Result<Self, DecodeError> {
        let operation = match event.ty() {
            ADD => Operation::Add,
            UPDATE => Operation::Update,
            DELETE => Operation::Delete,
            other => {
                return Err(DecodeError::Type {
                    expected: RESOURCE_TYPES.join(" or "),
                    actual: other.to_owned(),
                });
            }
        };
        let object = payload_of(event)?;
        if !object.is_object() {
            return Err(DecodeError::NoObject);
        }
        Ok(Self { operation, object })
    }
}
