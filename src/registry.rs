//! All functions, in the order of the pipeline.

use crate::ports::Ports;
use chiron_approve::Approve;
use chiron_assess::Assess;
use chiron_correlate::Correlate;
use chiron_detect::Detect;
use chiron_diagnose::Diagnose;
use chiron_execute::Execute;
use chiron_function::{Fold, Function, Inbound, Outbound};
use chiron_health::UserRules;
use chiron_label::Label;
use chiron_observe::Observe;
use chiron_plan::Planner;
use chiron_publish::Publish;
use chiron_rank::Rank;
use chiron_remediation::Policy;
use chiron_runtime::{Acting, Broker, Courier, Descriptor, Memory, Service, Stateful};
use chiron_scrape::{Config as ScrapeConfig, Reader, Scrape};
use chiron_seal::Seal;
use chiron_validate::Validate;
use chiron_verify::Verify;
use std::sync::Arc;

/// How functions are set up.
#[derive(Clone, Default)]
pub struct Setup {
    /// The cluster of events that do not say where they come from.
    pub default_cluster: Option<String>,
    /// Whether the source of raw changes is a file that is read once, by this process alone: then there is nobody who
    /// delivers an event twice, and what was handled need not be remembered.
    pub is_replay: bool,
    /// What may be done without asking.
    pub policy: Policy,
    /// What reads metrics; nothing is read without.
    pub reader: Option<Arc<Reader>>,
    /// Health rules of the user, besides the built-in ones.
    pub rules: Arc<UserRules>,
}

/// A name that no function has.
#[derive(Debug, thiserror::Error)]
#[error("there is no function {name:?}; there are {known}")]
pub struct UnknownFunction {
    name: String,
    known: String,
}

/// Descriptions of all functions, in the order of the pipeline.
#[must_use]
pub fn descriptors() -> Vec<Descriptor> {
    vec![
        acts::<Scrape>(),
        acts::<Observe>(),
        acts::<Seal>(),
        folds::<Assess>(),
        folds::<Detect>(),
        folds::<Rank>(),
        folds::<Correlate>(),
        acts::<Diagnose>(),
        acts::<Planner>(),
        acts::<Approve>(),
        acts::<Execute>(),
        folds::<Verify>(),
        folds::<Label>(),
        acts::<Validate>(),
        acts::<Publish>(),
    ]
}

fn acts<F: Function>() -> Descriptor {
    Descriptor { about: F::ABOUT, inputs: F::Input::TYPES, outputs: F::Output::TYPES }
}

fn folds<F: Fold>() -> Descriptor {
    Descriptor { about: F::ABOUT, inputs: F::Input::TYPES, outputs: F::Output::TYPES }
}

/// Whether there is a function of that name.
///
/// # Errors
/// When there is none.
pub fn known(name: &str) -> Result<(), UnknownFunction> {
    if descriptors().iter().any(|it| it.about.name == name) { Ok(()) } else { Err(unknown(name)) }
}

fn unknown(name: &str) -> UnknownFunction {
    let known: Vec<&str> = descriptors().iter().map(|it| it.about.name).collect();
    UnknownFunction { name: name.to_owned(), known: known.join(", ") }
}

/// The function of that name.
///
/// # Errors
/// When there is none.
pub fn service(name: &str, ports: &Ports, setup: &Setup) -> Result<Arc<dyn Service>, UnknownFunction> {
    let objects = || Arc::clone(&ports.objects);
    Ok(match name {
        "observe" => {
            let config = chiron_observe::Config { default_cluster: setup.default_cluster.clone() };
            let function = Observe::new(config, objects(), Arc::clone(&ports.redactor), ports.clock);
            let memory = if setup.is_replay { Memory::None } else { Memory::Table };
            Arc::new(act(function, ports).with_memory(memory))
        }
        "scrape" => {
            let reader =
                setup.reader.clone().or_else(|| Reader::new(ScrapeConfig::default()).ok().map(Arc::new));
            let reader = reader.ok_or_else(|| unknown(name))?;
            Arc::new(act(Scrape::new(reader, Arc::clone(&ports.states), objects()), ports))
        }
        "seal" => {
            let config = chiron_seal::Config::default();
            Arc::new(act(Seal::new(config, Arc::clone(&ports.states), objects()), ports))
        }
        "assess" => Arc::new(fold(Assess::with_rules(Arc::clone(&setup.rules)), ports)),
        "detect" => Arc::new(fold(Detect, ports)),
        "rank" => Arc::new(fold(Rank, ports)),
        "correlate" => Arc::new(fold(Correlate, ports)),
        "diagnose" => Arc::new(act(Diagnose, ports)),
        "plan" => Arc::new(act(Planner::new(setup.policy.clone()), ports)),
        "approve" => Arc::new(act(Approve, ports)),
        "execute" => Arc::new(act(Execute, ports)),
        "verify" => Arc::new(fold(Verify::default(), ports)),
        "label" => Arc::new(fold(Label, ports)),
        "validate" => Arc::new(act(Validate::new(Arc::clone(&ports.redactor)), ports)),
        "publish" => Arc::new(act(Publish::new(Arc::clone(&ports.records), objects()), ports)),
        _ => return Err(unknown(name)),
    })
}

fn act<F: Function>(function: F, ports: &Ports) -> Acting<F> {
    Acting::new(function, Arc::clone(&ports.states), Arc::clone(&ports.objects), ports.clock)
}

fn fold<F: Fold>(fold: F, ports: &Ports) -> Stateful<F> {
    Stateful::new(fold, Arc::clone(&ports.states), Arc::clone(&ports.objects), ports.clock)
}

/// A courier for the function of that name.
///
/// # Errors
/// When there is none.
pub fn courier(name: &str, ports: &Ports, setup: &Setup) -> Result<Courier, UnknownFunction> {
    let service = service(name, ports, setup)?;
    Ok(Courier::new(
        service,
        Arc::clone(&ports.states),
        Arc::clone(&ports.redactor),
        Arc::clone(&ports.metrics),
        ports.clock,
    ))
}

/// A broker with all functions.
#[must_use]
pub fn broker(ports: &Ports, setup: &Setup) -> Broker {
    let names = descriptors();
    // Every name comes from the list itself.
    Broker::new(names.iter().filter_map(|it| courier(it.about.name, ports, setup).ok()).collect())
}
