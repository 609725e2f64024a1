//! Counts calls: cost is a design figure.

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeTransmitInterceptorContextRef, dyn_dispatch_hint},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// Counts calls that are sent, retries included. Clones share the count.
#[derive(Clone, Debug, Default)]
pub struct CallCounter {
    calls: Arc<AtomicU64>,
}

impl CallCounter {
    /// Calls so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }
}

#[dyn_dispatch_hint]
impl Intercept for CallCounter {
    fn name(&self) -> &'static str {
        "CallCounter"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
