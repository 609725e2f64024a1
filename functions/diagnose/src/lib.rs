//! Incidents in, diagnoses out: ranked root causes with their evidence.

mod diagnose;

pub use diagnose::{Diagnose, Reported};
